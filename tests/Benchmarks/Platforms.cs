using System.Text;
using ChatApprovals.Playground;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>
/// The least of a Slack and a Teams that the bot can live with: it answers every call over HTTP, keeps
/// nothing and has no limits. A message's id follows from its card's token, so that whoever clicks knows it.
/// </summary>
internal sealed class Platforms : IAsyncDisposable
{
    public const string SlackTeam = People.SlackTeam;
    public const string SlackApp = "A07APPROVE1";
    public const string SlackChannel = "C07PRODAPPR";
    public const string SlackSecret = "3f1d0c9b8a7e6d5c4b3a29180f7e6d5c";
    public const string TeamsApp = "8b1f3c52-6d0e-4e7a-9a43-2c5d7e9f1b60";
    public const string TeamsChannel = "19:5c3d9b7e1f2a4d8cb6e0prodappr@thread.tacv2";

    private const string SlackIs =
        """{"ok":true,"team_id":"T07ACME0001","user_id":"U07APPROVE1","bot_id":"B07APPROVE1","app_id":"A07APPROVE1"}""";

    private readonly WebApplication _app;
    private readonly TokenSigner _signer;

    private Platforms(WebApplication app, TokenSigner signer)
    {
        (_app, _signer) = (app, signer);
        Url = new Uri(app.Urls.First());
        TeamsToken = signer.Sign(TeamsApp, ServiceUrl, TimeProvider.System.GetUtcNow());
    }

    public Uri Url { get; }

    public string ServiceUrl => $"{Url}teams/";

    /// <summary>Signed, for an hour, as the Bot Framework uses one for many activities.</summary>
    public string TeamsToken { get; }

    public static async Task<Platforms> StartAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var signer = new TokenSigner();
        app.Run(http => AnswerAsync(http, signer));
        await app.StartAsync(cancel);
        return new Platforms(app, signer);
    }

    /// <summary>The settings of a bot that works here; Erin administers in Slack, Carol approves in Teams.</summary>
    public Dictionary<string, string> BotSettings() =>
        new(StringComparer.Ordinal)
        {
            ["Slack:Enabled"] = "true",
            ["Slack:SigningSecret"] = SlackSecret,
            ["Slack:BotToken"] = "xoxb-benchmark",
            ["Slack:ApiBaseUrl"] = $"{Url}slack/",
            ["Slack:DefaultChannel"] = SlackChannel,
            ["Teams:Enabled"] = "true",
            ["Teams:AppId"] = TeamsApp,
            ["Teams:AppPassword"] = "benchmark",
            ["Teams:TenantId"] = People.Tenant,
            ["Teams:OpenIdMetadataUrl"] = $"{Url}openid",
            ["Teams:TokenUrl"] = $"{Url}token",
            ["Teams:AllowedServiceUrls:0"] = ServiceUrl,
            ["Teams:DefaultConversation"] = TeamsChannel,
            ["Bootstrap:Admins:0"] = $"slack:{SlackTeam}:{People.Erin.Slack}",
            ["People:LinkWait"] = "0s",
        };

    /// <summary>The message that shows the card of this token.</summary>
    public static string SlackMessage(ReadOnlySpan<byte> token) =>
        $"1700000000.{Hash(token) % 1_000_000:000000}";

    public static string TeamsMessage(ReadOnlySpan<byte> token) => $"17{Hash(token):00000000000}";

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _signer.Dispose();
    }

    private static async Task AnswerAsync(HttpContext http, TokenSigner signer)
    {
        var body = await BodyAsync(http.Request);
        var path = http.Request.Path.Value!;
        var (status, answer) = path switch
        {
            "/slack/auth.test" => (200, SlackIs),
            "/slack/users.info" => (200, SlackUserOf(body)),
            "/slack/chat.postMessage" => (200, Posted(body)),
            "/slack/conversations.history" => (
                200,
                """{"ok":true,"messages":[],"has_more":false}"""
            ),
            _ when path.StartsWith("/slack/", StringComparison.Ordinal) => (200, """{"ok":true}"""),
            "/openid" => (200, $$"""{"jwks_uri":"http://{{http.Request.Host}}/keys"}"""),
            "/keys" => (200, signer.Jwks()),
            "/token" => (200, """{"token_type":"Bearer","expires_in":3600,"access_token":"t"}"""),
            _ => OfTeams(http.Request.Method, path, body),
        };
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        var bytes = Encoding.UTF8.GetBytes(answer);
        http.Response.ContentLength = bytes.Length;
        await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
    }

    private static (int, string) OfTeams(string method, string path, byte[] body)
    {
        if (path.Contains("/members/", StringComparison.Ordinal))
        {
            var person = People.ByTeams(path[(path.LastIndexOf('/') + 1)..]);
            return person is null ? (404, "{}") : (200, TeamsMemberOf(person));
        }

        var token = After(body, "\"id\":\"apr_"u8, 4);
        return HttpMethods.IsPost(method)
            ? (201, $$"""{"id":"{{TeamsMessage(token)}}"}""")
            : (200, "{}");
    }

    private static string Posted(byte[] body) =>
        $$"""{"ok":true,"channel":"{{SlackChannel}}","ts":"{{SlackMessage(After(body, "\"copy\":\""u8, 0))}}"}""";

    /// <summary>What follows in the quotes, including the last <paramref name="kept"/> bytes of the mark.</summary>
    private static ReadOnlySpan<byte> After(
        ReadOnlySpan<byte> body,
        ReadOnlySpan<byte> mark,
        int kept
    )
    {
        var at = body.IndexOf(mark);
        if (at < 0)
        {
            return [];
        }

        var rest = body[(at + mark.Length - kept)..];
        return rest[..rest.IndexOf((byte)'"')];
    }

    private static uint Hash(ReadOnlySpan<byte> token)
    {
        var hash = new HashCode();
        hash.AddBytes(token);
        return unchecked((uint)hash.ToHashCode());
    }

    private static string SlackUserOf(byte[] form)
    {
        var person = People.BySlack(Encoding.UTF8.GetString(form)["user=".Length..]);
        return person is null
            ? """{"ok":false,"error":"user_not_found"}"""
            : $$$"""
                {"ok":true,"user":{"id":"{{{person.Slack}}}","team_id":"{{{SlackTeam}}}","name":"{{{person.Key}}}",
                "deleted":false,"profile":{"real_name":"{{{person.Name}}}","email":"{{{person.Email}}}"},
                "is_restricted":false,"is_ultra_restricted":false,"is_bot":false,"is_app_user":false,
                "is_email_confirmed":true}}
                """;
    }

    private static string TeamsMemberOf(Person person) =>
        $$"""
            {"id":"{{person.Mri}}","aadObjectId":"{{person.Teams}}","name":"{{person.Name}}",
            "email":"{{person.Email}}","userPrincipalName":"{{person.Email}}",
            "tenantId":"{{People.Tenant}}","userRole":"user"}
            """;

    private static async Task<byte[]> BodyAsync(HttpRequest request)
    {
        var body = new byte[request.ContentLength ?? 0];
        await request.Body.ReadExactlyAsync(body);
        return body;
    }
}
