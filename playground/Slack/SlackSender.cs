using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Playground.Slack;

/// <summary>How the bot answered Slack, or that it did not. <c>Status</c>: HTTP, null when no answer came in time or
/// there was no connection. <c>Problem</c>: what the person sees instead of success, null when all went well.</summary>
public sealed record SlackAnswer(int? Status, string Body, string? Problem, TimeSpan Took)
{
    /// <summary>The client refused by itself; nothing was sent.</summary>
    internal static SlackAnswer NotSent(string problem) => new(null, "", problem, TimeSpan.Zero);

    public bool Ok => Problem is null;
}

/// <summary>Sends what people do to the bot, signed as Slack signs (docs.slack.dev, "Verifying requests").</summary>
internal sealed class SlackSender(SlackOptions options, TimeProvider time, HttpClient http)
{
    private readonly byte[] _secret = Encoding.UTF8.GetBytes(options.SigningSecret);

    /// <summary>The bot's base address; nobody listens before it is set.</summary>
    public Uri? Bot { get; set; }

    /// <summary><c>v0=</c> and the lower-case hex HMAC-SHA256 over <c>v0:timestamp:body</c>.</summary>
    public string Sign(string timestamp, ReadOnlySpan<byte> body)
    {
        var head = Encoding.ASCII.GetBytes($"v0:{timestamp}:");
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _secret);
        mac.AppendData(head);
        mac.AppendData(body);
        return "v0=" + Convert.ToHexStringLower(mac.GetHashAndReset());
    }

    public Task<SlackAnswer> Signed(
        string path,
        string contentType,
        byte[] body,
        CancellationToken cancel,
        params (string Name, string Value)[] headers
    )
    {
        var timestamp = time.GetUtcNow().ToUnixTimeSeconds().ToString();
        return Raw(
            path,
            contentType,
            body,
            [
                .. headers,
                ("X-Slack-Request-Timestamp", timestamp),
                ("X-Slack-Signature", Sign(timestamp, body)),
            ],
            cancel
        );
    }

    public async Task<SlackAnswer> Raw(
        string path,
        string contentType,
        byte[] body,
        IEnumerable<(string Name, string Value)> headers,
        CancellationToken cancel
    )
    {
        if (Bot is null)
        {
            return SlackAnswer.NotSent("dispatch_failed: no bot is running");
        }
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Bot, path));
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.TryAddWithoutValidation(
            "User-Agent",
            "Slackbot 1.0 (+https://api.slack.com/robots)"
        );
        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(options.Deadline);
        return await Answer(request, deadline.Token, cancel);
    }

    private async Task<SlackAnswer> Answer(
        HttpRequestMessage request,
        CancellationToken deadline,
        CancellationToken cancel
    )
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            using var response = await http.SendAsync(request, deadline);
            var body = await response.Content.ReadAsStringAsync(deadline);
            var took = Stopwatch.GetElapsedTime(started);
            var problem = response.IsSuccessStatusCode
                ? null
                : $"dispatch_failed: the app answered {(int)response.StatusCode}";
            return new((int)response.StatusCode, body, problem, took);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            var took = Stopwatch.GetElapsedTime(started);
            return new(null, "", "operation_timeout: the app did not answer in time", took);
        }
        catch (HttpRequestException broken)
        {
            var took = Stopwatch.GetElapsedTime(started);
            return new(null, "", "dispatch_failed: " + broken.HttpRequestError, took);
        }
    }
}
