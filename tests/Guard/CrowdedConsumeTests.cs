using System.Globalization;
using System.Net;
using System.Text;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>
/// The same grants, consumed at once from many connections. <c>CONSUMPTIONS=100000</c> tries that often; the
/// default is what every run can afford.
/// </summary>
public sealed class CrowdedConsumeTests
{
    private const int Grants = 20;
    private const int Connections = 64;

    private static readonly int s_tries = int.TryParse(
        Environment.GetEnvironmentVariable("CONSUMPTIONS"),
        CultureInfo.InvariantCulture,
        out var tries
    )
        ? tries
        : 2_000;

    [Fact]
    public async Task However_many_consume_the_same_grants_at_once_each_is_consumed_exactly_once()
    {
        // Time stands still: no grant expires on a slow machine.
        await using var bot = await GuardBot.StartAsync(new HandClock(Make.Noon));
        var (ids, bodies) = (new List<string>(), new List<byte[]>());
        for (var i = 0; i < Grants; i++)
        {
            ids.Add(await bot.ApprovedAsync($"CHG-{i}"));
            var about = GuardBot.AboutToRun(await bot.TokenAsync(ids[i]), $"CHG-{i}");
            bodies.Add(Encoding.UTF8.GetBytes(about.ToJsonString()));
        }

        var answers = await Task.WhenAll(
            Enumerable.Range(0, Connections).Select(connection => TryAsync(bot, bodies, connection))
        );

        var perGrant = answers.SelectMany(a => a).ToLookup(a => a.Grant, a => a.Status);
        Assert.Equal(s_tries / Connections * Connections, perGrant.Sum(g => g.Count()));
        Assert.All(
            perGrant,
            grant =>
            {
                Assert.Equal(1, grant.Count(s => s == HttpStatusCode.OK));
                Assert.All(
                    grant,
                    s => Assert.True(s is HttpStatusCode.OK or HttpStatusCode.Conflict)
                );
            }
        );
        for (var grant = 0; grant < Grants; grant++)
        {
            var kinds = bot
                .Desk.Store.EntriesOf(ids[grant], long.MaxValue, int.MaxValue)
                .Select(e => e.Kind)
                .ToList();
            Assert.Equal(1, kinds.Count(k => k is "grant.consumed"));
            Assert.Equal(perGrant[grant].Count() - 1, kinds.Count(k => k is "grant.refused"));
        }
    }

    /// <summary>One connection, one try after the other, each of another grant.</summary>
    private static async Task<List<(int Grant, HttpStatusCode Status)>> TryAsync(
        GuardBot bot,
        List<byte[]> bodies,
        int connection
    )
    {
        using var http = bot.As(bot.Key);
        List<(int, HttpStatusCode)> answers = [];
        for (var i = 0; i < s_tries / Connections; i++)
        {
            var grant = (connection + i) % Grants;
            using var body = new ByteArrayContent(bodies[grant]);
            body.Headers.ContentType = new("application/json");
            using var answer = await http.PostAsync("/v1/grants/consume", body, TestDesk.Cancel);
            answers.Add((grant, answer.StatusCode));
        }

        return answers;
    }
}
