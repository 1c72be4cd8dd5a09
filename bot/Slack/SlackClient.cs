using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Slack;

/// <summary>
/// Slack's Web API over HTTP (docs.slack.dev/apis/web-api). One call, one request: who may try again, and
/// when, is the caller's to say. Never throws for what Slack or the network does. The token goes into the
/// header of calls to <see cref="SlackOptions.ApiBase"/> and nowhere else.
/// </summary>
public sealed class SlackClient : IDisposable
{
    private static readonly TimeSpan CallFor = TimeSpan.FromSeconds(10);

    /// <summary>Where Slack does not say how long.</summary>
    private static readonly TimeSpan RetryDefault = TimeSpan.FromSeconds(5);

    /// <summary>More than a page of history with cards of full size.</summary>
    private const long AnswerBytesMax = 8 * 1024 * 1024;
    private const int DetailMax = 300;

    private readonly HttpClient _http;
    private readonly SlackOptions _options;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _notBefore = new(
        StringComparer.Ordinal
    );

    public SlackClient(SlackOptions options, TimeProvider clock)
    {
        (_options, _clock) = (options, clock);
        _http = new HttpClient(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                UseCookies = false,
                UseProxy = !SlackOptions.IsLoopback(options.ApiBase),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                AutomaticDecompression = DecompressionMethods.All,
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerBytesMax,
        };
    }

    /// <summary>Calls a method with a JSON body.</summary>
    public Task<SlackResult> JsonAsync(string method, JsonObject body, CancellationToken cancel)
    {
        var content = new ByteArrayContent(SlackJson.Bytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        return CallAsync(method, content, cancel);
    }

    /// <summary>
    /// As <see cref="JsonAsync"/>, but waits once when Slack asks to, if it is for no longer than
    /// <paramref name="patience"/>.
    /// </summary>
    public async Task<SlackResult> PatientAsync(
        string method,
        JsonObject body,
        TimeSpan patience,
        CancellationToken cancel
    )
    {
        var result = await JsonAsync(method, body, cancel);
        if (result is not SlackResult.Throttled slow || slow.After > patience)
        {
            return result;
        }

        await Task.Delay(slow.After, _clock, cancel);
        return await JsonAsync(method, body, cancel);
    }

    /// <summary>Calls a method that takes a form only (users.info, conversations.history, …).</summary>
    public Task<SlackResult> FormAsync(
        string method,
        IEnumerable<KeyValuePair<string, string>> fields,
        CancellationToken cancel
    ) => CallAsync(method, new FormUrlEncodedContent(fields), cancel);

    /// <summary>
    /// Posts to a <c>response_url</c>, without our token. Only to Slack's own host or the origin of
    /// <c>Slack:ApiBaseUrl</c>; anything else is not sent.
    /// </summary>
    public async Task<SlackResult> RespondAsync(
        string responseUrl,
        JsonObject body,
        CancellationToken cancel
    )
    {
        if (!IsAllowed(responseUrl, _options.ApiBase))
        {
            return new SlackResult.NotSent("the response URL is not Slack's");
        }

        var content = new ByteArrayContent(SlackJson.Bytes(body));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        using var request = new HttpRequestMessage(HttpMethod.Post, responseUrl)
        {
            Content = content,
        };
        return await SendAsync(
            request,
            async response =>
                response.IsSuccessStatusCode
                    ? new SlackResult.Done(default)
                    : await OfStatusAsync(response, cancel),
            cancel
        );
    }

    /// <summary>Whether a <c>response_url</c> may be used.</summary>
    public static bool IsAllowed(string responseUrl, Uri apiBase) =>
        Uri.TryCreate(responseUrl, UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0
        && (
            url.GetLeftPart(UriPartial.Authority) is var origin
            && (
                string.Equals(origin, "https://hooks.slack.com", StringComparison.Ordinal)
                || string.Equals(
                    origin,
                    apiBase.GetLeftPart(UriPartial.Authority),
                    StringComparison.Ordinal
                )
            )
        );

    public void Dispose() => _http.Dispose();

    private async Task<SlackResult> CallAsync(
        string method,
        HttpContent content,
        CancellationToken cancel
    )
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post,
            new Uri(_options.ApiBase, method)
        )
        {
            Content = content,
        };
        var now = _clock.GetUtcNow();
        if (_notBefore.TryGetValue(method, out var until) && until > now)
        {
            return new SlackResult.Throttled(until - now);
        }

        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.BotToken);
        var result = await SendAsync(request, r => ReadAsync(r, cancel), cancel);
        if (result is SlackResult.Throttled slow && !IsPerChannel(method))
        {
            _notBefore[method] = now + slow.After;
        }

        return result;
    }

    private static bool IsPerChannel(string method) => method is "chat.postMessage";

    private async Task<SlackResult> SendAsync(
        HttpRequestMessage request,
        Func<HttpResponseMessage, Task<SlackResult>> read,
        CancellationToken cancel
    )
    {
        using var patience = new CancellationTokenSource(CallFor, _clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using var response = await _http.SendAsync(request, both.Token);
            return await read(response);
        }
        catch (HttpRequestException e)
            when (e.HttpRequestError
                    is HttpRequestError.ConnectionError
                        or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError
            )
        {
            return new SlackResult.NotSent($"Slack cannot be reached ({e.HttpRequestError})");
        }
        catch (HttpRequestException e)
        {
            return new SlackResult.Unsure($"the connection to Slack broke ({e.HttpRequestError})");
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new SlackResult.Unsure("Slack did not answer in time");
        }
    }

    private async Task<SlackResult> ReadAsync(
        HttpResponseMessage response,
        CancellationToken cancel
    )
    {
        if (response.StatusCode == HttpStatusCode.TooManyRequests)
        {
            return await OfStatusAsync(response, cancel);
        }

        var body = SlackJson.Parse(await response.Content.ReadAsByteArrayAsync(cancel));
        return body switch
        {
            { } ok when ok.Flag("ok") == true && response.IsSuccessStatusCode =>
                new SlackResult.Done(ok),
            { } no when no.Flag("ok") == false && no.Text("error") is { } error =>
                new SlackResult.Refused(Short(error), Detail(no)),
            _ => await OfStatusAsync(response, cancel),
        };
    }

    private Task<SlackResult> OfStatusAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var status = (int)response.StatusCode;
        return Task.FromResult<SlackResult>(
            status switch
            {
                429 => new SlackResult.Throttled(RetryAfter(response.Headers.RetryAfter)),
                // Somebody between us gave up waiting (499: nginx): Slack may have done it.
                408 or 499 => new SlackResult.Unsure($"Slack answered with status {status}"),
                >= 300 and < 500 => new SlackResult.Refused(
                    "http_" + status.ToString(CultureInfo.InvariantCulture),
                    null
                ),
                _ => new SlackResult.Unsure($"Slack answered with status {status} and no result"),
            }
        );
    }

    private TimeSpan RetryAfter(RetryConditionHeaderValue? header)
    {
        var after = header?.Delta ?? (header?.Date - _clock.GetUtcNow()) ?? RetryDefault;
        return after < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : after;
    }

    private static string? Detail(JsonElement body)
    {
        if (body.Text("needed") is { } needed)
        {
            return Short("needs " + needed);
        }

        return
            body.At("response_metadata", "messages") is { ValueKind: JsonValueKind.Array } messages
            && messages.EnumerateArray().FirstOrDefault()
                is { ValueKind: JsonValueKind.String } first
            ? Short(first.ToString())
            : null;
    }

    private static string Short(string text) => text.Length <= DetailMax ? text : text[..DetailMax];
}
