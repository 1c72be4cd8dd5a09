using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Jose;

namespace ChatApprovals.Api;

/// <summary>What a token comes to.</summary>
public abstract record OidcReading
{
    private OidcReading() { }

    public sealed record Accepted(SignIn Who) : OidcReading;

    /// <summary>Not believed. <see cref="Why"/> completes "The token …" and repeats nothing of it.</summary>
    public sealed record Refused(string Why) : OidcReading;

    /// <summary>A true token of somebody who signed in too long ago (RFC 9470).</summary>
    public sealed record TooLongAgo : OidcReading;
}

/// <summary>
/// The check of an ID token (OpenID Connect Core 1.0, 3.1.3.7) or an access token (RFC 9068) by the rules of
/// RFC 8725: a fixed list of algorithms and types, issuer and audience, times, and when the person last
/// signed in. A token that is bound to a key, or with which somebody acts for the person, is no person's. Pure.
/// </summary>
public static class OidcToken
{
    /// <summary>Contract, section 5.</summary>
    public static readonly TimeSpan SignedInWithin = TimeSpan.FromHours(1);

    /// <summary>Own limit: what two clocks may differ by. A token that has run out by ours gains nothing by it.</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(60);

    private static readonly JwsAlgorithm[] s_algorithms =
    [
        JwsAlgorithm.RS256,
        JwsAlgorithm.PS256,
        JwsAlgorithm.ES256,
    ];

    /// <summary>Absent: ID tokens of most issuers. Media types are compared without case (RFC 2045).</summary>
    private static readonly string?[] s_types = [null, "JWT", "at+jwt", "application/at+jwt"];

    /// <summary>
    /// What is wrong before any key is looked for, or null: so that foreign tokens cost the issuer nothing.
    /// </summary>
    public static string? BeforeKey(JwsToken token, ApiOptions expected)
    {
        var claims = token.Payload;
        return Algorithm(token) is null ? "is signed with an algorithm that is not accepted here"
            : !s_types.Contains(token.Typ, StringComparer.OrdinalIgnoreCase)
                ? "is neither an ID token nor an access token by its `typ`"
            : !Is(claims, "iss", expected.Issuer!) ? "is of another issuer"
            : !IsFor(claims, expected.Audience!) ? "is for another audience"
            : null;
    }

    /// <summary>Judges a token that is said to be signed by this key of the issuer.</summary>
    public static OidcReading Check(
        JwsToken token,
        Jwk key,
        ApiOptions expected,
        DateTimeOffset now
    )
    {
        var problem =
            BeforeKey(token, expected)
            ?? (IsSigned(token, key) ? null : "has a signature or a header that is wrong")
            ?? Times(token.Payload, now)
            ?? Whose(token.Payload);
        if (problem is not null)
        {
            return new OidcReading.Refused(problem);
        }

        if (Account(token.Payload, expected) is not { } account)
        {
            return new OidcReading.Refused("names nobody in `sub`");
        }

        return Time(token.Payload, "auth_time") is not { } signedIn
                ? new OidcReading.Refused("does not say when the person signed in (`auth_time`)")
            : signedIn > now + s_skew
                ? new OidcReading.Refused("is of somebody who has not signed in yet (`auth_time`)")
            : now - signedIn > SignedInWithin ? new OidcReading.TooLongAgo()
            : new OidcReading.Accepted(new SignIn(account, Email(token.Payload)));
    }

    private static bool IsSigned(JwsToken token, Jwk key) =>
        Algorithm(token) is { } algorithm
        && Jws.Verify(token, key, new JwsPin(algorithm, Typ: null));

    private static JwsAlgorithm? Algorithm(JwsToken token) =>
        s_algorithms
            .Where(a => string.Equals(a.ToString(), token.Alg, StringComparison.Ordinal))
            .Select(a => (JwsAlgorithm?)a)
            .FirstOrDefault();

    private static string? Times(JsonElement claims, DateTimeOffset now) =>
        Time(claims, "exp") is not { } expires || now >= expires ? "has expired (`exp`)"
        : Time(claims, "iat") is not { } issued || issued > now + s_skew
            ? "is not issued yet, or does not say when (`iat`)"
        : claims.TryGetProperty("nbf", out _)
        && (Time(claims, "nbf") is not { } from || from > now + s_skew)
            ? "is not valid yet (`nbf`)"
        : null;

    /// <summary>
    /// RFC 8693, 4.1: an actor is not the person. RFC 7800: whoever has a token that is bound to a key is only
    /// who also has the key, which nobody shows here.
    /// </summary>
    private static string? Whose(JsonElement claims) =>
        claims.TryGetProperty("act", out _) ? "lets somebody act for the person (`act`)"
        : claims.TryGetProperty("cnf", out _) ? "is bound to a key (`cnf`), which is not shown"
        : null;

    private static AccountId? Account(JsonElement claims, ApiOptions expected) =>
        Text(claims, "sub") is { } subject ? AccountId.OfSubject(expected.Issuer!, subject) : null;

    /// <summary>Only an address that the issuer verified.</summary>
    private static string? Email(JsonElement claims) =>
        claims.TryGetProperty("email_verified", out var verified)
        && verified.ValueKind == JsonValueKind.True
        && Text(claims, "email") is { Length: > 0 and <= EmailMax } email
            ? email
            : null;

    /// <summary>RFC 5321, 4.5.3.1.3.</summary>
    private const int EmailMax = 254;

    private static bool IsFor(JsonElement claims, string audience)
    {
        if (!claims.TryGetProperty("aud", out var aud))
        {
            return false;
        }

        return aud.ValueKind switch
        {
            JsonValueKind.String => aud.ValueEquals(audience),
            JsonValueKind.Array => aud.EnumerateArray()
                .All(a => a.ValueKind == JsonValueKind.String)
                && aud.EnumerateArray().Any(a => a.ValueEquals(audience)),
            _ => false,
        };
    }

    private static bool Is(JsonElement claims, string name, string expected) =>
        string.Equals(Text(claims, name), expected, StringComparison.Ordinal);

    private static string? Text(JsonElement claims, string name)
    {
        try
        {
            return
                claims.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (InvalidOperationException)
        {
            return null; // a lone surrogate
        }
    }

    /// <summary>A NumericDate (RFC 7519, section 2), which may have a fraction.</summary>
    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var seconds)
        && seconds is > 0 and < 253_402_300_799
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : null;
}
