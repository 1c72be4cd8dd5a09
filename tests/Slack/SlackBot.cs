using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Slack;
using ChatApprovals.Tests.Cards;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Tests.Slack;

/// <summary>
/// Slack's endpoints on a real port, signed requests to them, and what came out at the desk's doors.
/// </summary>
internal sealed class SlackBot : IAsyncDisposable
{
    public const string Secret = "8f742231b10e8888abcd99yyyzzz85a5";
    public const string Channel = "C1";
    public const string Ts = "1700000000.000100";

    public static readonly CardCopy Copy = new(MakeCard.Token, Surface.Slack, Channel)
    {
        Message = Ts,
    };

    private readonly WebApplication _app;
    private readonly HttpClient _http = new();

    private SlackBot(WebApplication app, StubSlack slack) => (_app, Slack) = (app, slack);

    public StubSlack Slack { get; }

    public ConcurrentQueue<Click> Clicks { get; } = new();
    public ConcurrentQueue<(string Text, Asker Asker)> Commands { get; } = new();
    public ConcurrentQueue<AccountId> Forgotten { get; } = new();

    public Func<Click, Task<ClickAnswer>> Desk { get; set; } =
        _ => Task.FromResult<ClickAnswer>(new ClickAnswer.Counted(MakeCard.Bare, Copy));
    public ConcurrentQueue<QuestionClick> Questions { get; } = new();
    public Func<QuestionClick, Task<ClickAnswer>> Ask { get; set; } =
        click =>
            Task.FromResult<ClickAnswer>(
                click.Text is null
                    ? new ClickAnswer.QuestionWanted(MakeCard.Bare)
                    : new ClickAnswer.Counted(MakeCard.Bare, Copy)
            );
    public Func<string, CardView?> View { get; set; } =
        _ => new CardView(MakeCard.Bare, Copy, RequestId.New(MakeCard.Now));
    public Func<Task<Reply>> Reply { get; set; } =
        () => Task.FromResult(new Reply("Fine", ["a line"]));

    /// <summary>What the outbox draws with.</summary>
    public ISurface DrawnBy => _app.Services.GetRequiredService<ISurface>();

    /// <summary>Where the endpoints are.</summary>
    public Uri Url => new(_app.Urls.Single());

    public static async Task<SlackBot> StartAsync(CancellationToken cancel)
    {
        var slack = await StubSlack.StartAsync(cancel);
        var options = new SlackOptions
        {
            Enabled = true,
            SigningSecret = Secret,
            BotToken = StubSlack.Token,
            ApiBaseUrl = slack.Url + "/api/",
        };
        return await StartAsync(options, slack, cancel);
    }

    /// <summary>With another Slack than the stub, when the options say so.</summary>
    public static async Task<SlackBot> StartAsync(
        SlackOptions options,
        StubSlack slack,
        CancellationToken cancel
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        SlackBot bot = null!;
        builder
            .Services.AddSingleton<TimeProvider>(PatientClock.Shared)
            .AddSlack(options, _ => bot.Doors());
        var app = builder.Build();
        bot = new SlackBot(app, slack);
        app.MapSlack();
        await app.StartAsync(cancel);
        return bot;
    }

    /// <summary>Sends it as Slack does, signed now.</summary>
    public Task<(int Status, string Body)> SendAsync(
        string path,
        string body,
        CancellationToken cancel
    )
    {
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString();
        var bytes = Encoding.UTF8.GetBytes(body);
        return SendRawAsync(path, bytes, at, SlackSignature.Sign(Secret, at, bytes), cancel);
    }

    public async Task<(int Status, string Body)> SendRawAsync(
        string path,
        byte[] body,
        string? timestamp,
        string? signature,
        CancellationToken cancel
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Url, path));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(
            body is [(byte)'{', ..] ? "application/json" : "application/x-www-form-urlencoded"
        );
        request.Headers.TryAddWithoutValidation(SlackSignature.TimestampName, timestamp);
        request.Headers.TryAddWithoutValidation(SlackSignature.SignatureName, signature);
        using var response = await _http.SendAsync(request, cancel);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancel));
    }

    public async Task<int> StatusAsync(HttpMethod method, string path, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, new Uri(Url, path));
        using var response = await _http.SendAsync(request, cancel);
        return (int)response.StatusCode;
    }

    public Task<(int Status, string Body)> InteractAsync(
        JsonObject payload,
        CancellationToken cancel
    ) =>
        SendAsync(
            "/slack/interactions",
            "payload=" + Uri.EscapeDataString(payload.ToJsonString()),
            cancel
        );

    /// <summary>Waits for notes, modals and replies that outlive their request.</summary>
    public Task IdleAsync(CancellationToken cancel) =>
        _app.Services.GetRequiredKeyedService<Errands>(Surface.Slack).IdleAsync(cancel);

    /// <summary>A press on the card's button as Slack tells it, to change what a test is about.</summary>
    public JsonObject Press(string actionId) =>
        new()
        {
            ["type"] = "block_actions",
            ["api_app_id"] = "A1",
            ["team"] = new JsonObject { ["id"] = "T1" },
            ["user"] = new JsonObject
            {
                ["id"] = "U1",
                ["team_id"] = "T1",
                ["username"] = "eve",
            },
            ["trigger_id"] = "1.2.3",
            ["response_url"] = Slack.Url + "/hooks/press",
            ["container"] = new JsonObject
            {
                ["type"] = "message",
                ["channel_id"] = Channel,
                ["message_ts"] = Ts,
                ["is_ephemeral"] = false,
            },
            ["channel"] = new JsonObject { ["id"] = Channel },
            ["actions"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "button",
                    ["action_id"] = actionId,
                    ["value"] = MakeCard.Token,
                }
            ),
        };

    /// <summary>A submitted modal; a null reason is an empty field.</summary>
    public static JsonObject Submit(string callbackId, string metadata, string? reason) =>
        new()
        {
            ["type"] = "view_submission",
            ["api_app_id"] = "A1",
            ["team"] = new JsonObject { ["id"] = "T1" },
            ["user"] = new JsonObject { ["id"] = "U1", ["team_id"] = "T1" },
            ["view"] = new JsonObject
            {
                ["id"] = "V1",
                ["type"] = "modal",
                ["callback_id"] = callbackId,
                ["private_metadata"] = metadata,
                ["app_installed_team_id"] = "T1",
                ["submit"] = new JsonObject { ["type"] = "plain_text", ["text"] = "Approve" },
                ["state"] = new JsonObject
                {
                    ["values"] = new JsonObject
                    {
                        ["reason"] = new JsonObject
                        {
                            ["reason"] = new JsonObject
                            {
                                ["type"] = "plain_text_input",
                                ["value"] = reason,
                            },
                        },
                    },
                },
            },
        };

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await Slack.DisposeAsync();
        _http.Dispose();
    }

    private SlackDoors Doors() =>
        new(
            (click, _) =>
            {
                Clicks.Enqueue(click);
                return Desk(click);
            },
            (click, _) =>
            {
                Questions.Enqueue(click);
                return Ask(click);
            },
            (token, _, _) => Task.FromResult(View(token)),
            (text, asker, _) =>
            {
                var words = text.Select(p =>
                    p is CommandPart.Mention m ? m.Account.ToString() : ((CommandPart.Text)p).Value
                );
                Commands.Enqueue((string.Concat(words), asker));
                return Reply();
            },
            Forgotten.Enqueue
        );
}
