using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>
/// One account of a person, in the platform's own ids: <c>slack:&lt;team&gt;:&lt;user&gt;</c>,
/// <c>teams:&lt;tenant&gt;:&lt;aadObjectId&gt;</c> or <c>oidc:&lt;iss&gt;:&lt;sub&gt;</c> (the last colon parts
/// the two). Never a name or an address. Teams ids are GUIDs and compared without case: they are kept in
/// lower case.
/// </summary>
[JsonConverter(typeof(TextConverter<AccountId>))]
public readonly record struct AccountId : IParsable<AccountId>
{
    private const int PlatformLengthMax = 200;

    /// <summary>Own limit for an issuer, and a subject of 255 (OpenID Connect Core 1.0, section 2).</summary>
    private const int OidcLengthMax = 512;
    private const int SubjectLengthMax = 255;

    private readonly string? _text;

    private AccountId(string text) => _text = text;

    public static AccountId Slack(string team, string user) => Parse($"slack:{team}:{user}", null);

    public static AccountId Teams(string tenant, string user) =>
        Parse($"teams:{tenant}:{user}", null);

    public Surface Surface =>
        ToString()[0] switch
        {
            's' => Surface.Slack,
            'o' => Surface.Api,
            _ => Surface.Teams,
        };

    /// <summary>The Slack team, the Entra tenant or the issuer.</summary>
    public string Tenant
    {
        get
        {
            var text = ToString();
            var first = text.IndexOf(':', StringComparison.Ordinal);
            return text[(first + 1)..text.LastIndexOf(':')];
        }
    }

    /// <summary>The Slack user id, the Entra object id or the subject.</summary>
    public string User
    {
        get
        {
            var text = ToString();
            return text[(text.LastIndexOf(':') + 1)..];
        }
    }

    public static AccountId Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var id)
            ? id
            : throw new FormatException(
                "not an account: slack:<team>:<user>, teams:<tenant>:<id> or oidc:<iss>:<sub>"
            );

    public static bool TryParse(
        [NotNullWhen(true)] string? s,
        IFormatProvider? provider,
        out AccountId result
    )
    {
        result = default;
        var first = s?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        var last = s?.LastIndexOf(':') ?? -1;
        if (first < 1 || last == first)
        {
            return false;
        }

        var (tenant, user) = (s![(first + 1)..last], s[(last + 1)..]);
        var isPlatform = s.Length <= PlatformLengthMax && IsPlain(tenant) && IsPlain(user);
        result = s[..first] switch
        {
            "slack" when isPlatform => new AccountId(s),
            "teams" when isPlatform => new AccountId(s.ToLowerInvariant()),
            "oidc" when s.Length <= OidcLengthMax && IsIssuer(tenant) && IsSubject(user) =>
                new AccountId(s),
            _ => default,
        };
        return result != default;
    }

    public override string ToString() => _text ?? "?";

    private static bool IsPlain(string part) =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>
    /// A URL without query or fragment (OpenID Connect Discovery 1.0, section 3), spelled as it is compared:
    /// byte for byte.
    /// </summary>
    private static bool IsIssuer(string text) =>
        text.All(IsVisible)
        && text.AsSpan().IndexOfAny('?', '#') < 0
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.UserInfo.Length == 0
        && (url.Scheme is "https" || (url.Scheme is "http" && url.IsLoopback));

    private static bool IsSubject(string text) =>
        text.Length is > 0 and <= SubjectLengthMax && text.All(IsVisible);

    private static bool IsVisible(char c) => c is > ' ' and < '\x7f';
}
