using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>
/// One account of a person, in the platform's own ids: <c>slack:&lt;team&gt;:&lt;user&gt;</c>,
/// <c>teams:&lt;tenant&gt;:&lt;aadObjectId&gt;</c> or <c>oidc:&lt;iss&gt;:&lt;sub&gt;</c>. Never a name or an address.
/// Teams ids are GUIDs and compared without case: they are kept in lower case. Of an OpenID Connect account
/// the last colon parts issuer and subject; in the subject a colon, a percent sign and a space are therefore
/// written <c>%3A</c>, <c>%25</c> and <c>%20</c>, so that each account has one spelling and each spelling
/// means one account.
/// </summary>
[JsonConverter(typeof(TextConverter<AccountId>))]
public readonly record struct AccountId : IParsable<AccountId>
{
    private const int PlatformLengthMax = 200;

    /// <summary>OpenID Connect Core 1.0, section 2, in characters before they are written with a percent sign.</summary>
    private const int SubjectLengthMax = 255;

    /// <summary>Own limit: an issuer of 256, and a subject of which each character takes three.</summary>
    private const int OidcLengthMax = 1_027;
    private const string Oidc = "oidc:";

    private readonly string? _text;

    private AccountId(string text) => _text = text;

    public static AccountId Slack(string team, string user) => Parse($"slack:{team}:{user}", null);

    public static AccountId Teams(string tenant, string user) =>
        Parse($"teams:{tenant}:{user}", null);

    /// <summary>
    /// The account of a subject (visible ASCII and spaces, 1 to 255) at an issuer; null when either cannot be
    /// one.
    /// </summary>
    public static AccountId? OfSubject(string issuer, string subject) =>
        TryParse($"{Oidc}{issuer}:{Written(subject)}", provider: null, out var account)
            ? account
            : null;

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

    /// <summary>The Slack user id, the Entra object id or the subject as its issuer says it.</summary>
    public string User
    {
        get
        {
            var text = ToString();
            var user = text[(text.LastIndexOf(':') + 1)..];
            return Surface == Surface.Api ? Said(user) : user;
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

    /// <summary>Only in the one spelling that <see cref="Written"/> gives it.</summary>
    private static bool IsSubject(string text) =>
        Said(text) is { Length: > 0 and <= SubjectLengthMax } subject
        && subject.All(c => c == ' ' || IsVisible(c))
        && string.Equals(Written(subject), text, StringComparison.Ordinal);

    private static string Written(string subject) =>
        subject
            .Replace("%", "%25", StringComparison.Ordinal)
            .Replace(":", "%3A", StringComparison.Ordinal)
            .Replace(" ", "%20", StringComparison.Ordinal);

    private static string Said(string written) =>
        written
            .Replace("%20", " ", StringComparison.Ordinal)
            .Replace("%3A", ":", StringComparison.Ordinal)
            .Replace("%25", "%", StringComparison.Ordinal);

    private static bool IsVisible(char c) => c is > ' ' and < '\x7f';
}
