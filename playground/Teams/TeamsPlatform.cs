using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace ChatApprovals.Playground.Teams;

/// <summary>A Teams of one tenant and one team, playable without an account: the Bot Connector, login and keys that
/// the bot uses (<see cref="Map"/>), and people who act (<see cref="Click"/>, <see cref="Write"/>), whose actions
/// reach the bot signed. It refuses what Teams refuses. Dialogs and single sign-on are absent.</summary>
/// <remarks>Safe from any thread. Every conversation has its own lock; none is held while waiting.</remarks>
public sealed partial class TeamsPlatform : IDisposable
{
    private readonly TimeProvider _time;
    private readonly HttpClient _http = BotClient.Create();
    private readonly TeamsTenant _tenant;
    private readonly TeamsGate _gate;
    private readonly TeamsLogin _login;
    private readonly TeamsConnector _connector;
    private readonly TeamsFiles _files = new();
    private readonly TeamsSender _sender;
    private readonly TeamsActivities _activities;
    private readonly Recent<PlatformCall> _calls;
    private readonly Recent<string> _lints = new(1_000);
    private readonly CancellationTokenSource _stopping = new();
    private string _basePath = "/teams";

    public TeamsPlatform(TeamsOptions options, TimeProvider time)
    {
        Options = options;
        _time = time;
        _tenant = new(options, time);
        _calls = new(options.CallsMax);
        _gate = new(options, Faults, _calls, _tenant.Changes, time);
        _login = new(options, Keys, _gate, Faults);
        _connector = new(_tenant, _files, _lints, time);
        _sender = new(options, Keys, () => ServiceUrl, time, _http);
        _activities = new(options, () => ServiceUrl);
    }

    public TeamsOptions Options { get; }

    /// <summary>The keys that sign what is sent to the bot; roll them over here.</summary>
    public TeamsKeys Keys { get; } = new();

    /// <summary>What goes wrong next, by operation: <c>activities.post</c>, <c>activities.put</c>, <c>activities.delete</c>,
    /// <c>conversations.post</c>, <c>members.list</c>, <c>members.get</c>, <c>members.paged</c>, <c>teams.get</c>,
    /// <c>teams.conversations</c>, <c>token</c>, <c>openid</c>, <c>keys</c>, <c>upload</c>.</summary>
    public FaultPlan Faults { get; } = new();

    /// <summary>The last calls that the bot made, oldest first, by the same operations.</summary>
    public IReadOnlyList<PlatformCall> Calls => _calls.Items;

    /// <summary>What some client would have dropped from the bot's cards without a word.</summary>
    public IReadOnlyList<string> Lints => _lints.Items;

    public Changes Changes => _tenant.Changes;

    /// <summary>Where the bot listens, such as <c>http://127.0.0.1:3978</c>.</summary>
    public Uri? Bot
    {
        get => _sender.Bot;
        set => _sender.Bot = value;
    }

    /// <summary>Where this platform itself is reachable.</summary>
    public Uri? PublicUrl { get; set; }

    /// <summary>Where the Bot Connector is; begins with what the bot's <c>Teams:AllowedServiceUrls</c> must allow.</summary>
    public string ServiceUrl => At($"/amer/{Options.TenantId}/");

    /// <summary>For the bot's setting <c>Teams:OpenIdMetadataUrl</c>.</summary>
    public string OpenIdMetadataUrl => At("/openid/v1/.well-known/openidconfiguration");

    /// <summary>For the bot's setting <c>Teams:TokenUrl</c>.</summary>
    public string TokenUrl => At($"/login/{Options.TenantId}/oauth2/v2.0/token");

    public IReadOnlyList<TeamsConversation> Conversations =>
        [
            .. _tenant
                .Conversations.Values.OrderBy(c => c.IsPersonal)
                .ThenBy(c => c.Name, StringComparer.Ordinal),
        ];

    /// <summary>Serves login, keys and the Connector below the path.</summary>
    public void Map(IEndpointRouteBuilder routes, string basePath = "/teams")
    {
        _basePath = basePath;
        var root = routes.MapGroup(basePath);
        root.MapGet(
            "/openid/v1/.well-known/openidconfiguration",
            (HttpContext c) => _login.Metadata(c, At("/openid/v1/.well-known/keys"))
        );
        root.MapGet("/openid/v1/.well-known/keys", (HttpContext c) => _login.Keys(c));
        root.MapPost(
            "/login/{tenant}/oauth2/v2.0/token",
            (HttpContext c, string tenant) => _login.Token(c, tenant)
        );
        root.MapPut("/upload/{token}", Upload);
        MapConnector(root.MapGroup($"/amer/{Options.TenantId}/v3"));
    }

    public TeamsConversation AddChannel(
        string id,
        string name,
        params IEnumerable<TeamsMember> members
    ) => _tenant.AddChannel(id, name, members);

    /// <summary>Adds an account that is in no conversation yet, or changes one.</summary>
    public void SetMember(TeamsMember member)
    {
        _tenant.Members[member.Mri] = member;
        foreach (
            var place in _tenant.Conversations.Values.Where(c => c.Member(member.Mri) is not null)
        )
        {
            place.Join(member);
        }
    }

    public TeamsConversation? Conversation(string id) => _tenant.Find(id);

    /// <summary>The member's 1:1 chat with the bot. Exists before the bot is told of it.</summary>
    public TeamsConversation Personal(string member) => _tenant.Personal(Account(member));

    /// <summary>From now on the bot's tokens are refused: it must fetch a new one.</summary>
    public void RevokeTokens() => _gate.RevokeTokens();

    /// <summary>Waits until some message, in any conversation, is as asked for. The newest one wins.</summary>
    public Task<TeamsMessage> WaitForMessage(
        Func<TeamsMessage, bool> wanted,
        CancellationToken cancel
    ) =>
        Changes.Until(
            () => Conversations.SelectMany(c => c.Messages).LastOrDefault(wanted),
            cancel
        );

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _http.Dispose();
        Keys.Dispose();
    }

    private string At(string path) =>
        new Uri(
            PublicUrl ?? throw new InvalidOperationException("PublicUrl is not set yet"),
            _basePath + path
        ).ToString();

    /// <summary>What is in people's OneDrives, by unique id.</summary>
    public IReadOnlyDictionary<string, TeamsFile> Files => _files.Stored;

    private async Task Upload(HttpContext context, string token)
    {
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = null;
        var (status, body) = Faults.Take("upload") is Fault.HttpError broken
            ? (broken.Status, null)
            : await _files.Put(context.Request, token, context.RequestAborted);
        context.Response.StatusCode = status;
        if (body is not null)
        {
            await context.Response.Body.WriteAsync(Json.Bytes(body), context.RequestAborted);
        }
    }

    private TeamsMember Account(string member) =>
        _tenant.Member(member)
        ?? throw new ArgumentException($"no such member: {member}", nameof(member));

    private TeamsConversation Place(string conversation) =>
        _tenant.Find(conversation)
        ?? throw new ArgumentException(
            $"no such conversation: {conversation}",
            nameof(conversation)
        );
}
