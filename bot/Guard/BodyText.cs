using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using ChatApprovals.Http;

namespace ChatApprovals.Guard;

/// <summary>A body as people read it. Pure.</summary>
internal static class BodyText
{
    /// <summary>
    /// Own limit, what an agent may send to the inbox: nobody reads more. A longer text is shown as digest
    /// and size, as bytes that are no text are.
    /// </summary>
    public const int ShownMax = 256 * 1024;

    private static readonly JsonSerializerOptions s_pretty = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>
    /// JSON of one meaning laid out, other UTF-8 text as it is (twice the same member is shown as it stands,
    /// which one counts is the upstream's to say); null when there is no body or none that can be read.
    /// </summary>
    public static string? Of(ReadOnlyMemory<byte> body, string? contentType) =>
        body.IsEmpty || body.Length > ShownMax || !IsText(body.Span, contentType) ? null
        : StrictJson.Read(body.Span) is JsonReading.Accepted { Value: var value }
            ? JsonSerializer.Serialize(value, s_pretty)
        : Encoding.UTF8.GetString(body.Span);

    /// <summary>A charset that the upstream reads otherwise would show one text and send another.</summary>
    private static bool IsText(ReadOnlySpan<byte> body, string? contentType) =>
        Utf8.IsValid(body)
        && !body.Contains((byte)0)
        && (
            contentType is null
            || !contentType.Contains("charset", StringComparison.OrdinalIgnoreCase)
            || (
                MediaTypeHeaderValue.TryParse(contentType, out var type)
                && type.CharSet?.Trim('"').ToUpperInvariant() is "UTF-8" or "US-ASCII"
            )
        );
}
