using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace ChatApprovals.Jose;

/// <summary>
/// A compact JWS (RFC 7515 section 7.1) taken apart. Nothing in it is true until <see cref="Jws.Verify"/> says so; the
/// header in particular is the sender's word and chooses nothing but which known key to try.
/// </summary>
public sealed class JwsToken
{
    /// <summary>Longest token that is looked at, in characters; Bot Framework tokens and our own have about 2,000.</summary>
    public const int MaxLength = 65_536;

    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = 16,
    };

    private static readonly JsonElement NoClaims = JsonDocument.Parse("{}").RootElement;

    private JwsToken() { }

    /// <summary>The protected header, an object without duplicate members.</summary>
    public required JsonElement Header { get; init; }

    /// <summary>The header's <c>alg</c>. To be compared with what is expected, never to choose an algorithm.</summary>
    public required string Alg { get; init; }

    /// <summary>Which key the sender says it used.</summary>
    public required string? Kid { get; init; }

    /// <summary>What kind of token the sender says it is.</summary>
    public required string? Typ { get; init; }

    /// <summary>The claims, an object without duplicate members; an empty object after <see cref="ParseOpaque"/>.</summary>
    public required JsonElement Payload { get; init; }

    public required ReadOnlyMemory<byte> PayloadBytes { get; init; }

    /// <summary>The ASCII bytes that were signed: encoded header, a dot, encoded payload.</summary>
    public required ReadOnlyMemory<byte> SigningInput { get; init; }

    public required ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>A JWT: null unless the text has three strict base64url parts, the first two of them strict JSON objects, the
    /// header with <c>alg</c> and without <c>crit</c> (RFC 7515 section 4.1.11: what is not understood is refused).</summary>
    public static JwsToken? Parse(string compact) => Parse(compact, opaque: false);

    /// <summary>The same for a payload that need not be JSON.</summary>
    public static JwsToken? ParseOpaque(string compact) => Parse(compact, opaque: true);

    private static JwsToken? Parse(string compact, bool opaque)
    {
        if (compact.Length > MaxLength)
            return null;
        var parts = compact.Split('.');
        if (
            parts.Length != 3
            || !Base64UrlText.TryDecode(parts[0], out var headerBytes)
            || !Base64UrlText.TryDecode(parts[1], out var payloadBytes)
            || !Base64UrlText.TryDecode(parts[2], out var signature)
            || ParseObject(headerBytes) is not { } header
            || header.TryGetProperty("crit", out _)
        )
            return null;
        var payload = opaque ? NoClaims : ParseObject(payloadBytes);
        if (payload is null || !TryText(header, "alg", out var alg) || alg is null)
            return null;
        if (!TryText(header, "kid", out var kid) || !TryText(header, "typ", out var typ))
            return null;
        return new JwsToken
        {
            Header = header,
            Alg = alg,
            Kid = kid,
            Typ = typ,
            Payload = payload.Value,
            PayloadBytes = payloadBytes,
            SigningInput = Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
            Signature = signature,
        };
    }

    internal static JsonElement? ParseObject(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span))
            return null;
        try
        {
            using var document = JsonDocument.Parse(utf8, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // True when the member is absent (null) or a string that is valid text.
    internal static bool TryText(JsonElement owner, string name, out string? text)
    {
        text = null;
        if (!owner.TryGetProperty(name, out var member))
            return true;
        if (member.ValueKind != JsonValueKind.String)
            return false;
        try
        {
            text = member.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // a lone surrogate
        }
    }
}
