using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace ChatApprovals.Http;

/// <summary>What <see cref="StrictJson"/> makes of bytes.</summary>
public abstract record JsonReading
{
    private JsonReading() { }

    public sealed record Accepted(JsonElement Value) : JsonReading;

    /// <summary>At least one error, at most 20.</summary>
    public sealed record Refused(ImmutableArray<InputError> Errors) : JsonReading;
}

/// <summary>
/// JSON with one meaning only, so that the approver, the ledger and the guard read the same document
/// (I-JSON, RFC 7493, and tighter): valid UTF-8 without a byte order mark, no member twice at any depth
/// however it is escaped, no lone surrogates, no comments or trailing commas, numbers within ±(2^53−1),
/// and whole inside <c>action</c>, <c>resource</c> and <c>context</c>. Never throws.
/// </summary>
public static class StrictJson
{
    /// <summary>Contract section 2.</summary>
    public const int DepthMax = 16;

    /// <summary>
    /// threats.md T63: what bounds the work that one body can cause. Texts are bounded by the body alone:
    /// what does not fit a card is read page by page.
    /// </summary>
    public const int ValuesMax = 20_000;

    public const int MembersMax = 2_000;

    /// <summary>UTF-8 bytes.</summary>
    public const int NameMax = 1_024;

    /// <summary>2^53 − 1: beyond it two programs may read two numbers (RFC 7493, 2.2).</summary>
    public const long IntegerMax = 9_007_199_254_740_991;

    public static JsonReading Read(ReadOnlySpan<byte> utf8) => Read(utf8, around: 0);

    /// <param name="utf8">All of it.</param>
    /// <param name="around">Levels of an envelope around the document, which are not counted.</param>
    public static JsonReading Read(ReadOnlySpan<byte> utf8, int around)
    {
        var errors = new InputErrors();
        var depthMax = DepthMax + around;
        Check(utf8, depthMax, errors);
        return errors.Any
            ? new JsonReading.Refused(errors.All())
            : new JsonReading.Accepted(JsonElement.Parse(utf8, Parsing(depthMax)));
    }

    private static JsonDocumentOptions Parsing(int depthMax) =>
        new()
        {
            MaxDepth = depthMax,
            AllowDuplicateProperties = false,
            AllowTrailingCommas = false,
            CommentHandling = JsonCommentHandling.Disallow,
        };

    private static void Check(ReadOnlySpan<byte> utf8, int depthMax, InputErrors errors)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
        {
            errors.Add("", "byte_order_mark", "Send UTF-8 without a byte order mark.");
            return;
        }

        if (!Utf8.IsValid(utf8))
        {
            errors.Add("", "not_utf8", "The body is not valid UTF-8.");
            return;
        }

        try
        {
            new StrictWalk(utf8, depthMax, errors).Run();
        }
        catch (JsonException e)
        {
            var where = $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
            errors.Add("", "not_json", $"Not JSON (RFC 8259) at {where}.");
        }
    }
}
