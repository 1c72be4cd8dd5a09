using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Tests.Slack;

/// <summary>
/// Slack's Web API with canned answers, to see what the bot sends and does with each answer. The whole
/// journey is tested with the playground's Slack.
/// </summary>
internal sealed class StubSlack : IAsyncDisposable
{
    public const string Team = "T1";
    public const string Token = "xoxb-stub";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<JsonObject, IResult>> _answers = new(
        StringComparer.Ordinal
    );

    private StubSlack(WebApplication app) => _app = app;

    /// <summary>Every call: its method, arguments and Authorization header.</summary>
    public ConcurrentQueue<(
        string Method,
        JsonObject Arguments,
        string? Authorization
    )> Calls { get; } = new();

    public string Url => _app.Urls.Single();

    public static async Task<StubSlack> StartAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var stub = new StubSlack(app);
        app.MapPost("/api/{method}", stub.ServeAsync);
        app.MapPost("/hooks/{method}", stub.ServeAsync);
        await app.StartAsync(cancel);
        return stub;
    }

    /// <summary>From now on the method is answered so. The object is JSON text.</summary>
    public void Answer(string method, string json) =>
        _answers[method] = _ => Results.Text(json, "application/json");

    public void Answer(string method, Func<JsonObject, IResult> answer) =>
        _answers[method] = answer;

    public IEnumerable<JsonObject> Of(string method) =>
        Calls
            .Where(c => string.Equals(c.Method, method, StringComparison.Ordinal))
            .Select(c => c.Arguments);

    /// <summary>A full member as <c>users.info</c> tells of one.</summary>
    public static JsonObject User(string id) =>
        new()
        {
            ["id"] = id,
            ["team_id"] = Team,
            ["name"] = "bob",
            ["deleted"] = false,
            ["real_name"] = "Bob Builder",
            ["profile"] = new JsonObject
            {
                ["display_name"] = "Bob",
                ["email"] = "bob@acme.example",
            },
            ["is_bot"] = false,
            ["is_app_user"] = false,
            ["is_restricted"] = false,
            ["is_ultra_restricted"] = false,
            ["is_email_confirmed"] = true,
        };

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task<IResult> ServeAsync(HttpRequest request, string method)
    {
        using var reader = new StreamReader(request.Body);
        var body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        var arguments = request.HasJsonContentType()
            ? JsonNode.Parse(body)!.AsObject()
            : new JsonObject(
                QueryHelpers
                    .ParseQuery(body)
                    .Select(p => KeyValuePair.Create(p.Key, (JsonNode?)p.Value.ToString()))
            );
        Calls.Enqueue((method, arguments, request.Headers.Authorization));
        return _answers.TryGetValue(method, out var answer) ? answer(arguments) : Default(method);
    }

    private static IResult Default(string method) =>
        Results.Text(
            method switch
            {
                "auth.test" =>
                    """{"ok":true,"team_id":"T1","user_id":"UBOT","bot_id":"B1","app_id":"A1"}""",
                "users.info" => JsonSerializer.Serialize(
                    new JsonObject { ["ok"] = true, ["user"] = User("U1") }
                ),
                "chat.postMessage" => """{"ok":true,"channel":"C1","ts":"1700000000.000100"}""",
                "chat.update" => """{"ok":true,"channel":"C1","ts":"1700000000.000100"}""",
                "conversations.open" => """{"ok":true,"channel":{"id":"D1"}}""",
                _ => """{"ok":true}""",
            },
            "application/json"
        );
}
