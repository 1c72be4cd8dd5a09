using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Inbox;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>
/// The bot with two external guards: <c>iam-guard</c>, whose audience the requests name, and <c>other</c>.
/// </summary>
internal sealed class GuardBot : IAsyncDisposable
{
    public const string Audience = "https://iam-guard.acme.example";

    private GuardBot(InboxBot inbox) => Inbox = inbox;

    public InboxBot Inbox { get; }
    public TestDesk Desk => Inbox.Desk;
    public ApiKey Key { get; } = ApiKey.New(ApiKeyKind.Guard);
    public ApiKey OtherKey { get; } = ApiKey.New(ApiKeyKind.Guard);

    public static async Task<GuardBot> StartAsync(
        TimeProvider? clock = null,
        InboxOptions? options = null
    )
    {
        var bot = new GuardBot(await InboxBot.StartAsync(options, clock: clock));
        await bot.SetAsync("guard", "iam-guard", Guard("iam-guard", Audience, bot.Key));
        await bot.SetAsync("guard", "other", Guard("other", "https://other.example", bot.OtherKey));
        return bot;
    }

    /// <summary>What an agent asks for: the contract's example.</summary>
    public static JsonObject Request(string ticket = "CHG-1")
    {
        var body = Bodies.Full();
        body["context"] = new JsonObject { ["change_ticket"] = ticket };
        return body;
    }

    /// <summary>What the guard would say is about to run: the same, seen by itself.</summary>
    public static JsonObject AboutToRun(string token, string ticket = "CHG-1")
    {
        var asked = Request(ticket);
        return new JsonObject
        {
            ["token"] = token,
            ["action"] = asked["action"]!.DeepClone(),
            ["resource"] = asked["resource"]!.DeepClone(),
            ["context"] = asked["context"]!.DeepClone(),
        };
    }

    /// <summary>A request that Bob approved.</summary>
    public async Task<string> ApprovedAsync(string ticket = "CHG-1")
    {
        var asked = await Inbox.PostAsync("/v1/requests", Request(ticket).ToJsonString());
        var id = asked.Is(201).Word("id");
        await Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        return id;
    }

    public Task<Reply> GrantAsync(string id, ApiKey? key = null) =>
        Inbox.PostAsync($"/v1/requests/{id}/grant", "{}", key is null ? null : Inbox.As(key));

    /// <summary>The token of a fresh grant of an approved request.</summary>
    public async Task<string> TokenAsync(string id) => (await GrantAsync(id)).Is(200).Word("token");

    public Task<Reply> ConsumeAsync(JsonNode body, ApiKey? key = null, HttpClient? http = null) =>
        Inbox.PostAsync("/v1/grants/consume", body.ToJsonString(), http ?? As(key ?? Key));

    public HttpClient As(ApiKey key) => Inbox.As(key);

    public async Task<Approval> FindAsync(string id) =>
        (await Desk.Desk.ShowAsync(RequestId.Parse(id, provider: null), TestDesk.Cancel))!;

    public Task<bool> SetAsync(string area, string name, object? value) =>
        Desk.Committer.CommitAsync(
            commit =>
            {
                commit.Record(Make.Changed(area, name, value));
                return true;
            },
            TestDesk.Cancel
        );

    /// <summary>The entries about grants, as <c>kind refusal</c>, in order.</summary>
    public IReadOnlyList<string> Entries() =>
        [
            .. Desk
                .Store.Entries(0, 10_000)
                .Where(e => e.Kind.StartsWith("grant.", StringComparison.Ordinal))
                .Select(e => $"{e.Kind} {Refusal(JsonElement.Parse(e.Bytes))}".TrimEnd()),
        ];

    public ValueTask DisposeAsync() => Inbox.DisposeAsync();

    private static string Refusal(JsonElement entry) =>
        entry.TryGetProperty("refusal", out var why) ? why.GetString()! : "";

    private static KnownGuard Guard(string name, string audience, ApiKey key) =>
        new(AgentName.Parse(name, provider: null), audience, PersonId.New(Make.Noon), Make.Noon)
        {
            KeyHash = key.Hash,
        };
}
