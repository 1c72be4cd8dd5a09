using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace ChatApprovals.Playground;

/// <summary>Plays the agent: sends requests, waits for what people decide, reports what came of it.</summary>
/// <remarks>Safe from any thread. Every pending request has one waiting loop, until it is decided or the console ends.</remarks>
public sealed class AgentConsole(Func<Uri> bot, TimeProvider time) : IDisposable
{
    private const int ExchangesMax = 200;

    /// <summary>contract section 2: <c>wait</c> is at most 60 s; some air for the answer to travel.</summary>
    private static readonly TimeSpan CallLimit = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http = BotClient.Create();
    private readonly CancellationTokenSource _ended = new();
    private ImmutableList<Exchange> _exchanges = [];
    private int _count;

    public string Name => Seed.AgentName;

    /// <summary>The agent's key <c>cak_…</c>; without one nothing is sent.</summary>
    public string? Key { get; set; }

    public Changes Changes { get; } = new();
    public IReadOnlyList<Exchange> Exchanges => _exchanges;

    /// <summary>Sends a request and keeps waiting for its end. A sentence when it was not taken.</summary>
    public async Task<string?> SendAsync(string title, JsonElement body, CancellationToken cancel)
    {
        var sent = await CallAsync(title, HttpMethod.Post, "/v1/requests", body, cancel);
        if (sent.Response.Text("id") is not { } id || sent.Status is not (200 or 201))
        {
            return Refusal(sent);
        }
        if (sent.Response.Text("status") is "pending")
        {
            _ = WaitAsync(title, id, _ended.Token);
            var events = new AgentEvents(_http, () => new Uri(bot(), Of(id, "events")), Key, time);
            _ = events.FollowAsync((told, c) => HearAsync(title, id, told, c), _ended.Token);
        }
        return null;
    }

    /// <summary>Calls through a guard; waits for approval, then makes the same call again, and once more in vain. A sentence
    /// when it was not taken.</summary>
    public async Task<string?> GuardedAsync(Scenario scenario, CancellationToken cancel)
    {
        var (title, path, body) = (scenario.Title, scenario.Guarded!, scenario.Body);
        const string who = "Approval-Initiator: alice@acme.example";
        var sent = await CallAsync(title, HttpMethod.Post, path, body, who, cancel);
        if (sent.Status is not 202 || sent.Response.Text("id") is not { } id)
        {
            return Refusal(sent);
        }
        _ = SendApprovedAsync(title, path, body, id, _ended.Token);
        return null;
    }

    private async Task SendApprovedAsync(
        string title,
        string path,
        JsonElement body,
        string id,
        CancellationToken cancel
    )
    {
        if (await WaitAsync(title, id, cancel) is "approved")
        {
            foreach (var word in new[] { "Approved, so again", "And once more, a replay" })
            {
                await CallAsync(
                    $"{word}: {title}",
                    HttpMethod.Post,
                    path,
                    body,
                    $"Approval: {id}",
                    cancel
                );
            }
        }
    }

    public async Task<string?> CancelRequestAsync(string id, CancellationToken cancel)
    {
        var body = Json.Of(new { reason = "not needed any more" });
        return Refusal(await CallAsync("Cancel", HttpMethod.Post, Of(id, "cancel"), body, cancel));
    }

    /// <summary>Answers a question that somebody asked about the request.</summary>
    public async Task<string?> AnswerAsync(
        string id,
        string question,
        string text,
        CancellationToken cancel
    )
    {
        var body = Json.Of(new { text, question });
        return Refusal(
            await CallAsync("Answer", HttpMethod.Post, Of(id, "messages"), body, cancel)
        );
    }

    public async Task<string?> ReportAsync(string id, string outcome, CancellationToken cancel)
    {
        var body = Json.Of(new { outcome, detail = $"The agent says: {outcome}." });
        return Refusal(await CallAsync("Result", HttpMethod.Post, Of(id, "result"), body, cancel));
    }

    public void Dispose()
    {
        _ended.Cancel();
        _ended.Dispose();
        _http.Dispose();
    }

