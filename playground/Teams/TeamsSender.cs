using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Playground.Teams;

/// <summary>How the bot answered Teams, or that it did not. <c>Status</c>: HTTP, null without an answer. <c>Problem</c>:
/// what the person sees instead of success. For invokes, <c>Type</c> and <c>Value</c> are the answer's own.</summary>
public sealed record TeamsAnswer(int? Status, JsonElement? Body, string? Problem, TimeSpan Took)
{
    public bool Ok => Problem is null;

    /// <summary>The <c>statusCode</c> inside an invoke's answer.</summary>
    public int? StatusCode =>
        Body.At("statusCode") is { ValueKind: JsonValueKind.Number } code ? code.GetInt32() : null;

    public string? Type => Body.Text("type");
    public JsonElement? Value => Body.At("value");
}

/// <summary>Sends activities to the bot with the Bot Framework's own token.</summary>
internal sealed class TeamsSender(
    TeamsOptions options,
    TeamsKeys keys,
    Func<string> serviceUrl,
    TimeProvider time,
    HttpClient http
)
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);
    private Tuple<TeamsToken, string>? _cached;

    public Uri? Bot { get; set; }

    /// <summary>What a true token says now.</summary>
    public TeamsToken Claims()
    {
        var now = time.GetUtcNow();
        return new(
            "https://api.botframework.com",
            options.AppId,
            serviceUrl(),
            now - TimeSpan.FromMinutes(5),
            now + TokenLife,
            keys.CurrentKeyId
        );
    }

    /// <summary>Sends with a true token: the same one until it or its key is old, as the real service does.</summary>
    public Task<TeamsAnswer> Send(JsonObject activity, CancellationToken cancel) =>
        Send(Json.Bytes(activity), CurrentToken(), cancel);

    public async Task<TeamsAnswer> Send(byte[] body, string? token, CancellationToken cancel)
    {
        if (Bot is null)
        {
            return new(null, null, "Unable to reach app: no bot is running.", TimeSpan.Zero);
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Bot, "/api/messages"));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        if (token is not null)
        {
            request.Headers.Authorization = new("Bearer", token);
        }
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(options.InvokeDeadline);
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(request, deadline.Token);
            var answer = await response.Content.ReadAsByteArrayAsync(deadline.Token);
            return new(
                (int)response.StatusCode,
                Json.TryParse(answer),
                response.IsSuccessStatusCode
                    ? null
                    : $"Something went wrong: the app answered {(int)response.StatusCode}.",
                Stopwatch.GetElapsedTime(started)
            );
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var took = Stopwatch.GetElapsedTime(started);
            return new(null, null, "Unable to reach app. Please try again.", took);
        }
        catch (HttpRequestException)
        {
            var took = Stopwatch.GetElapsedTime(started);
            return new(null, null, "Unable to reach app. Please try again.", took);
        }
    }

    internal string CurrentToken()
    {
        if (
            _cached is { } cached
            && cached.Item1.Expires - time.GetUtcNow() > TokenLife / 2
            && string.Equals(cached.Item1.KeyId, keys.CurrentKeyId, StringComparison.Ordinal)
            && string.Equals(cached.Item1.ServiceUrl, serviceUrl(), StringComparison.Ordinal)
        )
        {
            return cached.Item2;
        }
        var claims = Claims();
        var token = keys.Sign(claims);
        _cached = new(claims, token);
        return token;
    }
}
