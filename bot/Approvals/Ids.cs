using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>
/// Makes the ids of the contract: a prefix, 9 characters of time (so that rows made together lie
/// together) and 26 characters that carry 128 random bits. Alphabet: lower-case Crockford base32.
/// </summary>
internal static class IdText
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";
    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);
    private const int TimeCharacters = 9;
    private const int RandomCharacters = 26;

    public static string New(string prefix, DateTimeOffset now)
    {
        Span<char> text = stackalloc char[TimeCharacters + RandomCharacters];
        var time = now.ToUnixTimeMilliseconds();
        for (var i = TimeCharacters - 1; i >= 0; i--, time >>= 5)
        {
            text[i] = Alphabet[(int)(time & 31)];
        }

        RandomNumberGenerator.GetItems(Alphabet, text[TimeCharacters..]);
        return string.Concat(prefix, text);
    }

    public static bool Matches(string? text, string prefix) =>
        text is not null
        && text.Length == prefix.Length + TimeCharacters + RandomCharacters
        && text.StartsWith(prefix, StringComparison.Ordinal)
        && text.AsSpan(prefix.Length).IndexOfAnyExcept(Allowed) < 0;
}

/// <summary>The id of one request: <c>apr_…</c>. Never reused.</summary>
[JsonConverter(typeof(TextConverter<RequestId>))]
public readonly record struct RequestId : IParsable<RequestId>
{
    private const string Prefix = "apr_";
    private readonly string? _text;

    private RequestId(string text) => _text = text;

    public static RequestId New(DateTimeOffset now) => new(IdText.New(Prefix, now));

    public static RequestId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("not a request id");

    public static bool TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        out RequestId result
    )
    {
        result = IdText.Matches(s, Prefix) ? new RequestId(s!) : default;
        return result != default;
    }

    public override string ToString() => _text ?? "apr_?";
}

/// <summary>The id of one human, however many accounts: <c>per_…</c>.</summary>
[JsonConverter(typeof(TextConverter<PersonId>))]
public readonly record struct PersonId : IParsable<PersonId>
{
    private const string Prefix = "per_";
    private readonly string? _text;

    private PersonId(string text) => _text = text;

    public static PersonId New(DateTimeOffset now) => new(IdText.New(Prefix, now));

    public static PersonId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("not a person id");

    public static bool TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        out PersonId result
    )
    {
        result = IdText.Matches(s, Prefix) ? new PersonId(s!) : default;
        return result != default;
    }

    public override string ToString() => _text ?? "per_?";
}

/// <summary>The id of one grant, which is its tokens' <c>jti</c>: <c>gr_…</c>. One per request, never reused.</summary>
[JsonConverter(typeof(TextConverter<GrantId>))]
public readonly record struct GrantId : IParsable<GrantId>
{
    private const string Prefix = "gr_";
    private readonly string? _text;

    private GrantId(string text) => _text = text;

    public static GrantId New(DateTimeOffset now) => new(IdText.New(Prefix, now));

    public static GrantId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException("not a grant id");

    public static bool TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        out GrantId result
    )
    {
        result = IdText.Matches(s, Prefix) ? new GrantId(s!) : default;
        return result != default;
    }

    public override string ToString() => _text ?? "gr_?";
}

/// <summary>
/// The name of an agent, which is also the <c>subject.id</c> that is bound: 1 to 64 of
/// <c>a-z 0-9 . _ -</c>, beginning with a letter or digit. ASCII only, so that no two look alike.
/// </summary>
[JsonConverter(typeof(TextConverter<AgentName>))]
public readonly record struct AgentName : IParsable<AgentName>
{
    private const int LengthMax = 64;
    private readonly string? _text;

    private AgentName(string text) => _text = text;

    public static AgentName Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var name) ? name : throw new FormatException("not an agent name");

    public static bool TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        out AgentName result
    )
    {
        var fits =
            s is { Length: > 0 and <= LengthMax }
            && char.IsAsciiLetterOrDigit(s[0])
            && s.All(c =>
                char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-'
            );
        result = fits ? new AgentName(s!) : default;
        return fits;
    }

    public override string ToString() => _text ?? "?";
}
