using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ChatApprovals.Jose;

/// <summary>What a proof must be about: the call that it came with.</summary>
/// <param name="Method"><c>htm</c></param>
/// <param name="Address"><c>htu</c>: absolute, http or https; a query and a fragment of it are not looked at.</param>
/// <param name="Token">Its hash must be <c>ath</c>; null: no token goes with it.</param>
public sealed record DpopCall(string Method, string Address, string? Token);

/// <summary>What a proof comes to.</summary>
public abstract record DpopReading
{
    private DpopReading() { }

    /// <param name="Jkt">The RFC 7638 thumbprint of the key that made it.</param>
    /// <param name="Jti">Its own name, to be taken once.</param>
    public sealed record Accepted(string Jkt, string Jti) : DpopReading;

    /// <param name="Why">In words for whoever made it; nothing that was sent is repeated.</param>
    public sealed record Refused(string Why) : DpopReading;
}

/// <summary>
/// A proof that the sender has a key (DPoP, RFC 9449): a JWS of type <c>dpop+jwt</c> with its public key in
/// the header, about one call. ES256 alone. Checked is all of section 4.3 but the nonce, which is never asked
/// for; that a proof comes once is <see cref="SeenProofs"/>'s to say. Pure; never throws.
/// </summary>
public static class DpopProof
{
    public const string Typ = "dpop+jwt";

    /// <summary>Seconds that <c>iat</c> may lie behind or ahead; own choice, section 11.1 says seconds or minutes.</summary>
    public const int Window = 60;

    /// <summary>Own limit in characters; a proof has about 500.</summary>
    public const int LengthMax = 4_096;

    /// <summary>Own limit in characters; 96 random bits or a UUID are less than 40.</summary>
    private const int JtiMax = 256;

    private static readonly JwsPin s_pin = new(JwsAlgorithm.ES256, Typ, MayCarryKey: true);

    public static DpopReading Read(string proof, DpopCall call, DateTimeOffset now)
    {
        if (
            proof.Length > LengthMax
            || JwsToken.Parse(proof) is not { } token
            || !token.Header.TryGetProperty("jwk", out var members)
            || Jwk.Parse(members) is not { } key
            || !Jws.Verify(token, key, s_pin)
        )
        {
            return Refused(
                "It must be one JWT of typ dpop+jwt, ES256, signed with the public P-256 key in its jwk."
            );
        }

        return WhyNot(token.Payload, call, now) is { } why
            ? Refused(why)
            : new DpopReading.Accepted(key.Thumbprint, Text(token.Payload, "jti")!);
    }

    /// <summary><c>ath</c>: base64url(SHA-256(the token as ASCII)).</summary>
    public static string HashOf(string token) =>
        Base64UrlText.Encode(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    private static string? WhyNot(JsonElement claims, DpopCall call, DateTimeOffset now) =>
        Text(claims, "jti") is not { Length: > 0 and <= JtiMax } ? "jti: text, new for each proof."
        : !Same(Text(claims, "htm"), call.Method) ? "htm: not the method of this call."
        : !IsAddress(Text(claims, "htu"), call.Address)
            ? "htu: not the address of this call, without query and fragment."
        : !IsNow(claims, now) ? $"iat: not within {Window} s of the bot's clock."
        : call.Token is { } token && !Same(Text(claims, "ath"), HashOf(token))
            ? "ath: not base64url(SHA-256) of the token that it came with."
        : null;

    private static bool IsNow(JsonElement claims, DateTimeOffset now) =>
        claims.TryGetProperty("iat", out var iat)
        && iat.ValueKind == JsonValueKind.Number
        && iat.TryGetDouble(out var seconds)
        && Math.Abs(seconds - now.ToUnixTimeMilliseconds() / 1_000d) <= Window;

    /// <summary>As RFC 3986, 6.2.2 and 6.2.3 compare: letters' case in scheme and host, the usual port, dots.</summary>
    private static bool IsAddress(string? htu, string address) =>
        htu is not null
        && !htu.AsSpan().ContainsAny('?', '#')
        && Normal(htu) is { } said
        && Same(said, Normal(address));

    private static string? Normal(string address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var uri)
        && (Same(uri.Scheme, Uri.UriSchemeHttps) || Same(uri.Scheme, Uri.UriSchemeHttp))
        && uri.UserInfo.Length == 0
            ? uri.GetComponents(
                UriComponents.SchemeAndServer | UriComponents.Path,
                UriFormat.UriEscaped
            )
            : null;

    private static string? Text(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool Same(string? one, string? other) =>
        string.Equals(one, other, StringComparison.Ordinal);

    private static DpopReading.Refused Refused(string why) => new(why);
}
