using ChatApprovals.Playground;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// A point between two steps of the column. <see cref="Arrive"/> brings a request exactly there; then the
/// bot is killed. <see cref="Status"/>: what must be true of it after the restart.
/// </summary>
internal sealed record KillPoint(string Name, Func<Site, Task<Asked>> Arrive)
{
    public string Status { get; init; } = "pending";

    /// <summary>What somebody does after the restart, before anything is looked at.</summary>
    public Func<Site, Asked, Task> Then { get; init; } = (_, _) => Task.CompletedTask;

    /// <summary>Who decides what is still pending: Bob in Slack, or Carol in Teams.</summary>
    public Func<Site, Asked, Task> Decide { get; init; } = InSlack;

    /// <summary>Messages in the Teams channel at the end: more than one only where Teams cannot tell.</summary>
    public int TeamsMessages { get; init; } = 1;

    /// <summary>The cases of a theory.</summary>
    public static TheoryData<string> Names(IEnumerable<KillPoint> points) =>
        [.. points.Select(p => p.Name)];

    /// <summary>One of the cases, by its name.</summary>
    public static Task CheckAsync(IEnumerable<KillPoint> points, string name, Site site) =>
        points.Single(p => string.Equals(p.Name, name, StringComparison.Ordinal)).CheckAsync(site);

    public static async Task InSlack(Site site, Asked asked) =>
        Assert.Null((await site.ClickInSlackAsync(asked, "approve")).Problem);

    public static async Task InTeams(Site site, Asked asked) =>
        Assert.Null((await site.ClickInTeamsAsync(asked, "approve")).Problem);

    /// <summary>Kill, start, and then everything that was promised.</summary>
    public async Task CheckAsync(Site site)
    {
        var asked = await Arrive(site);
        await site.KillAsync();
        await site.StartAsync();
        await Then(site, asked);

        Assert.Equal(asked.Id, await site.AskAgainAsync(asked));
        Assert.Equal(Status, await StatusAsync(site, asked));
        if (Status is "pending")
        {
            await site.StoredAsync(asked);
            await Decide(site, asked);
            Assert.True(
                await StatusAsync(site, asked, wait: 20) is "approved",
                $"not approved. Teams told Carol: {site.NotesOf(asked)}\n{site.LastWords}"
            );
        }

        await FinishAsync(site, asked);
    }

    private async Task FinishAsync(Site site, Asked asked)
    {
        var status = await StatusAsync(site, asked);
        if (status is "approved")
        {
            await site.ReportAsync(asked.Id);
        }

        await site.EndsAsync(asked, Word(status));
        Assert.Single(site.InSlack(asked));
        Assert.Equal(TeamsMessages, site.InTeams(asked).Count);
        await site.StoredAsync(asked);
        await OnceAsync(site, asked, status);
        await site.IsSoundAsync();
    }

    private static async Task OnceAsync(Site site, Asked asked, string status)
    {
        Assert.Equal(1, await site.CountAsync(asked.Id, "request.created"));
        Assert.Equal(1, await site.CountAsync(asked.Id, $"request.{status}"));
        var (yes, no, done) = status switch
        {
            "approved" => (1, 0, 1),
            "denied" => (0, 1, 0),
            _ => (0, 0, 0),
        };
        Assert.Equal(yes, await site.CountAsync(asked.Id, "decision.approved"));
        Assert.Equal(no, await site.CountAsync(asked.Id, "decision.rejected"));
        Assert.Equal(done, await site.CountAsync(asked.Id, "execution.reported"));
    }

    private static async Task<string> StatusAsync(Site site, Asked asked, int wait = 0) =>
        (await site.ReadAsync(asked.Id, wait)).GetProperty("status").GetString()!;

    private static string Word(string status) =>
        status switch
        {
            "approved" => "Approved and executed",
            "denied" => "Denied",
            "expired" => "Expired",
            "cancelled" => "Cancelled",
            _ => throw new ArgumentException(status, nameof(status)),
        };

    public override string ToString() => Name;
}