    /// <summary>Long polls until the request is decided; outlives a bot that is killed and started again.</summary>
    /// <returns>What it ended as; null when that is not known.</returns>
    private async Task<string?> WaitAsync(string title, string id, CancellationToken cancel)
    {
        try
        {
            while (!cancel.IsCancellationRequested)
            {
                var path = $"/v1/requests/{Uri.EscapeDataString(id)}?wait=60";
                var seen = await CallAsync($"Wait: {title}", HttpMethod.Get, path, null, cancel);
                if (seen.Status is 200 && seen.Response.Text("status") is not "pending")
                {
                    return seen.Response.Text("status");
                }
                if (seen.Status is >= 400 and < 500 and not 429)
                {
                    return null;
                }
                if (seen.Status is not 200)
                {
                    await Task.Delay(Pause, time, cancel);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The console ends.
        }
        return null;
    }

    /// <summary>What the stream told of is shown as it came; then the agent looks what was asked.</summary>
    private async Task HearAsync(
        string title,
        string id,
        JsonElement told,
        CancellationToken cancel
    )
    {
        if (told.Text("type") is not "question.asked")
        {
            return;
        }
        var n = Interlocked.Increment(ref _count);
        Show(
            new Exchange(n, time.GetUtcNow(), $"Event: {title}", "GET", Of(id, "events"))
            {
                Status = 200,
                Response = told,
            }
        );
        var path = $"/v1/requests/{Uri.EscapeDataString(id)}";
        await CallAsync($"Asked: {title}", HttpMethod.Get, path, null, cancel);
    }

    private Task<Exchange> CallAsync(
        string title,
        HttpMethod method,
        string path,
        JsonElement? body,
        CancellationToken cancel
    ) => CallAsync(title, method, path, body, header: null, cancel);

    private async Task<Exchange> CallAsync(
        string title,
        HttpMethod method,
        string path,
        JsonElement? body,
        string? header,
        CancellationToken cancel
    )
    {
        var n = Interlocked.Increment(ref _count);
        var exchange = new Exchange(n, time.GetUtcNow(), title, method.Method, path)
        {
            Request = body,
            Header = header,
            Waiting = true,
        };
        Show(exchange);
        var started = Stopwatch.GetTimestamp();
        var (status, answer) = await TalkAsync(exchange, cancel);
        exchange = exchange with
        {
            Status = status,
            Response = answer,
            Ms = (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds,
            Waiting = false,
        };
        Show(exchange);
        return exchange;
    }

    private async Task<(int?, JsonElement?)> TalkAsync(Exchange exchange, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(
            new HttpMethod(exchange.Method),
            new Uri(bot(), exchange.Path)
        );
        request.Headers.Authorization = new("Bearer", Key ?? "none");
        if (exchange.Header?.Split(": ", 2) is [var name, var value])
        {
            request.Headers.Add(name, value);
        }
        if (exchange.Request is { } json)
        {
            request.Content = new StringContent(
                json.GetRawText(),
                Encoding.UTF8,
                "application/json"
            );
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(CallLimit);
        try
        {
            using var response = await _http.SendAsync(request, limit.Token);
            var text = await response.Content.ReadAsStringAsync(limit.Token);
            var answer = Json.TryParse(text) ?? (text.Length > 0 ? Json.Of(text) : null);
            return ((int)response.StatusCode, answer);
        }
        catch (HttpRequestException broken)
        {
            return (null, Json.Of($"no answer: {broken.HttpRequestError}"));
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, Json.Of("no answer in time"));
        }
    }

    private void Show(Exchange exchange)
    {
        ImmutableInterlocked.Update(
            ref _exchanges,
            all =>
            {
                var at = all.FindIndex(e => e.N == exchange.N);
                var next = at < 0 ? all.Add(exchange) : all.SetItem(at, exchange);
                return next.Count > ExchangesMax ? next.RemoveAt(0) : next;
            }
        );
        Changes.Tell();
    }

    private static string Of(string id, string what) =>
        $"/v1/requests/{Uri.EscapeDataString(id)}/{what}";

    /// <summary>What is wrong with the body, place by place: <c>/resource: This member is required.</c></summary>
    private static string? Faults(JsonElement? problem) =>
        problem?.At("errors") is { ValueKind: JsonValueKind.Array } errors
            ? string.Join(
                ' ',
                errors.EnumerateArray().Select(e => $"{e.Text("pointer")}: {e.Text("detail")}")
            )
            : null;

    private static string? Refusal(Exchange exchange) =>
        exchange.Status is >= 200 and < 300
            ? null
            : Faults(exchange.Response)
                ?? exchange.Response.Text("detail")
                ?? exchange.Response.Text("title")
                ?? $"The bot answered {exchange.Status?.ToString() ?? "nothing"}.";
}
