using ChatApprovals.Approvals;
using ChatApprovals.Jose;

namespace ChatApprovals.Api;

/// <summary>
/// Section <c>Api:Oidc</c>: who says who somebody is that decides by API. Both or none; none: nobody can.
/// </summary>
public sealed class ApiOptions
{
    public const string Section = "Api:Oidc";

    /// <summary>
    /// The OpenID Connect issuer, as its tokens say it, to the letter. Its metadata is fetched from
    /// <c>&lt;issuer&gt;/.well-known/openid-configuration</c>.
    /// </summary>
    public string? Issuer { get; set; }

    /// <summary>What the tokens must be for: the client id of an ID token, the API's name of an access token.</summary>
    public string? Audience { get; set; }

    public bool Enabled => Issuer is { Length: > 0 } && Audience is { Length: > 0 };

    /// <summary>OpenID Connect Discovery 1.0, section 4.</summary>
    internal Uri Metadata => new(Issuer!.TrimEnd('/') + "/.well-known/openid-configuration");

    /// <summary>One sentence for each setting that is missing or wrong; none when all is well.</summary>
    public IEnumerable<string> Problems()
    {
        if (Issuer is { Length: > 0 } issuer && !IsIssuer(issuer))
        {
            yield return "Api:Oidc:Issuer must be the issuer's https URL, without query or fragment, exactly as its "
                + "tokens say it in `iss` (http only on loopback).";
        }

        if (Issuer is { Length: > 0 } && string.IsNullOrEmpty(Audience))
        {
            yield return "Api:Oidc:Audience is missing: set it to what the tokens are for (`aud`), or leave "
                + "Api:Oidc:Issuer out too.";
        }

        if (Audience is { Length: > 0 } && string.IsNullOrEmpty(Issuer))
        {
            yield return "Api:Oidc:Issuer is missing: set it to the issuer's URL, or leave Api:Oidc:Audience out too.";
        }

        if (Audience is { Length: > 0 } audience && string.IsNullOrWhiteSpace(audience))
        {
            yield return "Api:Oidc:Audience is blank: set it to what the tokens are for (`aud`).";
        }
    }

    private static bool IsIssuer(string text) =>
        AccountId.OfSubject(text, "somebody") is not null
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && SafeUrl.Is(url);
}
