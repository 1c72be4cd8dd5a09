using System.Text.Json;
using ChatApprovals.Jose;

namespace ChatApprovals.Teams;

/// <summary>
/// The check of a token that the Bot Framework sends with every activity (teams.md 2.1): RS256 and nothing
/// else, issuer, audience, lifetime, a key endorsed for Teams, and the service URL that it speaks for. Pure.
/// </summary>
public static class TeamsToken
{
    private const string Issuer = "https://api.botframework.com";

    /// <summary>The only channel; also the endorsement that a signing key must carry.</summary>
    public const string Channel = "msteams";

    /// <summary>Microsoft's own allowance (ChannelValidation, ClockSkew).</summary>
    private static readonly TimeSpan s_skew = TimeSpan.FromMinutes(5);

    private static readonly JwsPin s_pin = new(JwsAlgorithm.RS256, Typ: null);

    /// <summary>The token of an <c>Authorization</c> header's only value, null unless it is a bearer JWT with a key id.</summary>
    public static JwsToken? Read(string? authorization)
    {
        const string scheme = "Bearer ";
        return
            authorization is not null
            && authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)
            && JwsToken.Parse(authorization[scheme.Length..]) is { Kid.Length: > 0 } token
            && string.Equals(token.Alg, "RS256", StringComparison.Ordinal)
            ? token
            : null;
    }

    /// <summary>What is wrong with a token that is said to be signed by this key; null when it can be believed.</summary>
    public static string? Problem(JwsToken token, Jwk key, string appId, DateTimeOffset now)
    {
        // RFC 7519 section 5.1: typ may be missing; one that is there says what the token is.
        if (token.Typ is not (null or "JWT") || !Jws.Verify(token, key, s_pin))
        {
            return "its signature or type is wrong";
        }

        if (!Endorsements(key).Contains(Channel, StringComparer.Ordinal))
        {
            return "its key is not endorsed for Teams";
        }

        var claims = token.Payload;
        return !string.Equals(claims.Text("iss"), Issuer, StringComparison.Ordinal)
                ? "its issuer is not the Bot Framework"
            : !string.Equals(claims.Text("aud"), appId, StringComparison.OrdinalIgnoreCase)
                ? "it is for another bot"
            : Time(claims, "exp") is not { } expires || now >= expires + s_skew ? "it is too old"
            : !IsValidYet(claims, now) ? "it is not valid yet"
            : null;
    }

    /// <summary>Whether a believed token speaks for this service URL. A token without the claim speaks for none.</summary>
    public static bool SpeaksFor(JwsToken token, string? serviceUrl) =>
        token.Payload.Text("serviceurl") is { } claimed
        && string.Equals(claimed, serviceUrl, StringComparison.OrdinalIgnoreCase);

    private static bool IsValidYet(JsonElement claims, DateTimeOffset now) =>
        claims.At("nbf").ValueKind == JsonValueKind.Undefined
        || (Time(claims, "nbf") is { } from && now >= from - s_skew);

    private static IEnumerable<string> Endorsements(Jwk key) =>
        key
            .Members.Items("endorsements")
            .Where(e => e.ValueKind == JsonValueKind.String)
            .Select(e => e.GetString()!);

    private static DateTimeOffset? Time(JsonElement claims, string name) =>
        claims.At(name) is { ValueKind: JsonValueKind.Number } number
        && number.TryGetInt64(out var seconds)
        && seconds is > 0 and < 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;
}
