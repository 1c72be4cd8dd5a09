using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Admin;
using ChatApprovals.Api;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Reply = ChatApprovals.Tests.Inbox.Reply;

namespace ChatApprovals.Tests.Api;

/// <summary>
/// The addresses for people on Kestrel over the real desk, and a small issuer where they sign in. Bob and
/// Carol approve, Erin owns the agent, Ann administers; links give power at once unless the test says otherwise.
/// </summary>
internal sealed class ApiBot : IAsyncDisposable
{
    public const string Audience = "chat-approvals";

    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private ApiBot(TestDesk desk, SmallIssuer issuer, WebApplication app)
    {
        (Desk, Issuer, _app) = (desk, issuer, app);
        _http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public TestDesk Desk { get; }
    public SmallIssuer Issuer { get; }
    public CommandDesk Commands => _app.Services.GetRequiredService<CommandDesk>();
    public HandClock Clock => (HandClock)Desk.Clock;

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ApiBot> StartAsync(TimeSpan linkWait = default)
    {
        var desk = await AnnsDesk.OpenAsync(new HandClock(Make.Noon));
        var issuer = await SmallIssuer.StartAsync(Cancel);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(desk.Clock);
        builder.Services.AddSingleton(desk.Desk);
        builder.Services.AddSingleton(
            AnnsDesk.Commands(
                desk,
                new AdminOptions("http://127.0.0.1:3978", desk.Cabinet.Callbacks)
                {
                    Issuer = issuer.Url,
                },
                linkWait
            )
        );
        var options = new ApiOptions { Issuer = issuer.Url, Audience = Audience };
        Assert.Empty(options.Problems());
        builder.Services.AddApi(options);
        var app = builder.Build();
        app.MapApi();
        await app.StartAsync(Cancel);
        return new ApiBot(desk, issuer, app);
    }

    /// <summary>A sign-in that an administrator said is this Slack user's.</summary>
    public async Task<string> SignedInAsync(string slackUser, string? email = null)
    {
        var subject = slackUser.ToLowerInvariant();
        await Commands.AsAsync(Make.Slack("ANN"), $"person link {{{slackUser}}} oidc:{subject}");
        Assert.NotNull(Desk.Register.Current.PersonOf(Account(subject)));
        return Token(subject, email);
    }

    public AccountId Account(string subject) => AccountId.OfSubject(Issuer.Url, subject)!.Value;

    public string Token(string subject, string? email = null)
    {
        var claims = Claims(subject);
        if (email is not null)
        {
            claims["email"] = email;
            claims["email_verified"] = true;
        }

        return Issuer.Token(claims);
    }

    public JsonObject Claims(string subject) => Issuer.Claims(subject, Audience, Clock.GetUtcNow());

    public Task<Reply> ReviewAsync(RequestId id, string? token) =>
        SendAsync(HttpMethod.Get, $"/v1/reviews/{id}", token);

    /// <summary>The hash of what this person is shown now.</summary>
    public async Task<string> ReadAsync(RequestId id, string token) =>
        (await ReviewAsync(id, token)).Is(200).Word("display_hash");

    public Task<Reply> SayAsync(
        RequestId id,
        string? token,
        string hash,
        string verdict = "approved",
        string? reason = null
    )
    {
        var body = new JsonObject { ["verdict"] = verdict, ["display_hash"] = hash };
        if (reason is not null)
        {
            body["reason"] = reason;
        }

        return SendAsync(
            HttpMethod.Post,
            $"/v1/requests/{id}/decisions",
            token,
            body.ToJsonString()
        );
    }

    /// <summary>Reads, then decides.</summary>
    public async Task<Reply> DecideAsync(RequestId id, string token, string verdict = "approved") =>
        await SayAsync(id, token, await ReadAsync(id, token), verdict, reason: "as discussed");

    public async Task<Reply> SendAsync(
        HttpMethod method,
        string path,
        string? token,
        string? body = null
    )
    {
        using var message = new HttpRequestMessage(method, path);
        message.Headers.Authorization = token is null
            ? null
            : new AuthenticationHeaderValue("Bearer", token);
        message.Content = body is null
            ? null
            : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(message, Cancel);
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

    /// <summary>The entries of one kind about one request, newest last.</summary>
    public IReadOnlyList<JsonElement> Entries(RequestId id, string kind) =>
        [
            .. Desk
                .Store.Entries(0, 10_000)
                .Where(e => string.Equals(e.Kind, kind, StringComparison.Ordinal))
                .Select(e => JsonElement.Parse(e.Bytes))
                .Where(e => e.GetProperty("txn").ValueEquals(id.ToString())),
        ];

    public async Task<Approval> FindAsync(RequestId id) => (await Desk.Desk.ShowAsync(id, Cancel))!;

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        await Issuer.DisposeAsync();
        await Desk.DisposeAsync();
    }
}
