using System.Text;

namespace ChatApprovals.Playground.Slack;

/// <summary>Events and probes, and the raw ways in for tests of what must be refused.</summary>
public sealed partial class SlackPlatform
{
    private const string JsonType = "application/json";

    /// <summary>Sends an event in its envelope; again, with retry headers, until it is answered with 2xx or the retries are used up.</summary>
    public async Task<SlackAnswer> Event(object inner, CancellationToken cancel)
    {
        var body = Json.Bytes(_payloads.Event(inner, _time.GetUtcNow()));
        var answer = await _sender.Signed("/slack/events", JsonType, body, cancel);
        for (var retry = 1; !answer.Ok && retry <= Options.EventRetries.Count; retry++)
        {
            await Task.Delay(Options.EventRetries[retry - 1], _time, cancel);
            var reason = answer.Status is null ? "http_timeout" : "http_error";
            answer = await _sender.Signed(
                "/slack/events",
                JsonType,
                body,
                cancel,
                ("X-Slack-Retry-Num", retry.ToString()),
                ("X-Slack-Retry-Reason", reason)
            );
        }
        return answer;
    }

    /// <summary>Slack's question whether the events URL is the app's; right when the body holds the challenge.</summary>
    public async Task<SlackAnswer> VerifyUrl(CancellationToken cancel)
    {
        var challenge = RandomIds.Token(40);
        var body = Json.Bytes(
            new
            {
                token = "legacy-verification-token",
                challenge,
                type = "url_verification",
            }
        );
        var answer = await _sender.Signed("/slack/events", JsonType, body, cancel);
        return answer.Ok && !answer.Body.Contains(challenge, StringComparison.Ordinal)
            ? answer with
            {
                Problem = "the challenge was not answered",
            }
            : answer;
    }

    /// <summary>The probe of a slash command's URL; right when it is answered with 200.</summary>
    public Task<SlackAnswer> SslCheck(CancellationToken cancel) =>
        _sender.Signed(
            "/slack/commands",
            Form,
            Encoding.UTF8.GetBytes("ssl_check=1&token=legacy-verification-token"),
            cancel
        );

    /// <summary>Signs any body, at any time, as this Slack would.</summary>
    public string Sign(string timestamp, ReadOnlySpan<byte> body) => _sender.Sign(timestamp, body);

    /// <summary>Sends exactly this, unsigned unless the headers say so.</summary>
    public Task<SlackAnswer> SendRaw(
        string path,
        string contentType,
        byte[] body,
        IEnumerable<(string Name, string Value)> headers,
        CancellationToken cancel
    ) => _sender.Raw(path, contentType, body, headers, cancel);
}
