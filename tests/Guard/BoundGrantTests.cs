using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Inbox;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Mcp;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>A grant that is bound to the agent's key (RFC 9449) runs with that key and with nothing else.</summary>
public sealed class BoundGrantTests
{
    [Fact]
    public async Task A_grant_fetched_with_a_proof_names_the_key_and_runs_once_with_a_proof_of_it()
    {
        await using var bound = await BoundBot.StartAsync();
        var id = await bound.Bot.ApprovedAsync();
        var reply = (await bound.GrantAsync(id, bound.ForGrant(id))).Is(200);
        Assert.Equal("DPoP", reply.Word("token_type"));
        var token = reply.Word("token");
        var claims = JwsToken.Parse(token)!.Payload;
        Assert.Equal($$"""{"jkt":"{{bound.Key.Jkt}}"}""", claims.GetProperty("cnf").GetRawText());
        (await bound.ConsumeAsync(token, bound.ForGuard(token))).Is(200);
        (await bound.ConsumeAsync(token, bound.ForGuard(token))).IsProblem(409, "already_consumed");
        Assert.Equal(bound.Key.Jkt, (await bound.Bot.FindAsync(id)).Grant!.Jkt);
        Assert.Equal(
            ["grant.issued", "grant.consumed", "grant.refused already_consumed"],
            bound.Bot.Entries()
        );
    }

    [Fact]
    public async Task A_proof_made_by_npm_dpop_binds_and_makes_the_token_from_before_worthless()
    {
        await using var bot = await GuardBot.StartAsync();
        SharedData.SkipUnless(
            Directory.Exists(SharedData.InRepository("tests/node/node_modules/dpop")),
            "npm dpop is not installed: npm ci in tests/node"
        );
        var id = await bot.ApprovedAsync();
        var unbound = await bot.TokenAsync(id);
        var (jkt, proofs) = await MakeAsync(
            new { htm = "POST", htu = BoundBot.GrantAddress(id) },
            new
            {
                htm = "POST",
                htu = BoundBot.GuardAddress,
                token = unbound,
            }
        );
        var reply = await bot.Inbox.PostAsync(
            $"/v1/requests/{id}/grant",
            "{}",
            http: null,
            ("DPoP", proofs[0])
        );
        var cnf = JwsToken.Parse(reply.Is(200).Word("token"))!.Payload.GetProperty("cnf");
        Assert.Equal(jkt, cnf.GetProperty("jkt").GetString());
        // From then on the token from before is worth nothing, whatever comes with it.
        var about = BoundBot.About(unbound, proofs[1]);
        (await bot.ConsumeAsync(about)).IsProblem(403, "invalid_token");
        Assert.Equal("grant.refused invalid_token", bot.Entries()[^1]);
    }

    [Fact]
    public async Task Without_a_key_a_grant_is_as_before_and_a_guard_may_send_a_proof_all_the_same()
    {
        await using var bound = await BoundBot.StartAsync();
        var id = await bound.Bot.ApprovedAsync();
        var reply = (await bound.GrantAsync(id)).Is(200);
        Assert.False(reply.Body.TryGetProperty("token_type", out _));
        var token = reply.Word("token");
        Assert.False(JwsToken.Parse(token)!.Payload.TryGetProperty("cnf", out _));
        (await bound.ConsumeAsync(token, "no proof")).IsProblem(403, "invalid_token");
        (await bound.ConsumeAsync(token, bound.ForGuard(token))).Is(200);
    }

    [Fact]
    public async Task Asked_again_the_same_key_must_ask()
    {
        await using var bound = await BoundBot.StartAsync();
        var (id, token) = await bound.BoundAsync();
        (await bound.GrantAsync(id)).IsProblem(403, "dpop_proof_missing");
        (await bound.GrantAsync(id, bound.ForGrant(id, new ProofKey()))).IsProblem(
            403,
            "wrong_dpop_key"
        );
        bound.Clock.Advance(TimeSpan.FromSeconds(5));
        var again = (await bound.GrantAsync(id, bound.ForGrant(id))).Is(200).Word("token");
        Assert.NotEqual(token, again, StringComparer.Ordinal);
        Assert.Equal(
            [
                "grant.issued",
                "grant.refused dpop_proof_missing",
                "grant.refused wrong_dpop_key",
                "grant.issued",
            ],
            bound.Bot.Entries()
        );
        (await bound.ConsumeAsync(again, bound.ForGuard(again))).Is(200);
    }

