using System.Buffers;
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

    /// <summary>What is not written as it is: section 3.2.2.2.</summary>
    private static readonly SearchValues<char> Escaped = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(c => (char)c),
        '"',
        '\\',
    ]);

    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>The canonical bytes of any JSON value. Numbers are read as IEEE doubles, as the RFC says.</summary>
    /// <exception cref="FormatException">A lone surrogate, a number beyond the doubles or a member said twice: such a value has
    /// no canonical form.</exception>
    public static byte[] Write(JsonElement value)
    {
        var text = new StringBuilder();
        try
        {
            Append(text, value);
            return StrictUtf8.GetBytes(text.ToString());
        }
        catch (Exception lone) when (lone is InvalidOperationException or EncoderFallbackException)
        {
            throw new FormatException("A string holds a lone surrogate.", lone);
        }
    }

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

    private static void Append(StringBuilder text, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(text, value);
                break;
            case JsonValueKind.Array:
                AppendArray(text, value);
                break;
            case JsonValueKind.String:
                AppendString(text, value.GetString()!);
                break;
            case JsonValueKind.Number:
                CanonicalNumber.Append(text, value.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                text.Append(value.GetRawText());
                break;
            default:
                throw new FormatException("There is no value to canonicalise.");
        }
    }

    private static void AppendObject(StringBuilder text, JsonElement value)
    {
        List<(string Name, JsonElement Value)> members = [];
        foreach (var member in value.EnumerateObject())
        {
            members.Add((member.Name, member.Value));
        }

        members.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        var separator = '{';
        string? previous = null;
        foreach (var (name, member) in members)
        {
            if (string.Equals(name, previous, StringComparison.Ordinal))
                throw new FormatException("An object says a member twice.");
            previous = name;
            text.Append(separator);
            AppendString(text, name);
            text.Append(':');
            Append(text, member);
            separator = ',';
        }
        text.Append(members.Count == 0 ? "{}" : "}");
    }

    private static void AppendArray(StringBuilder text, JsonElement value)
    {
        text.Append('[');
        var start = text.Length;
        foreach (var item in value.EnumerateArray())
        {
            if (text.Length > start)
                text.Append(',');
            Append(text, item);
        }
        text.Append(']');
    }

    private static void AppendString(StringBuilder text, string value)
    {
        text.Append('"');
        // Nearly every text is as it stands.
        var plain = value.AsSpan().IndexOfAny(Escaped) is var at && at < 0 ? value.Length : at;
        text.Append(value, 0, plain);
        foreach (var c in value.AsSpan(plain))
        {
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\t' => text.Append("\\t"),
                '\n' => text.Append("\\n"),
                '\f' => text.Append("\\f"),
                '\r' => text.Append("\\r"),
                < ' ' => text.Append("\\u00")
                    .Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
                _ => text.Append(c),
            };
        }
        text.Append('"');
    }

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
