using Microsoft.Extensions.Primitives;

namespace ChatApprovals.Playground.Teams;

/// <summary>An answer of the Bot Connector: a body, or an error in the Connector's shape.</summary>
internal sealed record TeamsReply(
    int Status,
    object? Body,
    string? Error = null,
    int? RetryAfter = null
)
{
    public static TeamsReply Refuse(int status, string code, string message) =>
        new(status, new { error = new { code, message } }, code);

    public static TeamsReply NoConversation() =>
        Refuse(404, "ConversationNotFound", "Conversation not found.");

    public static TeamsReply NoActivity() =>
        Refuse(404, "ActivityNotFoundInConversation", "Activity not found in conversation.");

    public static TeamsReply BadSyntax(string message) => Refuse(400, "BadSyntax", message);

    public static TeamsReply Slow(int seconds) =>
        Refuse(429, "TooManyRequests", "API calls quota exceeded!") with
        {
            RetryAfter = seconds,
        };

    public async Task Write(HttpResponse response, CancellationToken cancel)
    {
        response.StatusCode = Status;
        response.Headers["MS-CV"] = RandomIds.Token(16) + ".0";
        if (RetryAfter is { } seconds)
        {
            response.Headers.RetryAfter = new StringValues(seconds.ToString());
        }
        if (Body is not null)
        {
            response.ContentType = "application/json; charset=utf-8";
            var bytes = Json.Bytes(Body);
            response.ContentLength = bytes.Length;
            await response.Body.WriteAsync(bytes, cancel);
        }
    }
}
