using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ChatApprovals.Approvals;

/// <summary>
/// A document as <see cref="CanonicalJson"/> spells it, put together of values that are there. Whoever gives it
/// members one by one gives them in their order.
/// </summary>
internal sealed class CanonicalText
{
    /// <summary>What is not written as it is: section 3.2.2.2.</summary>
    private static readonly SearchValues<char> Escaped = SearchValues.Create([
        .. Enumerable.Range(0, ' ').Select(c => (char)c),
        '"',
        '\\',
    ]);

    private readonly StringBuilder _text = new();

    private readonly record struct Member(string Name, JsonElement Value, string? Text);

    /// <summary>What is canonical already.</summary>
    public CanonicalText Raw(string json)
    {
        _text.Append(json);
        return this;
    }

    public CanonicalText String(string value)
    {
        AppendString(value);
        return this;
    }

    /// <exception cref="FormatException">See <see cref="CanonicalJson.Write(JsonElement)"/>.</exception>
    public CanonicalText Value(JsonElement value)
    {
        try
        {
            Append(value);
            return this;
        }
        catch (InvalidOperationException lone)
        {
            throw Lone(lone);
        }
    }

    /// <summary>An object in which this member is that text, whatever it says of it.</summary>
    /// <exception cref="FormatException">As above, or no object.</exception>
    public CanonicalText ObjectWith(JsonElement value, string name, string text)
    {
        try
        {
            AppendObject(value, new Member(name, default, text));
            return this;
        }
        catch (InvalidOperationException lone)
        {
            throw Lone(lone);
        }
    }

    /// <exception cref="FormatException">A lone surrogate.</exception>
    public byte[] ToUtf8()
    {
        try
        {
            return CanonicalJson.StrictUtf8.GetBytes(_text.ToString());
        }
        catch (EncoderFallbackException lone)
        {
            throw Lone(lone);
        }
    }

    private static FormatException Lone(Exception lone) =>
        new("A string holds a lone surrogate, or what must be an object is none.", lone);

    private void Append(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                AppendObject(value);
                break;
            case JsonValueKind.Array:
                AppendArray(value);
                break;
            case JsonValueKind.String:
                AppendString(value.GetString()!);
                break;
            case JsonValueKind.Number:
                CanonicalNumber.Append(_text, value.GetDouble());
                break;
            case JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                _text.Append(value.GetRawText());
                break;
            default:
                throw new FormatException("There is no value to canonicalise.");
        }
    }

    private void AppendObject(JsonElement value, Member? more = null)
    {
        List<Member> members = more is null ? [] : [more.Value];
        foreach (var member in value.EnumerateObject())
        {
            if (more is null || !member.NameEquals(more.Value.Name))
            {
                members.Add(new Member(member.Name, member.Value, Text: null));
            }
        }

        members.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        var separator = '{';
        string? previous = null;
        foreach (var (name, member, said) in members)
        {
            if (string.Equals(name, previous, StringComparison.Ordinal))
                throw new FormatException("An object says a member twice.");
            previous = name;
            _text.Append(separator);
            AppendString(name);
            _text.Append(':');
            if (said is not null)
                AppendString(said);
            else
                Append(member);
            separator = ',';
        }
        _text.Append(members.Count == 0 ? "{}" : "}");
    }

    private void AppendArray(JsonElement value)
    {
        _text.Append('[');
        var start = _text.Length;
        foreach (var item in value.EnumerateArray())
        {
            if (_text.Length > start)
                _text.Append(',');
            Append(item);
        }
        _text.Append(']');
    }

    private void AppendString(string value)
    {
        _text.Append('"');
        // Nearly every text is as it stands.
        var plain = value.AsSpan().IndexOfAny(Escaped) is var at && at < 0 ? value.Length : at;
        _text.Append(value, 0, plain);
        foreach (var c in value.AsSpan(plain))
        {
            _ = c switch
            {
                '"' => _text.Append("\\\""),
                '\\' => _text.Append("\\\\"),
                '\b' => _text.Append("\\b"),
                '\t' => _text.Append("\\t"),
                '\n' => _text.Append("\\n"),
                '\f' => _text.Append("\\f"),
                '\r' => _text.Append("\\r"),
                < ' ' => _text
                    .Append("\\u00")
                    .Append(((int)c).ToString("x2", CultureInfo.InvariantCulture)),
                _ => _text.Append(c),
            };
        }
        _text.Append('"');
    }
}
