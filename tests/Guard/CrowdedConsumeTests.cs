using System.Globalization;
using System.Net;
using System.Text;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>
/// Grants consumed at once from many connections, wave after wave: in each, all connections begin together with grants
/// that nobody has used, so that first consumptions race all the way. <c>CONSUMPTIONS=100000</c> tries that often, by hand
/// (README, "How it is proved"); the default is what every run can afford.
/// </summary>
public sealed class CrowdedConsumeTests
{
    private const int Connections = 64;

    /// <summary>Of each wave: every connection begins with another one of them.</summary>
    private const int GrantsAtOnce = 4;

    private static readonly int s_tries = int.TryParse(
        Environment.GetEnvironmentVariable("CONSUMPTIONS"),
        CultureInfo.InvariantCulture,
        out var tries
    )
        ? tries
        : 2_000;

    private static readonly int s_waves = Math.Clamp(
        s_tries / (Connections * GrantsAtOnce),
        1,
        100
    );

    [Fact]
    public async Task However_many_consume_the_same_grants_at_once_each_is_consumed_exactly_once()
    {
        // Time stands still: no grant expires on a slow machine.
        await using var bot = await GuardBot.StartAsync(new HandClock(Make.Noon));
        var connections = Enumerable.Range(0, Connections).Select(_ => bot.As(bot.Key)).ToArray();
        for (var wave = 0; wave < s_waves; wave++)
        {
            await WaveAsync(bot, connections, wave);
        }

        Array.ForEach(connections, c => c.Dispose());
        var all = bot.Entries();
        Assert.Equal(s_waves * GrantsAtOnce, all.Count(e => e is "grant.consumed"));
    }

    private static async Task WaveAsync(GuardBot bot, HttpClient[] connections, int wave)
    {
        var (ids, bodies) = (new List<string>(), new List<byte[]>());
        for (var i = 0; i < GrantsAtOnce; i++)
        {
            var ticket = $"CHG-{wave}-{i}";
            ids.Add(await bot.ApprovedAsync(ticket));
            var about = GuardBot.AboutToRun(await bot.TokenAsync(ids[i]), ticket);
            bodies.Add(Encoding.UTF8.GetBytes(about.ToJsonString()));
        }

        var tries = s_tries / s_waves / Connections;
        var answers = await Task.WhenAll(
            connections.Select((http, first) => TryAsync(http, bodies, first, tries))
        );
        var perGrant = answers.SelectMany(a => a).ToLookup(a => a.Grant, a => a.Status);
        Assert.Equal(tries * Connections, perGrant.Sum(g => g.Count()));
        for (var grant = 0; grant < GrantsAtOnce; grant++)
        {
            var statuses = perGrant[grant].ToList();
            Assert.Equal(1, statuses.Count(s => s == HttpStatusCode.OK));
            Assert.Equal(statuses.Count - 1, statuses.Count(s => s == HttpStatusCode.Conflict));
            var kinds = bot
                .Desk.Store.EntriesOf(ids[grant], long.MaxValue, int.MaxValue)
                .Select(e => e.Kind)
                .ToList();
            Assert.Equal(1, kinds.Count(k => k is "grant.consumed"));
            Assert.Equal(statuses.Count - 1, kinds.Count(k => k is "grant.refused"));
        }
    }

    /// <summary>One connection, one try after the other, each of another grant.</summary>
    private static async Task<List<(int Grant, HttpStatusCode Status)>> TryAsync(
        HttpClient http,
        List<byte[]> bodies,
        int first,
        int tries
    )
    {
        List<(int, HttpStatusCode)> answers = [];
        for (var i = 0; i < tries; i++)
        {
            var grant = (first + i) % GrantsAtOnce;
            using var body = new ByteArrayContent(bodies[grant]);
            body.Headers.ContentType = new("application/json");
            using var answer = await http.PostAsync("/v1/grants/consume", body, TestDesk.Cancel);
            answers.Add((grant, answer.StatusCode));
        }

        return answers;
    }
}
