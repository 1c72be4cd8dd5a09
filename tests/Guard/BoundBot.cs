using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>
/// A <see cref="GuardBot"/> and an agent with a key: what it sends to the bot, and to the guard
/// <c>POST https://iam-guard.acme.example/run</c>.
/// </summary>
internal sealed class BoundBot(GuardBot bot, HandClock clock) : IAsyncDisposable
{
    public const string GuardAddress = GuardBot.Audience + "/run";

    public GuardBot Bot { get; } = bot;
    public HandClock Clock { get; } = clock;
    public ProofKey Key { get; } = new();

    public static async Task<BoundBot> StartAsync()
    {
        var clock = new HandClock(Make.Noon);
        return new BoundBot(await GuardBot.StartAsync(clock), clock);
    }

    /// <summary>Requests of this risk (the tests' are high) and above are for agents with a key.</summary>
    public Task DemandAsync(Risk from) =>
        Bot.SetAsync("policy", "default", Policy.Default with { SenderConstrained = from });

    /// <summary>The proof of this key for fetching the grant.</summary>
    public string ForGrant(string id, ProofKey? key = null) =>
        (key ?? Key).Make("POST", GrantAddress(id), Clock.GetUtcNow());

    public static string GrantAddress(string id) => $"https://bot.test/v1/requests/{id}/grant";

    /// <summary>The proof of this key for running it at the guard.</summary>
    public string ForGuard(string token, ProofKey? key = null) =>
        (key ?? Key).Make("POST", GuardAddress, Clock.GetUtcNow(), token);

    public Task<Reply> GrantAsync(string id, params string[] proofs) =>
        Bot.Inbox.PostAsync(
            $"/v1/requests/{id}/grant",
            "{}",
            http: null,
            [.. proofs.Select(p => ("DPoP", p))]
        );

    /// <summary>An approved request's token, bound to the agent's key.</summary>
    public async Task<(string Id, string Token)> BoundAsync(string ticket = "CHG-1")
    {
        var id = await Bot.ApprovedAsync(ticket);
        return (id, (await GrantAsync(id, ForGrant(id))).Is(200).Word("token"));
    }

    public Task<Reply> ConsumeAsync(string token, string? proof, string ticket = "CHG-1") =>
        Bot.ConsumeAsync(About(token, proof, ticket));

    public static JsonObject About(string token, string? proof, string ticket = "CHG-1")
    {
        var about = GuardBot.AboutToRun(token, ticket);
        if (proof is not null)
        {
            about["dpop"] = new JsonObject
            {
                ["proof"] = proof,
                ["htm"] = "POST",
                ["htu"] = GuardAddress,
            };
        }

        return about;
    }

    public ValueTask DisposeAsync() => Bot.DisposeAsync();
}
