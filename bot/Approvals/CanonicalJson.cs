using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Approvals;

/// <summary>
/// RFC 8785 (JCS): the one spelling of a JSON value, as UTF-8. Members are sorted by UTF-16 code units, numbers are printed
/// as ECMAScript does, strings are not normalised. What is hashed for a binding must also be <see cref="IsSafe"/>, so that
/// no two different inputs share a spelling through rounding.
/// </summary>
public static class CanonicalJson
{
    /// <summary>Largest integer that every JSON reader keeps exactly: 2^53 - 1 (I-JSON, RFC 7493 section 2.2).</summary>
    public const long MaxSafeInteger = (1L << 53) - 1;

    internal static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The canonical bytes of any JSON value. Numbers are read as IEEE doubles, as the RFC says.</summary>
    /// <exception cref="FormatException">A lone surrogate, a number beyond the doubles or a member said twice: such a value has
    /// no canonical form.</exception>
    public static byte[] Write(JsonElement value) => new CanonicalText().Value(value).ToUtf8();

    /// <summary>The canonical bytes of a value built in memory; a missing node is <c>null</c>.</summary>
    public static byte[] Write(JsonNode? value)
    {
        RequireWholeStrings(value);
        return Write(JsonSerializer.SerializeToElement(value));
    }

    /// <summary>
    /// Whether the value survives every JSON reader unchanged: numbers are integers written as such (no fraction, no
    /// exponent) within plus or minus 2^53 - 1, no string or name holds a lone surrogate, no object says a member twice.
    /// </summary>
    /// <param name="value">The value to look through.</param>
    /// <param name="first">The first offence: a JSON Pointer (RFC 6901) from <paramref name="value"/> on, and what is wrong.</param>
    public static bool IsSafe(JsonElement value, out UnsafeValue? first)
    {
        first = Offence(value, "");
        return first is null;
    }

    private static UnsafeValue? Offence(JsonElement value, string pointer) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => OffenceInObject(value, pointer),
            JsonValueKind.Array => value
                .EnumerateArray()
                .Select((item, index) => Offence(item, $"{pointer}/{index}"))
                .FirstOrDefault(offence => offence is not null),
            JsonValueKind.Number when !IsSafeInteger(value) => new UnsafeValue(
                pointer,
                "must be an integer within ±(2^53−1); send other numbers as strings"
            ),
            JsonValueKind.String when Text(value) is null => new UnsafeValue(
                pointer,
                "holds a lone surrogate"
            ),
            _ => null,
        };

    private static UnsafeValue? OffenceInObject(JsonElement value, string pointer)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject())
        {
            if (Name(member) is not { } name)
                return new UnsafeValue(pointer, "has a member whose name holds a lone surrogate");
            var at = $"{pointer}/{Escape(name)}";
            if (!names.Add(name))
                return new UnsafeValue(at, "is said twice");
            if (Offence(member.Value, at) is { } offence)
                return offence;
        }
        return null;
    }

    private static bool IsSafeInteger(JsonElement number) =>
        long.TryParse(
            number.GetRawText(),
            NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture,
            out var integer
        ) && integer is >= -MaxSafeInteger and <= MaxSafeInteger;

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Name(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string Escape(string name) =>
        name.Replace("~", "~0", StringComparison.Ordinal)
            .Replace("/", "~1", StringComparison.Ordinal);

    // The serialiser would silently write U+FFFD for a lone surrogate.
    private static void RequireWholeStrings(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, member) in members)
                {
                    RequireWhole(name);
                    RequireWholeStrings(member);
                }
                break;
            case JsonArray items:
                foreach (var item in items)
                    RequireWholeStrings(item);
                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                RequireWhole(text);
                break;
        }
    }

    private static void RequireWhole(string text)
    {
        try
        {
            StrictUtf8.GetByteCount(text);
        }
        catch (EncoderFallbackException lone)
        {
            throw new FormatException("A string holds a lone surrogate.", lone);
        }
    }
}

/// <summary>What keeps a JSON value from being bound: where (RFC 6901 JSON Pointer) and a predicate to put after its name.</summary>
public sealed record UnsafeValue(string At, string Detail);
