using System.Buffers.Text;
using System.Security.Cryptography;
using ChatApprovals.Desk;
using Microsoft.Extensions.Primitives;

namespace ChatApprovals.Slack;

/// <summary>
/// What every request from Slack passes before anything is read from it: size, signature, and whether the
/// same bytes were accepted before.
/// </summary>
public sealed partial class SlackGate(
    SlackOptions options,
    ReplayCache replays,
    TimeProvider clock,
    ILogger<SlackGate> log
)
{
    /// <summary>Where Slack sends the slash command.</summary>
    public const string CommandsPath = "/slack/commands";

    /// <summary>
    /// Answers a request: 413, 401, an earlier answer to the same bytes, or what is made of the body and of
    /// what tells this delivery from all others (its signature covers body and time).
    /// </summary>
    public async Task ServeAsync(HttpContext http, Func<byte[], string, Task<SlackAnswer>> act)
    {
        var cancel = http.RequestAborted;
        if (
            await BoundedBody.ReadAsync(http.Request.Body, http.Request.ContentLength, cancel)
            is not { } body
        )
        {
            http.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
            return;
        }

        var signature = http.Request.Headers[SlackSignature.SignatureName];
        var problem = SlackSignature.Problem(
            options.SigningSecret!,
            signature,
            http.Request.Headers[SlackSignature.TimestampName],
            body,
            clock.GetUtcNow()
        );
        if (problem is not null && IsProbe(http.Request, body))
        {
            return;
        }

        if (problem is not null)
        {
            Refused(http.Request.Path, problem);
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        // The endpoint's own name: routing takes /SLACK/commands/ for the same as /slack/commands.
        var endpoint = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
        var key = $"{endpoint} {signature}";
        await WriteAsync(http.Response, await replays.OnceAsync(key, () => act(body, key)), cancel);
    }

    /// <summary>
    /// Slack looks now and then whether a command's URL has a valid certificate, unsigned, and expects 200
    /// (docs.slack.dev, slash commands, "ssl_check"). Nothing else in such a body is read.
    /// </summary>
    private static bool IsProbe(HttpRequest request, byte[] body) =>
        request.Path.Equals(CommandsPath, StringComparison.Ordinal)
        && StringValues.IsNullOrEmpty(request.Headers[SlackSignature.SignatureName])
        && SlackForm.Read(body) is { } form
        && form.One("ssl_check") is "1"
        && form.HasOnly("ssl_check", "token");

    /// <summary>base64url(SHA-256) of the platform's own bytes, recorded with a decision.</summary>
    public static string Evidence(byte[] body) => Base64Url.EncodeToString(SHA256.HashData(body));

    private static async Task WriteAsync(
        HttpResponse response,
        SlackAnswer answer,
        CancellationToken cancel
    )
    {
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        await response.Body.WriteAsync(answer.Body, cancel);
    }

    [LoggerMessage(
        EventId = 3103,
        Level = LogLevel.Warning,
        Message = "Slack: a request to {Path} was refused: {Why}"
    )]
    private partial void Refused(string path, string why);
}
