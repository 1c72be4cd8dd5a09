using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChatApprovals.Jose;

/// <summary>The signature algorithms there are: nothing symmetric, nothing else (RFC 7518 section 3.1, RFC 8725 section 3.1).</summary>
public enum JwsAlgorithm
{
    /// <summary>ECDSA on P-256 with SHA-256; the signature is r and s, 32 bytes each.</summary>
    ES256,

    /// <summary>RSASSA-PKCS1-v1_5 with SHA-256: Bot Framework tokens use it, and most issuers. Never signed with here.</summary>
    RS256,

    /// <summary>RSASSA-PSS with SHA-256, a salt of 32 bytes: some issuers use it. Never signed with here.</summary>
    PS256,
}

/// <summary>
/// What the caller expects of a token, decided before looking at it: the algorithm, the exact <c>typ</c> (null: any), and
/// whether the header may carry a key (<c>jwk</c>; only DPoP proofs do).
/// </summary>
public sealed record JwsPin(JwsAlgorithm Algorithm, string? Typ, bool MayCarryKey = false);

/// <summary>Signs and verifies compact JWS (RFC 7515) by the rules of RFC 8725: algorithm and type are pinned by the caller.</summary>
public static class Jws
{
    // The plus in "approval-grant+jwt" stays a plus, for readers by eye and by naive code.
    private static readonly JsonWriterOptions PlainHeader = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] KeyMembers = ["jwk", "jku", "x5u", "x5c"];

    /// <summary>A compact JWS with the header <c>alg</c> ES256, <c>kid</c>, <c>typ</c> over exactly these payload bytes.</summary>
    public static string Sign(ECDsa key, string kid, string typ, ReadOnlySpan<byte> payload)
    {
        var header = new ArrayBufferWriter<byte>(128);
        using (var json = new Utf8JsonWriter(header, PlainHeader))
        {
            json.WriteStartObject();
            json.WriteString("alg"u8, "ES256"u8);
            json.WriteString("kid"u8, kid);
            json.WriteString("typ"u8, typ);
            json.WriteEndObject();
        }
        var input = $"{Base64UrlText.Encode(header.WrittenSpan)}.{Base64UrlText.Encode(payload)}";
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(input),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        );
        return $"{input}.{Base64UrlText.Encode(signature)}";
    }

    /// <summary>
    /// Whether this key made this token's signature by the pinned algorithm, and the header says so: <c>alg</c> and
    /// <c>typ</c> as pinned, <c>kid</c> the key's if both have one, no <c>jku</c>, <c>x5u</c>, <c>x5c</c> or <c>jwk</c>. Says
    /// nothing about claims: issuer, audience and time are the caller's to check.
    /// </summary>
    public static bool Verify(JwsToken token, Jwk key, JwsPin pin) =>
        Says(token.Alg, pin.Algorithm.ToString())
        && (pin.Typ is null || Says(token.Typ, pin.Typ))
        && (token.Kid is null || key.Kid is null || Says(token.Kid, key.Kid))
        && !KeyMembers.Any(name => Carries(token, name, pin))
        && key.Verifies(pin.Algorithm, token.SigningInput.Span, token.Signature.Span);

    private static bool Carries(JwsToken token, string name, JwsPin pin) =>
        token.Header.TryGetProperty(name, out _)
        && !(pin.MayCarryKey && string.Equals(name, "jwk", StringComparison.Ordinal));

    private static bool Says(string? said, string expected) =>
        string.Equals(said, expected, StringComparison.Ordinal);
}
