using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary><c>/healthz</c> and <c>/readyz</c> of the real process: 503 names what cannot work.</summary>
public sealed class ReadyTests : IAsyncDisposable
{
    /// <summary>Nobody listens there.</summary>
    private const string Nowhere = "http://127.0.0.1:9/";

    private readonly string _data = System.IO.Directory.CreateTempSubdirectory("ready-").FullName;
    private readonly HttpClient _http = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_surface_that_does_not_take_our_credentials_is_named()
    {
        await using var bot = Bot(
            ("Slack:Enabled", "true"),
            ("Slack:SigningSecret", "secret"),
            ("Slack:BotToken", "xoxb-1"),
            ("Slack:ApiBaseUrl", Nowhere),
            ("Teams:Enabled", "true"),
            ("Teams:AppId", "app"),
            ("Teams:AppPassword", "secret"),
            ("Teams:TenantId", "tenant"),
            ("Teams:TokenUrl", Nowhere),
            ("Teams:OpenIdMetadataUrl", Nowhere),
            ("Api:Oidc:Issuer", Nowhere + "idp"),
            ("Api:Oidc:Audience", "approvals")
        );
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var starting = bot.StartAsync(enough.Token);
        await Eventually.TrueAsync(
            () => bot.Log.Any(l => l.Contains("listens on", StringComparison.Ordinal)),
            "the bot listens"
        );
        var failing = await FailingAsync(bot);
        Assert.Equal(
            "oidc, slack, teams",
            string.Join(", ", failing.EnumerateObject().Select(f => f.Name))
        );
        Assert.All(failing.EnumerateObject(), f => Assert.NotEmpty(f.Value.GetString()!));
        using var alive = await _http.GetAsync(new Uri(bot.Url, "/healthz"), Cancel);
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
        Assert.Equal("no-store", alive.Headers.CacheControl?.ToString());
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    [Fact]
    public async Task A_store_that_takes_no_write_is_named_until_it_does()
    {
        await using var bot = Bot();
        Assert.Null(await bot.StartAsync(Cancel));
        await using (var other = LedgerFile.In(_data))
        {
            await other.OpenAsync(Cancel);
            await using var hold = other.CreateCommand();
            hold.CommandText = "BEGIN IMMEDIATE";
            await hold.ExecuteNonQueryAsync(Cancel);
            var failing = await FailingAsync(bot);
            Assert.Equal("store", Assert.Single(failing.EnumerateObject()).Name);
        }

        await Eventually.TrueAsync(() => IsReady(bot), "ready again");
    }

    [Fact]
    public async Task A_card_that_cannot_be_shown_is_counted_with_the_reason_but_without_the_request()
    {
        await using var site = await Site.OpenAsync();
        Assert.Equal((0, 0, ""), await CardsAsync(site));
        site.Slack.Faults.Next("chat.postMessage", new Fault.Refused("msg_too_long"));
        var asked = await site.AskAsync();
        await Eventually.TrueAsync(() => site.InTeams(asked).Count == 1, "Teams shows it");
        while ((await CardsAsync(site)).GivenUp == 0)
        {
            await Task.Delay(20, Cancel);
        }

        var (waiting, givenUp, why) = await CardsAsync(site);
        Assert.Equal((0, 1), (waiting, givenUp));
        Assert.Contains("too long", why, StringComparison.Ordinal);
        Assert.DoesNotContain(asked.Id, why, StringComparison.Ordinal);
        Assert.DoesNotContain(asked.Code, why, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        System.IO.Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task<JsonElement> FailingAsync(BotProcess bot)
    {
        using var answer = await _http.GetAsync(new Uri(bot.Url, "/readyz"), Cancel);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return body.GetProperty("failing");
    }

    private async Task<(int Waiting, int GivenUp, string Why)> CardsAsync(Site site)
    {
        using var answer = await _http.GetAsync(site.At("/readyz"), Cancel);
        Assert.Equal("no-store", answer.Headers.CacheControl?.ToString());
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.Equal("ready", body.GetProperty("status").GetString());
        var cards = body.GetProperty("cards");
        var why = cards.GetProperty("why").EnumerateArray().Select(w => w.GetString());
        return (
            cards.GetProperty("waiting").GetInt32(),
            cards.GetProperty("given_up").GetInt32(),
            string.Join("; ", why)
        );
    }

    private bool IsReady(BotProcess bot)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(bot.Url, "/readyz"));
        using var answer = _http.Send(request, Cancel);
        return answer.IsSuccessStatusCode;
    }

    private BotProcess Bot(params (string Name, string Value)[] settings) =>
        new(
            new PlaygroundOptions().BotProgram,
            _data,
            settings.ToDictionary(s => s.Name, s => s.Value, StringComparer.Ordinal),
            PatientClock.Shared
        );
}
