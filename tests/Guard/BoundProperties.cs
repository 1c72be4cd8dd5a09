using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Mcp;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>Whatever is tried, in whatever order: what is bound runs with its key alone, and what stops stops it.</summary>
public sealed class BoundProperties
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_bound_grant_never_runs_without_the_right_key(int seed)
    {
        await using var bound = await BoundBot.StartAsync();
        var random = new Random(seed);
        ProofKey?[] keys = [null, bound.Key, new(), new()];
        for (var n = 0; n < 12; n++)
        {
            var ticket = $"CHG-{n}";
            await bound.DemandAsync(random.Next(2) == 0 ? Risk.High : Risk.Critical);
            var id = await bound.Bot.ApprovedAsync(ticket);
            var isDemanded = (await bound.Bot.FindAsync(id)).Opening.NeedsKey;
            var run = new Tried(bound, id, ticket, isDemanded);
            for (var step = 0; step < 25 && !run.IsUsed; step++)
            {
                var key = keys[random.Next(keys.Length)];
                await (random.Next(3) == 0 ? run.FetchAsync(key) : run.ConsumeAsync(key, random));
            }
        }
    }

    public static TheoryData<string, string> Stops() =>
        new()
        {
            { "disabled", "agent_disabled" },
            { "frozen", "frozen" },
            { "all frozen", "frozen" },
            { "revoked", "revoked" },
        };

    [Theory]
    [MemberData(nameof(Stops))]
    public async Task The_right_key_does_not_run_what_was_stopped(string what, string code)
    {
        await using var bound = await BoundBot.StartAsync();
        var (id, token) = await bound.BoundAsync();
        await StopAsync(bound, id, what);
        (await bound.ConsumeAsync(token, bound.ForGuard(token))).IsProblem(403, "revoked");
        Assert.Equal(code, (await bound.GrantAsync(id, bound.ForGrant(id))).Word("code"));
        Assert.DoesNotContain("grant.consumed", bound.Bot.Entries(), StringComparer.Ordinal);
        // A stop is no way to change the key: what goes on again is still bound.
        if (what is not "revoked")
        {
            var bot = bound.Bot;
            var asker = bot.Desk.Register.Current.Agents["asker"];
            await bot.SetAsync("agent", "asker", asker with { Disabled = false });
            await bot.SetAsync("freeze", "asker", null);
            await bot.SetAsync("freeze", Register.Everything, null);
            (await bound.ConsumeAsync(token, proof: null)).IsProblem(403, "invalid_token");
            (await bound.ConsumeAsync(token, bound.ForGuard(token))).Is(200);
        }
    }

    private static async Task StopAsync(BoundBot bound, string id, string what)
    {
        var bot = bound.Bot;
        var asker = bot.Desk.Register.Current.Agents["asker"];
        var carol = bot.Desk.Register.Current.PersonOf(Make.Slack("CAROL"))!.Id;
        var freeze = new Freeze(Make.Noon, carol);
        switch (what)
        {
            case "disabled":
                await bot.SetAsync("agent", "asker", asker with { Disabled = true });
                break;
            case "frozen":
                await bot.SetAsync("freeze", "asker", freeze);
                break;
            case "all frozen":
                await bot.SetAsync("freeze", Register.Everything, freeze);
                break;
            default:
                var request = RequestId.Parse(id, provider: null);
                await bot.Desk.Grants.RevokeAsync(request, carol, (_, _) => true, TestDesk.Cancel);
                break;
        }
    }

    /// <summary>One approved request, and what must be true of it by the smallest model there is.</summary>
    private sealed class Tried(BoundBot bound, string id, string ticket, bool isDemanded)
    {
        private ImmutableArray<string> _tokens = [];
        private ProofKey? _owner;

        public bool IsUsed { get; private set; }

        public async Task FetchAsync(ProofKey? key)
        {
            var reply = await bound.GrantAsync(id, key is null ? [] : [bound.ForGrant(id, key)]);
            var mayHave = key is null
                ? _owner is null && !isDemanded
                : _owner is null || _owner == key;
            Assert.Equal(mayHave ? 200 : 403, (int)reply.Status);
            if (mayHave)
            {
                _owner ??= key;
                // What was fetched before the key was shown is worth nothing from then on.
                _tokens = _tokens.Add(reply.Word("token"));
            }
        }

        public async Task ConsumeAsync(ProofKey? key, Random random)
        {
            if (_tokens.IsEmpty)
            {
                return;
            }

            var token = _tokens[random.Next(_tokens.Length)];
            var isBound = Claims(token).Contains("\"jkt\"", StringComparison.Ordinal);
            var proof = key is null ? null : bound.ForGuard(token, key);
            var reply = await bound.ConsumeAsync(token, proof, ticket);
            var mayRun = isBound == (_owner is not null) && (_owner is null || _owner == key);
            Assert.Equal(mayRun ? 200 : 403, (int)reply.Status);
            IsUsed = mayRun;
        }

        private static string Claims(string token) =>
            ChatApprovals.Jose.JwsToken.Parse(token)!.Payload.GetRawText();
    }
}
