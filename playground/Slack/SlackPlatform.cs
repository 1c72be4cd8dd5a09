using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace ChatApprovals.Playground.Slack;

/// <summary>A Slack of one workspace, playable without an account: the Web API that the bot calls (<see
/// cref="Map"/>), and people who act (<see cref="Click"/>, <see cref="Command"/>, …), whose actions are sent to
/// the bot signed. It refuses what Slack refuses. Not a general emulator: Socket Mode is absent.</summary>
/// <remarks>Safe from any thread. Every conversation has its own lock; none is held while waiting.</remarks>
public sealed partial class SlackPlatform : IDisposable
{
    private readonly TimeProvider _time;
    private readonly HttpClient _http = BotClient.Create();
    private readonly SlackWorkspace _workspace;
    private readonly SlackApi _api;
    private readonly SlackFiles _files;
    private readonly SlackHooks _hooks;
    private readonly SlackSender _sender;
    private readonly SlackPayloads _payloads;
    private readonly Recent<PlatformCall> _calls;
    private string _basePath = "/slack";

    public SlackPlatform(SlackOptions options, TimeProvider time)
    {
        Options = options;
        _time = time;
        _workspace = new(options, time);
        _calls = new(options.CallsMax);
        _files = new(
            _workspace,
            token => new Uri(Reachable, $"{_basePath}/upload/{token}").ToString()
        );
        _api = new(_workspace, _files, Faults, _calls, time);
        _hooks = new(_workspace, Faults);
        _sender = new(options, time, _http);
        _payloads = new(_workspace, new(_workspace));
        var bot = new SlackUser(options.BotUserId, options.BotName, "ChatApprovals", "")
        {
            IsBot = true,
        };
        _workspace.Users[bot.Id] = bot;
    }

    public SlackOptions Options { get; }

    /// <summary>What goes wrong next; method names as in the Web API, <c>response_url</c> and <c>upload</c>.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>The last calls that the bot made, oldest first.</summary>
    public IReadOnlyList<PlatformCall> Calls => _calls.Items;

    /// <summary>Every message, edit, modal, account change and call of the bot.</summary>
    public Changes Changes => _workspace.Changes;

    /// <summary>Where the bot listens, such as <c>http://127.0.0.1:3978</c>.</summary>
    public Uri? Bot
    {
        get => _sender.Bot;
        set => _sender.Bot = value;
    }

    /// <summary>Where this platform itself is reachable; response URLs begin with it.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>For the bot's setting <c>Slack:ApiBaseUrl</c>.</summary>
    public Uri ApiBaseUrl => new(Reachable, _basePath + "/api/");

    public IReadOnlyList<SlackChannel> Channels =>
        [.. _workspace.Channels.Values.OrderBy(c => c.IsIm).ThenBy(c => c.Order)];

    public IReadOnlyList<SlackUser> Users => [.. _workspace.Users.Values];

    private Uri Reachable =>
        PublicUrl ?? throw new InvalidOperationException("PublicUrl is not set yet");

    /// <summary>Serves <c>{basePath}/api/{method}</c>, <c>{basePath}/hooks/…</c> and <c>{basePath}/upload/…</c>.</summary>
    public void Map(IEndpointRouteBuilder routes, string basePath = "/slack")
    {
        _basePath = basePath;
        routes.MapMethods(
            basePath + "/api/{method}",
            [HttpMethods.Get, HttpMethods.Post],
            (HttpContext context, string method) => _api.Serve(context, method)
        );
        routes.MapPost(
            basePath + "/hooks/{**path}",
            (HttpContext context, string path) => _hooks.Serve(context, path)
        );
        routes.MapPost(basePath + "/upload/{token}", Upload);
    }

    public SlackChannel AddChannel(string id, string name, params IEnumerable<string> members) =>
        _workspace.AddChannel(id, name, members);

    /// <summary>Adds or changes an account without telling the bot.</summary>
    public void SetUser(SlackUser user)
    {
        _workspace.Users[user.Id] = user;
        _workspace.Changes.Tell();
    }

    /// <summary>Adds or changes a user group.</summary>
    public void SetUserGroup(SlackUserGroup group) => _workspace.UserGroups[group.Id] = group;

    public SlackChannel? Channel(string id) => _workspace.Channels.GetValueOrDefault(id);

    /// <summary>The direct message between the bot and the user.</summary>
    public SlackChannel Direct(string user) => _workspace.Direct(user);

    /// <summary>The modal that the user sees, if any.</summary>
    public SlackView? Modal(string user) => _workspace.ModalsOf(user).Top;

    /// <summary>Waits until some message, in any conversation, is as asked for. The newest one wins.</summary>
    public Task<SlackMessage> WaitForMessage(
        Func<SlackMessage, bool> wanted,
        CancellationToken cancel
    ) => Changes.Until(() => Channels.SelectMany(c => c.Messages).LastOrDefault(wanted), cancel);

    /// <summary>Waits until the user sees a modal that is as asked for.</summary>
    public Task<SlackView> WaitForModal(
        string user,
        Func<SlackView, bool> wanted,
        CancellationToken cancel
    ) => Changes.Until(() => Modal(user) is { } view && wanted(view) ? view : null, cancel);

    public void Dispose() => _http.Dispose();

    private async Task Upload(HttpContext context, string token)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        context.Response.StatusCode = Faults.Take("upload") is Fault.HttpError broken
            ? broken.Status
            : await _files.Take(context.Request, token, context.RequestAborted);
    }

    private SlackUser Account(string user) =>
        _workspace.Users.TryGetValue(user, out var known)
            ? known
            : throw new ArgumentException($"no such user: {user}", nameof(user));

    private SlackChannel Conversation(string channel) =>
        _workspace.Channels.TryGetValue(channel, out var known)
            ? known
            : throw new ArgumentException($"no such conversation: {channel}", nameof(channel));

    private string ResponseUrl(string path) =>
        new Uri(Reachable, $"{_basePath}/hooks/{path}").ToString();

    private static byte[] PayloadForm(object payload) =>
        FormField.Encode("payload", Json.Bytes(payload));
}
