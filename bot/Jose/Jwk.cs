using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ChatApprovals.Jose;

/// <summary>
/// A public key that verifies signatures (RFC 7517): EC on P-256, or RSA of 2,048 to 8,192 bits with an odd exponent from 3
/// on. Symmetric and private keys, other curves, keys for encryption and points off the curve cannot become one.
/// </summary>
public sealed class Jwk
{
    private const int CoordinateSize = 32;
    private const int MinModulusBits = 2048;
    private const int MaxModulusBits = 8192;

    private readonly ECParameters? _ec;
    private readonly RSAParameters? _rsa;

    /// <summary>
    /// Made and kept for as many threads as ever checked at once: making one takes several times as long as a check,
    /// and none is for two threads at a time.
    /// </summary>
    private readonly ConcurrentStack<AsymmetricAlgorithm> _idle = new();

    private Jwk(JsonElement members, string? kid, string? alg, ECParameters? ec, RSAParameters? rsa)
    {
        (Members, Kid, Alg, _ec, _rsa) = (members, kid, alg, ec, rsa);
        Thumbprint = Base64UrlText.Encode(SHA256.HashData(RequiredMembers()));
    }

    public string? Kid { get; }

    /// <summary>The only algorithm the key is for, if it says one.</summary>
    public string? Alg { get; }

    /// <summary>All members as they were read, extensions such as <c>endorsements</c> among them.</summary>
    public JsonElement Members { get; }

    /// <summary>RFC 7638 with SHA-256, in base64url: the <c>kid</c> of all keys of our own.</summary>
    public string Thumbprint { get; }

    /// <summary>The public half of a P-256 key, as it stands in our JWKS: <c>use</c> sig, <c>alg</c> ES256, <c>kid</c> the thumbprint.</summary>
    public static Jwk FromEcdsa(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var (x, y) = (Base64UrlText.Encode(point.X), Base64UrlText.Encode(point.Y));
        var bare = ParseText($$"""{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}"}""");
        return bare is null
            ? throw new ArgumentException("The key is not of P-256.", nameof(key))
            : ParseText(
                $$"""{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}","use":"sig","alg":"ES256","kid":"{{bare.Thumbprint}}"}"""
            )!;
    }

    /// <summary>Null for every key that must not verify a signature here; see the type's summary. <c>use</c>, if there, must be
    /// <c>sig</c>; <c>key_ops</c>, if there, must list <c>verify</c>.</summary>
    public static Jwk? Parse(JsonElement members)
    {
        if (
            members.ValueKind != JsonValueKind.Object
            || members.TryGetProperty("d", out _)
            || !IsForVerifying(members)
            || !JwsToken.TryText(members, "kty", out var kty)
            || !JwsToken.TryText(members, "kid", out var kid)
            || !JwsToken.TryText(members, "alg", out var alg)
        )
            return null;
        return kty switch
        {
            "EC" when Ec(members) is { } ec => new Jwk(members.Clone(), kid, alg, ec, null),
            "RSA" when Rsa(members) is { } rsa => new Jwk(members.Clone(), kid, alg, null, rsa),
            _ => null,
        };
    }

    public void WriteTo(Utf8JsonWriter json) => Members.WriteTo(json);

    internal static Jwk? ParseText(string json) =>
        JwsToken.ParseObject(Encoding.UTF8.GetBytes(json)) is { } members ? Parse(members) : null;

    /// <summary>The bare signature check, for what is not a JWS; for tokens use <see cref="Jws.Verify"/>. False also when the key
    /// is of another type or says another <c>alg</c>.</summary>
    public bool Verifies(
        JwsAlgorithm algorithm,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> signature
    )
    {
        if (Alg is not null && !string.Equals(Alg, algorithm.ToString(), StringComparison.Ordinal))
            return false;
        return algorithm switch
        {
            JwsAlgorithm.ES256 when _ec is { } ec => VerifiesEs256(ec, data, signature),
            JwsAlgorithm.RS256 when _rsa is { } rsa => Verifies(
                rsa,
                data,
                signature,
                RSASignaturePadding.Pkcs1
            ),
            JwsAlgorithm.PS256 when _rsa is { } rsa => Verifies(
                rsa,
                data,
                signature,
                RSASignaturePadding.Pss
            ),
            _ => false,
        };
    }