    [Fact]
    public async Task A_proof_that_is_none_gets_no_token_and_says_what_is_wrong()
    {
        await using var bound = await BoundBot.StartAsync();
        var id = await bound.Bot.ApprovedAsync();
        var (now, key) = (bound.Clock.GetUtcNow(), bound.Key);
        var used = bound.ForGrant(await bound.Bot.ApprovedAsync("CHG-2"));
        var (ours, another) = (BoundBot.GrantAddress(id), BoundBot.GrantAddress("apr_other"));
        var wrong = new (string Says, string[] Proofs)[]
        {
            ("It must be", [""]),
            ("It must be", ["x"]),
            ("It must be", [bound.ForGrant(id), bound.ForGrant(id)]),
            ("htm:", [key.Make("GET", ours, now)]),
            ("htu:", [key.Make("POST", another, now)]),
            ("htu:", [used]),
            ("htu:", [key.Make("POST", "http://127.0.0.1/v1/requests/x/grant", now)]),
            ("iat:", [key.Make("POST", ours, now.AddSeconds(-61))]),
            ("iat:", [key.Make("POST", ours, now.AddSeconds(61))]),
        };
        foreach (var (says, proofs) in wrong)
        {
            var reply = await bound.GrantAsync(id, proofs);
            reply.IsProblem(403, "invalid_dpop_proof");
            Assert.Contains(says, reply.Word("detail"), StringComparison.Ordinal);
        }

        Assert.Null((await bound.Bot.FindAsync(id)).Grant);
        Assert.Equal(wrong.Length, bound.Bot.Entries().Count);
        Assert.All(bound.Bot.Entries(), e => Assert.Equal("grant.refused invalid_dpop_proof", e));
    }

    [Fact]
    public async Task A_proof_is_taken_once()
    {
        await using var bound = await BoundBot.StartAsync();
        var id = await bound.Bot.ApprovedAsync();
        var proof = bound.ForGrant(id);
        var token = (await bound.GrantAsync(id, proof)).Is(200).Word("token");
        (await bound.GrantAsync(id, proof)).IsProblem(403, "invalid_dpop_proof");
        var run = bound.ForGuard(token);
        (await bound.ConsumeAsync(token, run)).Is(200);
        var other = (await bound.BoundAsync("CHG-2")).Token;
        (await bound.ConsumeAsync(other, run, "CHG-2")).IsProblem(403, "invalid_token");
    }

    /// <summary>A guard has the one proof that the agent sent it.</summary>
    [Fact]
    public async Task A_proof_of_which_nothing_came_is_good_for_another_try()
    {
        await using var bound = await BoundBot.StartAsync();
        var (_, token) = await bound.BoundAsync();
        var run = bound.ForGuard(token);
        (await bound.ConsumeAsync(token, run, "CHG-other")).IsProblem(403, "binding_mismatch");
        var wall = bound.Bot.Desk.Wall;
        wall.Obstacles[Make.Slack("BOB")] = MemberObstacle.Unknown;
        bound.Bot.Desk.Forget(Make.Slack("BOB"));
        (await bound.ConsumeAsync(token, run)).IsProblem(503, "unavailable");
        wall.Obstacles.Clear();
        (await bound.ConsumeAsync(token, run)).Is(200);
        (await bound.ConsumeAsync(token, run)).IsProblem(409, "already_consumed");
    }

    [Fact]
    public async Task An_agent_that_comes_too_often_for_grants_waits_and_others_do_not()
    {
        var few = new InboxOptions { Burst = 1, SubmissionsPerMinute = 1 };
        await using var bot = await GuardBot.StartAsync(new HandClock(Make.Noon), few);
        var id = await bot.ApprovedAsync();
        var refused = 0;
        var answer = await GrantAsync("x");
        for (; (int)answer.Status != 429; refused++)
        {
            Assert.True(refused < 100, "there is no end");
            answer.IsProblem(403, "invalid_dpop_proof");
            answer = await GrantAsync("x");
        }

        answer.IsProblem(429, "too_many_requests");
        Assert.True(refused >= 50, "what an agent may always");
        Assert.True(answer.Headers.ContainsKey("Retry-After"));
        Assert.Equal(refused, bot.Entries().Count);
        (await bot.GrantAsync(id, bot.Inbox.Other)).IsProblem(404, "not_found");

        Task<Reply> GrantAsync(string proof) =>
            bot.Inbox.PostAsync($"/v1/requests/{id}/grant", "{}", http: null, ("DPoP", proof));
    }

