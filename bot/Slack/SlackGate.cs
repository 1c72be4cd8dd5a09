using System.Buffers.Text;
using System.Security.Cryptography;

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
    /// <summary>Contract section 7: bodies over 1 MiB are answered with 413.</summary>
    private const int BodyMax = 1024 * 1024;

    /// <summary>Answers a request: 413, 401, an earlier answer to the same bytes, or what is made of it.</summary>
    public async Task ServeAsync(HttpContext http, Func<byte[], Task<SlackAnswer>> act)
    {
        var cancel = http.RequestAborted;
        if (await BodyAsync(http.Request, cancel) is not { } body)
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
        if (problem is not null)
        {
            Refused(http.Request.Path, problem);
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        var key = $"{http.Request.Path} {signature}";
        await WriteAsync(http.Response, await replays.OnceAsync(key, () => act(body)), cancel);
    }

    /// <summary>base64url(SHA-256) of the platform's own bytes, recorded with a decision.</summary>
    public static string Evidence(byte[] body) => Base64Url.EncodeToString(SHA256.HashData(body));

    private static async Task<byte[]?> BodyAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > BodyMax)
        {
            return null;
        }

        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            body.Write(buffer, 0, read);
            if (body.Length > BodyMax)
            {
                return null;
            }
        }

        return body.ToArray();
    }

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
