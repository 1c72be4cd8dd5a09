using System.Collections.Concurrent;
using System.Text.Json;

namespace ChatApprovals.Tests.Journeys;

/// <summary><c>kill -9</c> at moments nobody chose. A site of its own: it leaves a long queue of cards behind.</summary>
public sealed class KillAtAnyMoment : IClassFixture<SiteFixture>
{
    private readonly Site _site;

    public KillAtAnyMoment(SiteFixture fixture) => _site = fixture.Site;

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
}