    [Fact]
    public async Task A_guard_is_told_no_for_every_proof_that_is_not_of_its_call_and_nothing_is_used_up()
    {
        await using var bound = await BoundBot.StartAsync();
        var (_, token) = await bound.BoundAsync();
        var (now, key) = (bound.Clock.GetUtcNow(), bound.Key);
        var other = (await bound.BoundAsync("CHG-2")).Token;
        string?[] wrong =
        [
            null,
            "x",
            token,
            bound.ForGuard(token, new ProofKey()),
            bound.ForGuard(other),
            key.Make("POST", BoundBot.GuardAddress, now),
            key.Make("GET", BoundBot.GuardAddress, now, token),
            key.Make("POST", "https://other.example/run", now, token),
            key.Make("POST", BoundBot.GuardAddress, now.AddSeconds(-61), token),
            key.Make("POST", BoundBot.GuardAddress, now, token, h => h["alg"] = "none"),
            key.Make("POST", BoundBot.GuardAddress, now, token, h => h["typ"] = "JWT"),
            key.Make("POST", BoundBot.GuardAddress, now, token, h => h["jwk"]!["d"] = key.Secret),
            key.Make("POST", BoundBot.GuardAddress, now, token, claims: c => c.Remove("jti")),
        ];
        foreach (var proof in wrong)
        {
            (await bound.ConsumeAsync(token, proof)).IsProblem(403, "invalid_token");
        }

        Assert.DoesNotContain("grant.consumed", bound.Bot.Entries(), StringComparer.Ordinal);
        Assert.Equal(
            wrong.Length,
            bound.Bot.Entries().Count(e => e.StartsWith("grant.refused ", StringComparison.Ordinal))
        );
        (await bound.ConsumeAsync(token, bound.ForGuard(token))).Is(200);
    }

    [Theory]
    [InlineData("""{"proof": "x", "htm": "POST"}""", "/dpop/htu")]
    [InlineData("""{"htm": "POST", "htu": "https://a"}""", "/dpop/proof")]
    [InlineData("""{"proof": "x", "htm": "POST", "htu": "https://a", "more": 1}""", "/dpop/more")]
    [InlineData("""{"proof": 7, "htm": "POST", "htu": "https://a"}""", "/dpop/proof")]
    [InlineData("\"x\"", "/dpop")]
    [InlineData("null", "/dpop")]
    public async Task What_a_guard_says_of_the_proof_is_read_strictly(string dpop, string at)
    {
        await using var bound = await BoundBot.StartAsync();
        var (_, token) = await bound.BoundAsync();
        var about = BoundBot.About(token, proof: null);
        about["dpop"] = JsonNode.Parse(dpop);
        var reply = await bound.Bot.ConsumeAsync(about);
        reply.IsProblem(400, "invalid_request");
        Assert.Equal(at, reply.Body.GetProperty("errors")[0].Word("pointer"));
    }

    [Theory]
    [InlineData(Risk.Medium, true)]
    [InlineData(Risk.High, true)]
    [InlineData(Risk.Critical, false)]
    public async Task From_the_risk_that_the_policy_names_nothing_is_minted_without_a_key(
        Risk from,
        bool isDemanded
    )
    {
        await using var bound = await BoundBot.StartAsync();
        await bound.DemandAsync(from);
        var id = await bound.Bot.ApprovedAsync();
        var without = await bound.GrantAsync(id);
        if (!isDemanded)
        {
            without.Is(200);
            return;
        }

        without.IsProblem(403, "dpop_proof_missing");
        Assert.Null((await bound.Bot.FindAsync(id)).Grant);
        Assert.Equal(["grant.refused dpop_proof_missing"], bound.Bot.Entries());
        var token = (await bound.GrantAsync(id, bound.ForGrant(id))).Is(200).Word("token");
        (await bound.ConsumeAsync(token, proof: null)).IsProblem(403, "invalid_token");
        (await bound.ConsumeAsync(token, bound.ForGuard(token))).Is(200);
    }

    private static async Task<(string Jkt, string[] Proofs)> MakeAsync(params object[] calls)
    {
        var (exit, output) = await OtherProgram.Run(
            "node",
            [SharedData.InRepository("tests/node/make-proofs.mjs")],
            System.Text.Json.JsonSerializer.Serialize(calls),
            TestDesk.Cancel
        );
        Assert.True(exit == 0, output);
        var made = JsonNode.Parse(output)!;
        return (
            made["jkt"]!.GetValue<string>(),
            [.. made["proofs"]!.AsArray().Select(p => p!.GetValue<string>())]
        );
    }
}
