using ChatApprovals.Approvals;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Mcp;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>A guarded endpoint sends a call whose grant is bound to a key only with a proof of that key.</summary>
public sealed class BoundCallTests
{
    private const string Path = "/guard/cloud/roles/deployer/policies";

    private readonly HandClock _clock = new(Make.Noon);
    private readonly ProofKey _key = new();

    [Fact]
    public async Task A_bound_call_is_sent_once_with_a_proof_of_the_key_and_the_upstream_never_sees_it()
    {
        await using var bot = await GuardedBot.StartAsync(_clock);
        var id = await bot.ApprovedAsync();
        await BindAsync(bot, id);
        (await bot.AttachAsync(("Approval", id))).IsProblem(403, "dpop_proof_missing");
        (await CallAsync(bot, id, new ProofKey())).IsProblem(403, "wrong_dpop_key");
        Assert.Empty(bot.Upstream.Calls);
        (await CallAsync(bot, id, _key)).Is(200);
        (await CallAsync(bot, id, _key)).IsProblem(409, "already_consumed");
        var sent = Assert.Single(bot.Upstream.Calls);
        Assert.DoesNotContain("DPoP", sent.Headers.Keys, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Every_proof_that_is_not_of_this_call_sends_nothing_and_uses_nothing_up()
    {
        await using var bot = await GuardedBot.StartAsync(_clock);
        var id = await bot.ApprovedAsync();
        await BindAsync(bot, id);
        var (now, agent) = (_clock.GetUtcNow(), bot.Inbox.Key.Reveal());
        const string address = "https://bot.test" + Path;
        string[] wrong =
        [
            "",
            "x",
            _key.Make("POST", address, now),
            _key.Make("POST", address, now, bot.Inbox.Other.Reveal()),
            _key.Make("PUT", address, now, agent),
            _key.Make("POST", address + "/x", now, agent),
            _key.Make("POST", address + "?a=1", now, agent),
            _key.Make("POST", bot.Inbox.Address + Path[1..], now, agent),
            _key.Make("POST", bot.Upstream.Url + "/roles/deployer/policies", now, agent),
            _key.Make("POST", address, now.AddSeconds(-61), agent),
            _key.Make("POST", address, now, agent, h => h["jwk"]!["d"] = _key.Secret),
        ];
        foreach (var proof in wrong)
        {
            var reply = await bot.AttachAsync(("Approval", id), ("DPoP", proof));
            reply.IsProblem(403, "invalid_dpop_proof");
        }

        Assert.Empty(bot.Upstream.Calls);
        Assert.Equal(
            wrong.Length,
            bot.Entries(id).Count(e => e is "grant.refused invalid_dpop_proof")
        );
        (await CallAsync(bot, id, _key)).Is(200);
    }

    [Theory]
    [InlineData(Effect.RequireApproval)]
    [InlineData(Effect.Allow)]
    public async Task Where_the_policy_demands_a_key_it_must_be_shown_before_and_with_the_call(
        Effect effect
    )
    {
        await using var bot = await GuardedBot.StartAsync(_clock);
        var policy = Policy.Default with { SenderConstrained = Risk.Low, Effect = effect };
        await bot.SetAsync("policy", "default", policy);
        var first = await bot.AttachAsync();
        string id;
        if (effect is Effect.Allow)
        {
            first.IsProblem(403, "dpop_proof_missing");
            id = first.Body.GetProperty("request").GetProperty("id").GetString()!;
        }
        else
        {
            id = first.Is(202).Headers["Approval"];
            await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        }

        var said = (await Rpc.CallAsync(bot.Inbox, "get_approval", Rpc.Id(id))).Words();
        Assert.Contains($"First POST /v1/requests/{id}/grant", said, StringComparison.Ordinal);
        Assert.Contains($"Approval: {id} and DPoP", said, StringComparison.Ordinal);
        // A key of which nobody knew before is no reason to trust whoever has it.
        (await CallAsync(bot, id, _key)).IsProblem(403, "dpop_proof_missing");
        await BindAsync(bot, id);
        (await CallAsync(bot, id, new ProofKey())).IsProblem(403, "wrong_dpop_key");
        Assert.Empty(bot.Upstream.Calls);
        (await CallAsync(bot, id, _key)).Is(200);
        Assert.Single(bot.Upstream.Calls);
    }

    [Fact]
    public async Task A_call_that_is_held_is_sent_with_the_proof_that_it_came_with()
    {
        await using var bot = await GuardedBot.StartAsync(_clock);
        var proof = Proof(bot, _key);
        var held = bot.AttachAsync(("Prefer", "wait=60"), ("DPoP", proof));
        var id = await bot.HeldAsync();
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        (await held).Is(200);
        (await bot.AttachAsync(("Approval", id), ("DPoP", proof))).IsProblem(
            409,
            "already_consumed"
        );
    }

    [Fact]
    public async Task A_call_that_needs_a_key_of_which_nobody_knows_yet_is_not_held_in_vain()
    {
        await using var bot = await GuardedBot.StartAsync(_clock);
        var policy = Policy.Default with { SenderConstrained = Risk.Low };
        await bot.SetAsync("policy", "default", policy);
        var reply = await bot.AttachAsync(("Prefer", "wait=60"), ("DPoP", Proof(bot, _key)));
        reply.Is(202);
        Assert.False(reply.Headers.ContainsKey("Preference-Applied"));
    }

    private async Task BindAsync(GuardedBot bot, string id)
    {
        var proof = _key.Make("POST", BoundBot.GrantAddress(id), _clock.GetUtcNow());
        var path = $"/v1/requests/{id}/grant";
        (await bot.Inbox.PostAsync(path, "{}", http: null, ("DPoP", proof))).Is(200);
    }

    private Task<Reply> CallAsync(GuardedBot bot, string id, ProofKey key) =>
        bot.AttachAsync(("Approval", id), ("DPoP", Proof(bot, key)));

    private string Proof(GuardedBot bot, ProofKey key) =>
        key.Make("POST", "https://bot.test" + Path, _clock.GetUtcNow(), bot.Inbox.Key.Reveal());
}
