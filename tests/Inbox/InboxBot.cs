using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Guard;
using ChatApprovals.Http;
using ChatApprovals.Inbox;
using ChatApprovals.Mcp;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Tests.Inbox;

/// <summary>
/// The inbox on Kestrel over the real desk: agent <c>asker</c> whose key <see cref="Http"/> sends,
/// <c>other</c>, <c>off</c> (disabled) and <c>narrow</c> (only <c>db.*</c>). Bob and Carol approve.
/// </summary>
internal sealed class InboxBot : IAsyncDisposable
{
    private readonly WebApplication _app;

    private InboxBot(TestDesk desk, WebApplication app)
    {
        Desk = desk;
        _app = app;
        Address = new Uri(app.Urls.First());
        Http = As(Key);
    }

    public TestDesk Desk { get; }
    public Uri Address { get; }
    public HttpClient Http { get; }

    /// <summary>What agents hold open.</summary>
    public AgentWaits Waits => _app.Services.GetRequiredService<AgentWaits>();

    public ApiKey Key { get; } = ApiKey.New(ApiKeyKind.Agent);
    public ApiKey Other { get; } = ApiKey.New(ApiKeyKind.Agent);
    public ApiKey Off { get; } = ApiKey.New(ApiKeyKind.Agent);
    public ApiKey Narrow { get; } = ApiKey.New(ApiKeyKind.Agent);

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<InboxBot> StartAsync(
        InboxOptions? options = null,
        int pendingMax = 1_000,
        Func<Register>? register = null,
        TimeProvider? clock = null,
        Action<IServiceCollection>? more = null
    )
    {
        var desk = await TestDesk.OpenAsync(pendingMax: pendingMax, clock: clock);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(desk.Clock);
        builder.Services.AddSingleton(desk.Desk);
        builder.Services.AddSingleton(desk.Register);
        builder.Services.AddSingleton(desk.Receipts);
        builder.Services.AddSingleton(desk.Grants);
        builder.Services.AddSingleton(desk.Forwards);
        builder.Services.AddSingleton(new KeyProofs("https://bot.test", desk.Clock));
        builder.Services.AddSingleton<Outbound>();
        builder.Services.AddSingleton(new Credentials(Path.Combine(desk.Path, Credentials.Folder)));
        builder.Services.AddGuards();
        builder.Services.AddInbox(
            options ?? new InboxOptions { Burst = 100_000, SubmissionsPerMinute = 100_000 }
        );
        builder.Services.AddMcp(_ => new McpOptions("https://bot.test"));
        if (register is not null)
        {
            builder.Services.AddSingleton(new AgentGate(register));
        }

        more?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapInbox();
        app.MapGuards();
        app.MapMcp();
        await app.StartAsync(Cancel);
        var bot = new InboxBot(desk, app);
        await bot.MoveInAsync();
        return bot;
    }

    public HttpClient As(ApiKey? key)
    {
        var http = new HttpClient { BaseAddress = Address };
        http.DefaultRequestHeaders.Authorization = key is null
            ? null
            : new AuthenticationHeaderValue("Bearer", key.Reveal());
        return http;
    }

    /// <summary>Opens a request and answers its id.</summary>
    public async Task<string> OpenAsync(string ticket = "CHG-1")
    {
        var body = Bodies.Least();
        body["context"] = new JsonObject { ["ticket"] = ticket };
        var reply = await PostAsync("/v1/requests", body.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, reply.Status);
        return reply.Body.GetProperty("id").GetString()!;
    }

    /// <summary>Has somebody of the test company press a button of the request's card.</summary>
    public async Task DecideAsync(string id, string user, Verdict verdict)
    {
        var approval = await Desk.Desk.ShowAsync(RequestId.Parse(id, provider: null), Cancel);
        Assert.IsType<ClickAnswer.Counted>(await Desk.ClickAsync(approval!, user, verdict));
    }

    public async Task<Reply> PostAsync(
        string path,
        string body,
        HttpClient? http = null,
        params (string Name, string Value)[] headers
    )
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path);
        message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        foreach (var (name, value) in headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return await SendAsync(message, http);
    }

    public async Task<Reply> GetAsync(string path, HttpClient? http = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        return await SendAsync(message, http);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage message, HttpClient? http = null)
    {
        using var response = await (http ?? Http).SendAsync(message, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        var headers = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(
                h => h.Key,
                h => string.Join(", ", h.Value),
                StringComparer.OrdinalIgnoreCase
            );
        return new Reply(response.StatusCode, text, headers);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        await Desk.DisposeAsync();
    }

    /// <summary>The key of <c>asker</c> is replaced by another, or the agent disabled.</summary>
    public Task<bool> WithdrawKeyAsync(bool disable)
    {
        var agent = Desk.Register.Current.Agent(AgentName.Parse("asker", provider: null))!;
        var after = disable
            ? agent with
            {
                Disabled = true,
            }
            : agent with
            {
                KeyHash = ApiKey.New(ApiKeyKind.Agent).Hash,
            };
        return Desk.Committer.CommitAsync(
            commit =>
            {
                commit.Record(Make.Changed("agent", "asker", after));
                return true;
            },
            Cancel
        );
    }

    private Task<bool> MoveInAsync()
    {
        var owner = Desk.Register.Current.PersonOf(Make.Slack("ERIN"))!.Id;
        return Desk.Committer.CommitAsync(
            commit =>
            {
                Add("asker", Key, [], disabled: false);
                Add("other", Other, [], disabled: false);
                Add("off", Off, [], disabled: true);
                Add("narrow", Narrow, ["db.*"], disabled: false);
                return true;

                void Add(string name, ApiKey key, ImmutableArray<string> actions, bool disabled)
                {
                    var agent = new Agent(
                        AgentName.Parse(name, provider: null),
                        [owner],
                        actions,
                        key.Hash,
                        owner,
                        Make.Noon,
                        disabled
                    );
                    commit.Record(Make.Changed("agent", name, agent));
                }
            },
            Cancel
        );
    }
}

/// <summary>An answer, read whole.</summary>
internal sealed record Reply(
    HttpStatusCode Status,
    string Text,
    IReadOnlyDictionary<string, string> Headers
)
{
    public JsonElement Body => JsonElement.Parse(Text);

    public string Word(string name) => Body.GetProperty(name).GetString()!;

    /// <summary>A problem as RFC 9457 says, with this status and code.</summary>
    public Reply IsProblem(int status, string code)
    {
        Assert.Equal($"{status} {code}", $"{(int)Status} {Word("code")}", StringComparer.Ordinal);
        Assert.Equal("application/problem+json", Headers["Content-Type"], StringComparer.Ordinal);
        Assert.Equal("no-store", Headers["Cache-Control"], StringComparer.Ordinal);
        Assert.Equal(status, Body.GetProperty("status").GetInt32());
        Assert.EndsWith(code, Word("type"), StringComparison.Ordinal);
        Assert.NotEmpty(Word("title"));
        Assert.NotEmpty(Word("detail"));
        return this;
    }

    public Reply Is(int status)
    {
        Assert.True((int)Status == status, $"{(int)Status}: {Text}");
        return this;
    }
}
