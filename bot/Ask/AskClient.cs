using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>What became of a call.</summary>
internal abstract record AskReply
{
    private AskReply() { }

    /// <summary>The bot answered; <paramref name="Body"/> is empty if that was no JSON object.</summary>
    public sealed record Answered(int Status, JsonObject Body) : AskReply
    {
        public bool IsGood => Status is >= 200 and < 300;
    }

    /// <summary>It did not, for as long as we had patience; what happened last, in words.</summary>
    public sealed record Silent(string Last) : AskReply;

    /// <summary>The answer, if it is a good one.</summary>
    /// <exception cref="AskException">The bot said no, or nothing.</exception>
    public static Answered Good(AskReply reply) =>
        reply switch
        {
            Answered { IsGood: true } answer => answer,
            Answered refused => throw new AskException(
                AskExit.Refused,
                $"refused: {Why(refused)}; nothing was run"
            )
            {
                Problem = refused.Body,
            },
            _ => throw new AskException(AskExit.Unreachable, $"{Why(reply)}; nothing was run"),
        };

    public static string Why(AskReply reply) =>
        reply switch
        {
            Answered answer => AskState.Problem(answer.Status, answer.Body),
            Silent silent => silent.Last,
            _ => "no reply",
        };
}

/// <summary>
/// Talks to the bot. A call is repeated while there is no answer or none for long (408, 429, 5xx), as
/// <c>Retry-After</c> says. Each means the same when it comes twice, but that which uses a grant up: its answer is lost
/// for good, and the second try is refused. Proofs of a key are made anew for each try.
/// </summary>
internal sealed class AskClient : IDisposable
{
    /// <summary>Own limits: a request is at most 256 KiB; a long poll takes 60 s at most.</summary>
    private const int AnswerMax = 4 << 20;
    private static readonly TimeSpan s_callLimit = TimeSpan.FromSeconds(75);
    private static readonly TimeSpan s_first = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_retryAfterMax = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http;
    private readonly TimeProvider _clock;

    public AskClient(Uri bot, TimeProvider clock)
    {
        _clock = clock;
        // A redirect would carry the key to another place.
        var inner = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
        };
        _http = new HttpClient(inner)
        {
            BaseAddress = bot,
            Timeout = s_callLimit,
            MaxResponseContentBufferSize = AnswerMax,
        };
    }

    /// <summary>Called when a call is to be repeated, with the reason.</summary>
    public Action<string> Waits { get; set; } = _ => { };

    /// <exception cref="OperationCanceledException">We are told to stop.</exception>
    public async Task<AskReply> CallAsync(AskCall call, TimeSpan patience, CancellationToken cancel)
    {
        var started = _clock.GetTimestamp();
        for (var pause = s_first; ; pause = Min(pause * 2, s_longest))
        {
            var (reply, after) = await OnceAsync(call, cancel);
            var isFinal = reply is AskReply.Answered { Status: not (408 or 429 or >= 500) };
            var wait = after ?? pause;
            if (isFinal || _clock.GetElapsedTime(started) + wait > patience)
            {
                return reply is AskReply.Answered { Status: >= 500 } broken
                    ? new AskReply.Silent($"the bot answers {broken.Status}")
                    : reply;
            }

            Waits(reply is AskReply.Silent silent ? silent.Last : "the bot asks us to wait");
            await Task.Delay(wait, _clock, cancel);
        }
    }

    /// <summary>Where a call goes.</summary>
    public Uri AddressOf(AskCall call) => new(_http.BaseAddress!, call.Path);

    public void Dispose() => _http.Dispose();

    private async Task<(AskReply Reply, TimeSpan? After)> OnceAsync(
        AskCall call,
        CancellationToken cancel
    )
    {
        using var message = new HttpRequestMessage(call.Method, call.Path);
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", call.Key);
        if (call.IdempotencyKey is { } key)
        {
            message.Headers.Add("Idempotency-Key", key);
        }

        if (call.Proof is { } proof)
        {
            message.Headers.Add("DPoP", proof(call.Method, AddressOf(call)));
        }

        if (call.Body is { } body)
        {
            if (call.Dpop is { } dpop)
            {
                body["dpop"] = dpop(call.Method, AddressOf(call));
            }

            var json = body.ToJsonString(AskJson.Plain);
            message.Content = new StringContent(json, Encoding.UTF8, "application/json");
        }

        try
        {
            using var answer = await _http.SendAsync(message, cancel);
            var text = await answer.Content.ReadAsStringAsync(cancel);
            return (new AskReply.Answered((int)answer.StatusCode, Read(text)), After(answer));
        }
        catch (Exception error)
            when (error is HttpRequestException or IOException or TaskCanceledException
                && !cancel.IsCancellationRequested
            )
        {
            var why = error is TaskCanceledException ? "no answer" : error.Message;
            return (new AskReply.Silent($"the bot cannot be reached: {why}"), null);
        }
    }

    private TimeSpan? After(HttpResponseMessage answer)
    {
        var said = answer.Headers.RetryAfter;
        var wait = said?.Delta ?? said?.Date - _clock.GetUtcNow();
        return wait is { } time ? Min(Max(time, s_first), s_retryAfterMax) : null;
    }

    private static JsonObject Read(string text)
    {
        try
        {
            var strict = new JsonDocumentOptions { AllowDuplicateProperties = false };
            return JsonNode.Parse(text, nodeOptions: null, strict) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return [];
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

/// <summary>One call. <see cref="Key"/> is the agent's, or a guard's.</summary>
internal sealed record AskCall(HttpMethod Method, string Path, string Key)
{
    public JsonObject? Body { get; init; }
    public string? IdempotencyKey { get; init; }

    /// <summary>Makes the header <c>DPoP</c>, a new one for each try: a proof is taken once.</summary>
    public Func<HttpMethod, Uri, string>? Proof { get; init; }

    /// <summary>Makes the body's member <c>dpop</c>, by the same rule.</summary>
    public Func<HttpMethod, Uri, JsonObject>? Dpop { get; init; }
}
