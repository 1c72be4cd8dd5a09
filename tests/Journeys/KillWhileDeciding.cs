using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// <c>kill -9</c> between every two steps from somebody's click to the redrawn cards. A click that was not
/// answered may or may not have counted; one that was answered has.
/// </summary>
public sealed class KillWhileDeciding : IClassFixture<SiteFixture>
{
    private const string WhoInSlack = "users.info";
    private const string WhoInTeams = "members.get";
    private readonly Site _site;

    public KillWhileDeciding(SiteFixture fixture) => _site = fixture.Site;

    private static readonly KillPoint[] s_points =
    [
        new("Slack click received, not committed", SlackClickHeldAsync),
        new("Teams click received, not committed", TeamsClickHeldAsync)
        {
            Decide = KillPoint.InTeams,
        },
        new("Slack click answered", site => DecidedAsync(site, KillPoint.InSlack))
        {
            Status = "approved",
        },
        new("Teams click answered", site => DecidedAsync(site, KillPoint.InTeams))
        {
            Status = "approved",
        },
        new("Slack click committed, the click not answered", CommittedAsync)
        {
            Status = "approved",
        },
        new("agent's poll not answered", PollingAsync),
        new("clicked before the bot knew the message's id", ClickedEarlyAsync)
        {
            Status = "approved",
        },
        new("redraw of Teams done, Slack holds its own", site => RedrawnAsync(site, false, true))
        {
            Status = "approved",
        },
        new("redraw of Slack done, Teams holds its own", site => RedrawnAsync(site, true, false))
        {
            Status = "approved",
        },
        new("both redraws done, neither answered", site => RedrawnAsync(site, true, true))
        {
            Status = "approved",
        },
        new("reject form open", FormOpenAsync) { Then = SubmitAsync, Status = "denied" },
        new("reject form sent, not answered", FormSentAsync)
        {
            Then = SubmitAgainAsync,
            Status = "denied",
        },
    ];

    public static TheoryData<string> Points => KillPoint.Names(s_points);

    [Theory, MemberData(nameof(Points))]
    public Task Nothing_is_lost_or_doubled_by_a_kill_when(string point) =>
        KillPoint.CheckAsync(s_points, point, _site);

    /// <summary>A process that has asked nobody yet: who Bob is must be asked of Slack at the click.</summary>
    private static async Task<Asked> ShownByFreshProcessAsync(Site site)
    {
        var asked = await site.AskShownAsync();
        await site.KillAsync();
        await site.StartAsync();
        return asked;
    }

    private static async Task<Asked> SlackClickHeldAsync(Site site)
    {
        var asked = await ShownByFreshProcessAsync(site);
        site.Slack.Faults.Next(WhoInSlack, new Fault.Hang(), times: 3);
        var before = site.Slack.Heard(WhoInSlack);
        site.Begin(site.ClickInSlackAsync(asked, "approve"));
        await site.Slack.HearsAsync(WhoInSlack, before);
        return asked;
    }

    private static async Task<Asked> TeamsClickHeldAsync(Site site)
    {
        var asked = await ShownByFreshProcessAsync(site);
        site.Teams.Faults.Next(WhoInTeams, new Fault.Hang(), times: 3);
        var before = site.Teams.Heard(WhoInTeams);
        site.Begin(site.ClickInTeamsAsync(asked, "approve"));
        await site.Teams.HearsAsync(WhoInTeams, before);
        return asked;
    }

    private static async Task<Asked> DecidedAsync(Site site, Func<Site, Asked, Task> decide)
    {
        var asked = await site.AskShownAsync();
        await decide(site, asked);
        return asked;
    }

    /// <summary>The agent's poll is answered as soon as it is durable: so it was, whatever Bob heard.</summary>
    private static async Task<Asked> CommittedAsync(Site site)
    {
        var asked = await site.AskShownAsync();
        var poll = site.ReadAsync(asked.Id, wait: 60);
        site.Begin(site.ClickInSlackAsync(asked, "approve"));
        Assert.Equal("approved", (await poll).GetProperty("status").GetString());
        return asked;
    }

    private static async Task<Asked> PollingAsync(Site site)
    {
        var asked = await site.AskShownAsync();
        site.Begin(site.ReadAsync(asked.Id, wait: 60));
        site.Begin(site.ReadAsync(asked.Id, wait: 60));
        return asked;
    }

    private static async Task<Asked> ClickedEarlyAsync(Site site)
    {
        const string post = "chat.postMessage";
        site.Slack.Faults.Next(post, new Fault.DoneButSilent());
        var before = site.Slack.Heard(post);
        var asked = await site.AskAsync();
        await site.Slack.HearsAsync(post, before);
        await site.OneStoredAsync(asked);

        await KillPoint.InSlack(site, asked);
        return asked;
    }

    /// <summary>Each platform does the redraw, or does not; neither ever answers.</summary>
    private static async Task<Asked> RedrawnAsync(Site site, bool inSlack, bool inTeams)
    {
        var asked = await site.AskShownAsync();
        site.Slack.Faults.Next("chat.update", Silent(inSlack));
        site.Teams.Faults.Next("activities.put", Silent(inTeams));
        var (slack, teams) = (site.Slack.Heard("chat.update"), site.Teams.Heard("activities.put"));
        await KillPoint.InSlack(site, asked);
        await site.Slack.HearsAsync("chat.update", slack);
        await site.Teams.HearsAsync("activities.put", teams);
        return asked;
    }

    private static Fault Silent(bool does) => does ? new Fault.DoneButSilent() : new Fault.Hang();

    private static async Task<Asked> FormOpenAsync(Site site)
    {
        var asked = await site.AskShownAsync();
        Assert.Null((await site.ClickInSlackAsync(asked, "reject")).Problem);
        await Eventually.TrueAsync(
            () => site.Slack.Modal(People.Bob.Slack!) is not null,
            "Bob sees the form"
        );
        return asked;
    }

    /// <summary>Sent at the moment of the kill: committed or not, nobody was told.</summary>
    private static async Task<Asked> FormSentAsync(Site site)
    {
        var asked = await FormOpenAsync(site);
        site.Begin(SubmitAsync(site, asked));
        return asked;
    }

    private static Task SubmitAgainAsync(Site site, Asked asked) =>
        site.Slack.Modal(People.Bob.Slack!) is null ? Task.CompletedTask : SubmitAsync(site, asked);

    private static Task SubmitAsync(Site site, Asked asked) => SubmitAsync(site);

    /// <summary>Bob fills in the form why not, and sends it.</summary>
    internal static async Task SubmitAsync(Site site)
    {
        var typed = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["reason"] = "not in this window",
        };
        var form = new Dictionary<string, IReadOnlyDictionary<string, string>>(
            StringComparer.Ordinal
        )
        {
            ["reason"] = typed,
        };
        var answer = await site.Slack.Submit(People.Bob.Slack!, form, Site.Cancel);
        Assert.Null(answer.Problem);
    }
}
