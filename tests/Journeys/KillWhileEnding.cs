using System.Collections.Concurrent;
using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary><c>kill -9</c> around the other ends: cancelled, expired, reported; and at moments nobody chose.</summary>
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

    public static TheoryData<string> Points => [.. s_points.Select(p => p.Name)];

    [Theory, MemberData(nameof(Points))]
    public Task Nothing_is_lost_or_doubled_by_a_kill_when(string point) =>
        s_points
            .Single(p => string.Equals(p.Name, point, StringComparison.Ordinal))
            .CheckAsync(_site);

    /// <summary>
    /// Agents submit as fast as they can and the bot is killed at a moment that the seed chooses: what
    /// was answered is there, what was not is there once or not at all, and asking again tells which.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_kill_at_any_moment_loses_no_answer_and_doubles_no_key(int seed)
    {
        var before = await _site.CreatedAsync();
        var acknowledged = new ConcurrentDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var agent in Enumerable.Range(0, 8))
        {
            _site.Begin(SubmitUntilKilledAsync($"seed-{seed}-{agent}", acknowledged));
        }

        await Task.Delay(new Random(seed).Next(20, 300), Site.Cancel);
        await _site.KillAsync();
        await _site.StartAsync();

        foreach (var (key, id) in acknowledged)
        {
            var now = Id(await _site.SendAsync(key, BodyOf(key)));
            Assert.Equal(id ?? now, now);
            await _site.CancelAsync(now);
        }

        Assert.Equal(before + acknowledged.Count, await _site.CreatedAsync());
        await _site.IsSoundAsync();
    }

    /// <summary>Every key that was ever sent; its id once the answer was read.</summary>
    private async Task SubmitUntilKilledAsync(
        string prefix,
        ConcurrentDictionary<string, string?> acknowledged
    )
    {
        for (var n = 0; n < 10; n++)
        {
            var key = $"{prefix}-{n}";
            acknowledged[key] = null;
            acknowledged[key] = Id(await _site.SendAsync(key, BodyOf(key)));
        }
    }

    private static object BodyOf(string key) =>
        new
        {
            action = new { name = "db.password.rotate" },
            resource = new { type = "postgres", id = key },
            initiator = new { type = "human", id = "alice@acme.example" },
        };

    private static string Id(JsonElement answer) => answer.GetProperty("id").GetString()!;

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
