using ChatApprovals.Teams;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Tests.Teams;

/// <summary>The bot's own token, from endpoints that say its life in their own way.</summary>
public sealed class TeamsLoginTests : IAsyncLifetime
{
    private readonly HandClock _clock = new(Make.Noon);
    private readonly TeamsHttp _http = new(PatientClock.Shared);
    private WebApplication _app = null!;
    private string _life = "";
    private int _asked;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.MapPost("/token", Token);
        await _app.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    [Theory]
    [InlineData(",\"expires_in\":3600", 54)]
    [InlineData(",\"expires_in\":\"3600\"", 54)]
    [InlineData("", 4)]
    public async Task A_token_is_kept_until_five_minutes_before_its_end(string life, int minutes)
    {
        _life = life;
        using var login = Login();
        Assert.Equal("token-1", (await login.GetAsync(Cancel)).Token);
        _clock.Advance(TimeSpan.FromMinutes(minutes));
        Assert.Equal("token-1", (await login.GetAsync(Cancel)).Token);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("token-2", (await login.GetAsync(Cancel)).Token);
    }

    [Theory]
    [InlineData(",\"expires_in\":0")]
    [InlineData(",\"expires_in\":\"soon\"")]
    [InlineData(",\"expires_in\":null")]
    public async Task A_token_without_a_life_is_none(string life)
    {
        _life = life;
        using var login = Login();
        Assert.NotNull((await login.GetAsync(Cancel)).Problem);
    }

    private IResult Token()
    {
        var number = Interlocked.Increment(ref _asked);
        return Results.Text(
            $"{{\"token_type\":\"Bearer\",\"access_token\":\"token-{number}\"{_life}}}",
            "application/json"
        );
    }

    private TeamsLogin Login() =>
        new(
            new TeamsOptions
            {
                AppId = "app",
                AppPassword = "secret",
                TenantId = "tenant",
                TokenUrl = _app.Urls.Single() + "/token",
            },
            _http,
            _clock
        );
}