    private bool VerifiesEs256(
        ECParameters ec,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> signature
    )
    {
        var key = _idle.TryPop(out var idle) ? (ECDsa)idle : ECDsa.Create(ec);
        try
        {
            return key.VerifyData(
                data,
                signature,
                HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation
            );
        }
        finally
        {
            _idle.Push(key);
        }
    }

    private bool Verifies(
        RSAParameters rsa,
        ReadOnlySpan<byte> data,
        ReadOnlySpan<byte> signature,
        RSASignaturePadding padding
    )
    {
        var key = _idle.TryPop(out var idle) ? (RSA)idle : RSA.Create(rsa);
        try
        {
            return key.VerifyData(data, signature, HashAlgorithmName.SHA256, padding);
        }
        finally
        {
            _idle.Push(key);
        }
    }

    private static bool IsForVerifying(JsonElement members)
    {
        if (members.TryGetProperty("use", out var use) && !Is(use, "sig"))
            return false;
        return !members.TryGetProperty("key_ops", out var operations)
            || (
                operations.ValueKind == JsonValueKind.Array
                && operations.EnumerateArray().Any(operation => Is(operation, "verify"))
            );
    }

    private static bool Is(JsonElement member, string value) =>
        member.ValueKind == JsonValueKind.String && member.ValueEquals(value);

    private static ECParameters? Ec(JsonElement members)
    {
        if (
            !members.TryGetProperty("crv", out var curve)
            || !Is(curve, "P-256")
            || Bytes(members, "x") is not { Length: CoordinateSize } x
            || Bytes(members, "y") is not { Length: CoordinateSize } y
        )
            return null;
        var parameters = new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = x, Y = y },
        };
        try
        {
            using var key = ECDsa.Create(parameters);
            return parameters;
        }
        catch (CryptographicException)
        {
            return null; // the point is not on the curve
        }
    }

    private static RSAParameters? Rsa(JsonElement members)
    {
        if (
            Bytes(members, "n") is not { Length: > 0 } n
            || Bytes(members, "e") is not { Length: > 0 and <= 8 } e
            || n[0] == 0
            || e[0] == 0
            || e is [< 3]
            || (e[^1] & 1) == 0
            || (n[^1] & 1) == 0
        )
            return null;
        var bits = n.Length * 8 - byte.LeadingZeroCount(n[0]);
        return bits is >= MinModulusBits and <= MaxModulusBits
            ? new RSAParameters { Modulus = n, Exponent = e }
            : null;
    }

    private static byte[]? Bytes(JsonElement members, string name) =>
        JwsToken.TryText(members, name, out var text)
        && text is not null
        && Base64UrlText.TryDecode(text, out var bytes)
            ? bytes
            : null;

    // RFC 7638 section 3.2: only these, sorted, without white space; base64url needs no escapes.
    private byte[] RequiredMembers() =>
        Encoding.ASCII.GetBytes(
            _ec is { } ec
                ? $$"""{"crv":"P-256","kty":"EC","x":"{{Base64UrlText.Encode(ec.Q.X)}}","y":"{{Base64UrlText.Encode(ec.Q.Y)}}"}"""
                : $$"""{"e":"{{Base64UrlText.Encode(_rsa!.Value.Exponent)}}","kty":"RSA","n":"{{Base64UrlText.Encode(_rsa.Value.Modulus)}}"}"""
        );
}

/// <summary>The keys of a JWKS that can verify signatures here; the others are ignored, as RFC 7517 section 5 advises.</summary>
public sealed record JwkSet(ImmutableArray<Jwk> Keys)
{
    /// <summary>Null unless the text is a strict JSON object with an array <c>keys</c>.</summary>
    public static JwkSet? Parse(ReadOnlyMemory<byte> utf8) =>
        JwsToken.ParseObject(utf8) is { } set
        && set.TryGetProperty("keys", out var keys)
        && keys.ValueKind == JsonValueKind.Array
            ? new JwkSet([.. keys.EnumerateArray().Select(Jwk.Parse).OfType<Jwk>()])
            : null;

    /// <summary>The key of that <c>kid</c>; null if there is none, or more than one.</summary>
    public Jwk? Find(string kid)
    {
        var found = Keys.Where(key => string.Equals(key.Kid, kid, StringComparison.Ordinal))
            .Take(2)
            .ToList();
        return found is [var only] ? only : null;
    }

    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("keys"u8);
        foreach (var key in Keys)
            key.WriteTo(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
