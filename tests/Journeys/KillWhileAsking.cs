using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// <c>kill -9</c> between every two steps from the agent's call to the card on both surfaces. Each case
/// goes on after the restart to the very end of the column.
/// </summary>
public sealed class KillWhileAsking : IClassFixture<SiteFixture>
{
    private const string Post = "chat.postMessage";
    private const string Activity = "activities.post";
    private readonly Site _site;

    public KillWhileAsking(SiteFixture fixture) => _site = fixture.Site;

    private static readonly KillPoint[] s_points =
    [
        new("201 read, nothing sent yet", site => site.AskAsync()) { Then = LookAsync },
        new("both cards held by the platforms, not done", BothHeldAsync)
        {
            Decide = KillPoint.InTeams,
        },
        new("Slack has the post, did nothing", site => SlackAsync(site, new Fault.Hang())),
        new("Slack posted, never answers", site => SlackAsync(site, new Fault.DoneButSilent())),
        new("Slack posted, the answer was lost", SlackLostAsync),
        new("Teams has the post, did nothing", site => TeamsAsync(site, new Fault.Hang())),
        new("Teams posted, never answers, a client looks", TeamsSilentAsync)
        {
            Then = LookAsync,
            Decide = KillPoint.InTeams,
        },
        new("Teams posted, never answers, nobody looks", TeamsSilentAsync) { TeamsMessages = 2 },
        new("both posted, neither answers", BothSilentAsync) { Then = LookAsync },
        new("both answered, the ids perhaps not stored", AnsweredAsync) { Then = LookAsync },
        new("both ids stored", StoredAsync) { Decide = KillPoint.InTeams },
    ];

    public static TheoryData<string> Points => KillPoint.Names(s_points);

    [Theory, MemberData(nameof(Points))]
    public Task Nothing_is_lost_or_doubled_by_a_kill_when(string point) =>
        KillPoint.CheckAsync(s_points, point, _site);

    private static async Task<Asked> SlackAsync(Site site, Fault fault)
    {
        var before = site.Slack.Heard(Post);
        site.Slack.Faults.Next(Post, fault);
        var asked = await site.AskAsync();
        await site.Slack.HearsAsync(Post, before);
        await site.OneStoredAsync(asked);
        return asked;
    }

    /// <summary>The bot knows that it does not know, and is killed before it has looked.</summary>
    private static async Task<Asked> SlackLostAsync(Site site)
    {
        site.Slack.Faults.Next("conversations.history", new Fault.Hang());
        var before = site.Slack.Heard("conversations.history");
        var asked = await SlackAsync(site, new Fault.DoneButUnheard());
        await site.Slack.HearsAsync("conversations.history", before);
        return asked;
    }

    private static async Task<Asked> TeamsAsync(Site site, Fault fault)
    {
        var before = site.Teams.Heard(Activity);
        site.Teams.Faults.Next(Activity, fault);
        var asked = await site.AskAsync();
        await site.Teams.HearsAsync(Activity, before);
        return asked;
    }

    private static Task<Asked> TeamsSilentAsync(Site site) =>
        TeamsAsync(site, new Fault.DoneButSilent());

    /// <summary>Carol's Teams shows the card that the bot does not know of, and asks for her view.</summary>
    private static async Task LookAsync(Site site, Asked asked)
    {
        foreach (var message in site.InTeams(asked))
        {
            var (carol, place) = (People.Carol.Mri!, Acme.TeamsChannel);
            Assert.True(await site.Teams.Look(carol, place, message.Id, Site.Cancel));
        }
    }

    private static async Task<Asked> BothHeldAsync(Site site)
    {
        site.Slack.Faults.Next(Post, new Fault.Hang());
        var before = site.Slack.Heard(Post);
        var asked = await TeamsAsync(site, new Fault.Hang());
        await site.Slack.HearsAsync(Post, before);
        return asked;
    }

    private static async Task<Asked> BothSilentAsync(Site site)
    {
        site.Slack.Faults.Next(Post, new Fault.DoneButSilent());
        var before = site.Slack.Heard(Post);
        var asked = await TeamsSilentAsync(site);
        await site.Slack.HearsAsync(Post, before);
        return asked;
    }

    private static async Task<Asked> AnsweredAsync(Site site)
    {
        var asked = await site.AskAsync();
        await Eventually.TrueAsync(
            () => site.InSlack(asked).Count + site.InTeams(asked).Count == 2,
            "both platforms have it"
        );
        return asked;
    }

    private static async Task<Asked> StoredAsync(Site site)
    {
        var asked = await site.AskAsync();
        await site.StoredAsync(asked);
        return asked;
    }
}
