using System.Collections.Concurrent;
using System.Text.Json;
using ChatApprovals.Playground;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// <c>kill -9</c> at moments nobody chose, again and again over one data directory, while agents submit and people
/// decide. A site of its own: it leaves a long queue of cards behind. <c>KILLS</c> sets how often.
/// </summary>
public sealed class KillAtAnyMoment : IClassFixture<SiteFixture>
{
    private readonly Site _site;

    public KillAtAnyMoment(SiteFixture fixture) => _site = fixture.Site;

    /// <summary>Each seed chooses one moment.</summary>
    public static TheoryData<int> Seeds =>
        [
            .. Enumerable.Range(
                1,
                int.TryParse(Environment.GetEnvironmentVariable("KILLS"), out var kills)
                    ? kills
                    : 20
            ),
        ];

    /// <summary>
    /// Agents submit as fast as they can, Bob and Carol decide, and the bot is killed at a moment that the seed
    /// chooses: what was answered is there, what was not is there once or not at all, and asking again tells which.
    /// </summary>
    [Theory, MemberData(nameof(Seeds))]
    public async Task A_kill_at_any_moment_loses_no_answer_and_doubles_nothing(int seed)
    {
        var before = await _site.CreatedAsync();
        var (bobs, carols) = (await _site.AskShownAsync(), await _site.AskShownAsync());
        var acknowledged = new ConcurrentDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var agent in Enumerable.Range(0, 8))
        {
            _site.Begin(SubmitUntilKilledAsync($"seed-{seed}-{agent}", acknowledged));
        }

        async Task<string?> Bobs() => (await _site.ClickInSlackAsync(bobs, "approve")).Problem;
        async Task<string?> Carols() => (await _site.ClickInTeamsAsync(carols, "approve")).Problem;
        var (bob, carol) = (DecidedAsync(Bobs), DecidedAsync(Carols));
        await Task.Delay(new Random(seed).Next(5, 300), Site.Cancel);
        await _site.KillAsync();
        var (isBobs, isCarols) = (await bob, await carol);
        await _site.StartAsync();

        await IsDecidedOnceAsync(bobs, isBobs, Bobs);
        await IsDecidedOnceAsync(carols, isCarols, Carols);
        foreach (var (key, id) in acknowledged)
        {
            var now = Id(await _site.SendAsync(key, BodyOf(key)));
            Assert.Equal(id ?? now, now);
            await _site.CancelAsync(now);
        }

        Assert.Equal(before + 2 + acknowledged.Count, await _site.CreatedAsync());
        await _site.IsSoundAsync();
    }

    /// <summary>
    /// A decision that was answered stands; one that was not stands or can be made; and the end is reported once. A bot
    /// that has just started may be slower than the platform waits, and answer 503: whoever is told so clicks again.
    /// </summary>
    private async Task IsDecidedOnceAsync(Asked asked, bool isAnswered, Func<Task<string?>> click)
    {
        const int Patience = 24;
        var status = await _site.StatusAsync(asked.Id);
        Assert.True(status is "approved" || (!isAnswered && status is "pending"), status);
        for (var clicks = 0; status is "pending" && clicks < Patience; clicks++)
        {
            var isTold = await DecidedAsync(click);
            status = await _site.StatusAsync(asked.Id, wait: isTold ? 0 : 5);
            Assert.True(status is "approved" || !isTold, status);
        }

        Assert.Equal("approved", status);
        await _site.ReportAsync(asked.Id);
        foreach (
            var kind in (string[])
                ["request.created", "decision.approved", "request.approved", "execution.reported"]
        )
        {
            Assert.Equal(1, await _site.CountAsync(asked.Id, kind));
        }
    }

    /// <summary>Whether somebody was told that their click counts; the connection may break.</summary>
    private static async Task<bool> DecidedAsync(Func<Task<string?>> click)
    {
        try
        {
            return await click() is null;
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            return false;
        }
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
}
