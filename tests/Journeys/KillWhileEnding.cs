using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary><c>kill -9</c> around the other ends: cancelled, expired, reported.</summary>
public sealed class KillWhileEnding : IClassFixture<SiteFixture>
{
    private readonly Site _site;

    public KillWhileEnding(SiteFixture fixture) => _site = fixture.Site;

    private static readonly KillPoint[] s_points =
    [
        new("cancelled, both redraws held", CancelledAsync) { Status = "cancelled" },
        new("cancelled before a card was answered", CancelledEarlyAsync) { Status = "cancelled" },
        new("reported, both redraws held", ReportedAsync) { Status = "approved" },
        new("ran out while nobody was there", site => site.AskShownAsync(expiresIn: 5))
        {
            Then = OutOfTimeAsync,
            Status = "expired",
        },
    ];

    public static TheoryData<string> Points => KillPoint.Names(s_points);

    [Theory, MemberData(nameof(Points))]
    public Task Nothing_is_lost_or_doubled_by_a_kill_when(string point) =>
        KillPoint.CheckAsync(s_points, point, _site);

    private static async Task<Asked> CancelledAsync(Site site)
    {
        var asked = await site.AskShownAsync();
        await HoldRedrawsAsync(site, () => site.CancelAsync(asked.Id));
        return asked;
    }

    private static async Task<Asked> CancelledEarlyAsync(Site site)
    {
        const string post = "chat.postMessage";
        site.Slack.Faults.Next(post, new Fault.DoneButSilent());
        var before = site.Slack.Heard(post);
        var asked = await site.AskAsync();
        await site.Slack.HearsAsync(post, before);
        await site.OneStoredAsync(asked);

        await site.CancelAsync(asked.Id);
        return asked;
    }

    private static async Task<Asked> ReportedAsync(Site site)
    {
        var asked = await site.AskShownAsync();
        await KillPoint.InSlack(site, asked);
        await site.EndsAsync(asked, "Approved");
        await HoldRedrawsAsync(site, () => site.ReportAsync(asked.Id));
        return asked;
    }

    private static async Task HoldRedrawsAsync(Site site, Func<Task> end)
    {
        site.Slack.Faults.Next("chat.update", new Fault.Hang());
        site.Teams.Faults.Next("activities.put", new Fault.Hang());
        var slack = site.Slack.Heard("chat.update");
        var teams = site.Teams.Heard("activities.put");
        await end();
        await site.Slack.HearsAsync("chat.update", slack);
        await site.Teams.HearsAsync("activities.put", teams);
    }

    /// <summary>The bot was up again before its time or after it: either way it says "expired" to the end.</summary>
    private static async Task OutOfTimeAsync(Site site, Asked asked)
    {
        Assert.Null(await site.Bot.KillAsync(Site.Cancel));
        await Task.Delay(TimeSpan.FromSeconds(5), Site.Cancel);
        await site.StartAsync();
        await Eventually.TrueAsync(
            () => site.InSlack(asked).All(m => !m.Controls.Any()),
            "the card has run out"
        );
    }
}
