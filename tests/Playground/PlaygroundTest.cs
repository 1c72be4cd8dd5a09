using System.Net.Http.Json;
using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Playground;

/// <summary>Both platforms and a stub bot, over real HTTP, with a clock that stands still.</summary>
public abstract class PlaygroundTest : IAsyncLifetime
{
    private LocalPlatforms? _platforms;
    private StubBot? _bot;

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;
    protected StoppedClock Clock { get; } = new();
    protected HttpClient Http { get; } = new();
    protected SlackPlatform Slack => _platforms!.Slack;
    protected TeamsPlatform Teams => _platforms!.Teams;
    protected StubBot Bot => _bot!;
    protected virtual SlackOptions SlackOptions => new() { EventRetries = [default, default] };
    protected virtual TeamsOptions TeamsOptions => new();

    public async ValueTask InitializeAsync()
    {
        _bot = await StubBot.Start(Cancel);
        _platforms = await LocalPlatforms.Start(SlackOptions, TeamsOptions, Clock, Cancel);
        _platforms.Bot = _bot.Url;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Http.Dispose();
        await _platforms!.DisposeAsync();
        await _bot!.DisposeAsync();
    }

    /// <summary>Calls Slack's Web API as the bot does, with JSON.</summary>
    protected async Task<JsonElement> Call(string method, object arguments)
    {
        using var response = await Send(method, arguments, Slack.Options.BotToken);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancel);
    }

    protected async Task<HttpResponseMessage> Send(string method, object arguments, string? token)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(Slack.ApiBaseUrl, method)
        );
        request.Content = JsonContent.Create(arguments);
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }
        return await Http.SendAsync(request, Cancel);
    }

    protected static string? ErrorOf(JsonElement answer) =>
        answer.TryGetProperty("error", out var error) ? error.GetString() : null;
}

/// <summary>A clock that moves only when told to.</summary>
public sealed class StoppedClock : PatientClock
{
    private DateTimeOffset _now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => _now;

    public void Advance(TimeSpan by) => _now += by;
}
