using System.Text.Json;

namespace ChatApprovals.Playground.Page;

/// <summary>The page's API: one stream of states, and one address per thing that somebody can do. Whoever calls it acts as
/// any of the people, so it answers to the page itself only.</summary>
internal sealed class PageEndpoints(PlaygroundHost host)
{
    /// <summary>Changes within this time are one event.</summary>
    private static readonly TimeSpan Debounce = TimeSpan.FromMilliseconds(50);

    /// <summary>Without any change, a state is sent nevertheless: it shows that the connection lives.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    private readonly PageState _state = new(host);
    private readonly PageActions _actions = new(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/play/stream", StreamAsync);
        routes.MapPost("/play/{**what}", ActAsync);
    }

    private async Task StreamAsync(HttpContext context, IHostApplicationLifetime life)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            life.ApplicationStopping
        );
        var cancel = end.Token;
        if (!PageOrigin.IsOwn(context.Request))
        {
            context.Response.StatusCode = 403;
            return;
        }
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            while (true)
            {
                var next = host.NextChangeAsync(cancel);
                await context.Response.Body.WriteAsync("data: "u8.ToArray(), cancel);
                await context.Response.Body.WriteAsync(_state.Bytes(), cancel);
                await context.Response.Body.WriteAsync("\n\n"u8.ToArray(), cancel);
                await context.Response.Body.FlushAsync(cancel);
                await Task.WhenAny(next, Task.Delay(Heartbeat, cancel));
                await Task.Delay(Debounce, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The page was closed.
        }
    }

    private async Task ActAsync(HttpContext context, string what)
    {
        var cancel = context.RequestAborted;
        if (PageOrigin.Refusal(context.Request) is { } refusal)
        {
            context.Response.StatusCode = 403;
            await context.Response.WriteAsJsonAsync(new { ok = false, error = refusal }, cancel);
            return;
        }
        var body = Json.TryParse((await Slack.SlackCall.Bytes(context.Request, cancel)).Span);
        var error = body is { ValueKind: JsonValueKind.Object } asked
            ? await RunAsync(what, asked, cancel)
            : "The body is not a JSON object.";
        object answer = error is null ? new { ok = true } : new { ok = false, error };
        await context.Response.WriteAsJsonAsync(answer, cancel);
    }

    /// <summary>Names that nobody has (a person, a conversation) are the caller's fault and said as such.</summary>
    private async Task<string?> RunAsync(string what, JsonElement asked, CancellationToken cancel)
    {
        try
        {
            return await _actions.RunAsync(what, asked, cancel);
        }
        catch (Exception unknown) when (unknown is ArgumentException or BadHttpRequestException)
        {
            return unknown.Message;
        }
    }
}

/// <summary>Keeps other web sites, open in the same browser, from clicking as Bob.</summary>
internal static class PageOrigin
{
    /// <summary>Same origin, loopback name (no DNS rebinding), and JSON (no simple form). Null when all is well.</summary>
    public static string? Refusal(HttpRequest request) =>
        !IsOwn(request) ? "Only the playground's own page may do that."
        : !request.HasJsonContentType() ? "The content type must be application/json."
        : null;

    public static bool IsOwn(HttpRequest request)
    {
        var host = request.Host;
        var loopback = host.Host is "localhost" or "127.0.0.1" or "[::1]";
        var origin = request.Headers.Origin.ToString();
        var own = $"{request.Scheme}://{host.Value}";
        return loopback
            && (
                origin.Length is 0 || string.Equals(origin, own, StringComparison.OrdinalIgnoreCase)
            )
            && request.Headers["Sec-Fetch-Site"].ToString() is "" or "same-origin" or "none";
    }
}
