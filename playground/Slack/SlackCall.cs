using System.Text;
using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>One call of the Web API: its arguments, whether they came as JSON, form or query.</summary>
internal sealed class SlackCall(JsonElement arguments)
{
    /// <summary>Slack takes far larger bodies; nothing the bot sends is near this.</summary>
    private const int BodyMax = 1 << 20;

    public JsonElement Arguments => arguments;

    public string? this[string name] =>
        arguments.At(name) switch
        {
            { ValueKind: JsonValueKind.String } value => value.GetString(),
            { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } v =>
                v.GetRawText(),
            _ => null,
        };

    public bool Flag(string name) => this[name] is "true" or "1";

    /// <summary>A structured argument: an object or array, or a string that holds one (form bodies).</summary>
    public JsonElement? Structured(string name) =>
        arguments.At(name) is { ValueKind: JsonValueKind.String } text
            ? Json.TryParse(text.GetString()!) ?? text
            : arguments.At(name);

    /// <summary>Null when the body says JSON and is none.</summary>
    public static async Task<SlackCall?> Read(HttpRequest request, CancellationToken cancel)
    {
        var values = request.Query.ToDictionary(
            q => q.Key,
            q => q.Value.ToString(),
            StringComparer.Ordinal
        );
        var type = request.ContentType ?? "";
        if (type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
        {
            var body = await Bytes(request, cancel);
            return Json.TryParse(body.Span) is { ValueKind: JsonValueKind.Object } parsed
                ? new(parsed)
                : null;
        }
        if (
            type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        )
        {
            var body = Encoding.UTF8.GetString((await Bytes(request, cancel)).Span);
            foreach (
                var (key, value) in Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(body)
            )
            {
                values[key] = value.ToString();
            }
        }
        return new(Json.Of(values));
    }

    public static async Task<ReadOnlyMemory<byte>> Bytes(
        HttpRequest request,
        CancellationToken cancel
    )
    {
        using var memory = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancel)) > 0)
        {
            memory.Write(buffer, 0, read);
            if (memory.Length > BodyMax)
            {
                throw new BadHttpRequestException("body too large", 413);
            }
        }
        return memory.ToArray();
    }
}

/// <summary>An answer of the Web API: HTTP 200 with <c>ok</c>, but for rate limits and broken edges.</summary>
internal sealed record SlackReply(
    object Body,
    string? Error = null,
    int Status = 200,
    int RetryAfter = 0
)
{
    public static SlackReply Refuse(string error) => new(new { ok = false, error }, error);

    public static SlackReply Refuse(string error, IReadOnlyList<string> messages) =>
        new(
            new
            {
                ok = false,
                error,
                errors = messages,
                response_metadata = new { messages = messages.Select(m => "[ERROR] " + m) },
            },
            error
        );

    public static SlackReply Slow(int seconds) =>
        new(new { ok = false, error = "ratelimited" }, "ratelimited", 429, seconds);
}
