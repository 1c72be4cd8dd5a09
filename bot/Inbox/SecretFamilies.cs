using System.Buffers;
using System.Text.RegularExpressions;

namespace ChatApprovals.Inbox;

/// <summary>
/// How the credentials of each family look. Every pattern is linear: one literal, one run of a character
/// class; what a pattern cannot say without backtracking is said in code after it.
/// </summary>
internal static partial class SecretFamilies
{
    private const RegexOptions Plain = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;
    private const RegexOptions AnyCase = Plain | RegexOptions.IgnoreCase;

    /// <summary>A text of 128 KiB takes milliseconds; this is the net beneath the reasoning.</summary>
    private const int TimeoutMs = 10_000;

    /// <summary>The name of the first family that has a credential in the text, or null.</summary>
    public static string? Find(string text)
    {
        foreach (var (name, hint, isIn) in Families)
        {
            if (text.Contains(hint, StringComparison.OrdinalIgnoreCase) && isIn(text))
            {
                return name;
            }
        }

        return null;
    }

    /// <summary>Name, a piece that every credential of it has, and the whole look.</summary>
    private static readonly (string Name, string Hint, Func<string, bool> IsIn)[] Families =
    [
        ("Slack token", "xox", IsSlack),
        ("Slack token", "xapp-", IsSlack),
        ("Slack token", "xwfp-", IsSlack),
        ("GitHub token", "gh", t => GitHubPattern().IsMatch(t)),
        ("GitLab token", "glpat-", t => GitLabPattern().IsMatch(t)),
        ("AWS key id", "AKIA", t => AwsIdPattern().IsMatch(t)),
        ("AWS key id", "ASIA", t => AwsIdPattern().IsMatch(t)),
        ("Google API key", "AIza", t => GooglePattern().IsMatch(t)),
        ("Stripe live key", "k_live_", t => StripePattern().IsMatch(t)),
        ("model provider key", "sk-", IsModelKey),
        ("Azure storage key", "Key=", t => AzurePattern().IsMatch(t)),
        ("private key", "PRIVATE KEY", t => PemPattern().IsMatch(t)),
        ("JSON web token", "eyJ", IsJwt),
        ("URL with user info", "://", HasUserInfo),
        ("connection string", "password=", IsConnection),
        ("connection string", "pwd=", IsConnection),
        ("ChatApprovals key", "cak_", t => OwnPattern().IsMatch(t)),
        ("ChatApprovals key", "cgk_", t => OwnPattern().IsMatch(t)),
        ("ChatApprovals key", "cau_", t => OwnPattern().IsMatch(t)),
    ];

    /// <summary>The kinds that Slack has are tokens whatever follows; <c>xoxo-…</c> may be a greeting.</summary>
    private static bool IsSlack(string text) =>
        SlackPattern()
            .Matches(text)
            .Any(m => m.Groups["kind"].Success || m.ValueSpan.ContainsAnyInRange('0', '9'));

    private static bool IsModelKey(string text) =>
        ModelKeyPattern().Matches(text).Any(m => IsRandom(m.Value));

    private static bool IsJwt(string text) =>
        JwtPattern().Matches(text).Any(m => HasJwtBody(m.Value));

    /// <summary>A password beside where it is for: by itself the word is a form's field, or prose.</summary>
    private static bool IsConnection(string text) =>
        PasswordPattern().IsMatch(text) && ConnectionPattern().IsMatch(text);

    /// <summary>
    /// <c>scheme://…@</c> before the authority's end (RFC 3986, 3.2), or with a password in which somebody forgot
    /// to escape what ends it.
    /// </summary>
    private static bool HasUserInfo(string text)
    {
        const string Mark = "://";
        for (
            var at = text.IndexOf(Mark, StringComparison.Ordinal);
            at >= 0;
            at = text.IndexOf(Mark, at + 1, StringComparison.Ordinal)
        )
        {
            var rest = text.AsSpan(at + Mark.Length);
            var end = rest.IndexOfAny(AuthorityEnds);
            var authority = end < 0 ? rest : rest[..end];
            if (
                at > 0
                && char.IsAsciiLetterOrDigit(text[at - 1])
                && (authority.IndexOf('@') > 0 || HasRawPassword(rest))
            )
            {
                return true;
            }
        }

        return false;
    }

    /// <summary><c>user:pass/w#o?rd@host</c>; not <c>host:8443/path@2</c>.</summary>
    private static bool HasRawPassword(ReadOnlySpan<char> rest)
    {
        rest = rest[..Math.Min(rest.Length, PasswordReach)];
        var colon = rest.IndexOfAny(UserEnds);
        if (colon < 0 || rest[colon] != ':')
        {
            return false;
        }

        var password = rest[(colon + 1)..];
        var end = password.IndexOfAny(WordEnds);
        password = end < 0 ? password : password[..end];
        return password.IndexOf('@') > 0
            && !password.StartsWith("//", StringComparison.Ordinal)
            && !IsPort(password);
    }

    private static bool IsPort(ReadOnlySpan<char> text) =>
        text.IndexOfAnyExceptInRange('0', '9') is > 0 and <= 5 and var digits
        && text[digits] is '/' or '?' or '#';

    /// <summary>Own limit: a text of nothing but beginnings of URLs stays linear.</summary>
    private const int PasswordReach = 256;

    private static readonly SearchValues<char> UserEnds = SearchValues.Create(
        ":/?#@[\\\"'<> \t\r\n"
    );

    private static readonly SearchValues<char> WordEnds = SearchValues.Create("\"'<> \t\r\n");

    private static readonly SearchValues<char> AuthorityEnds = SearchValues.Create(
        "/?#\\\"'<> \t\r\n"
    );

    /// <summary>
    /// AWS secrets have no prefix: 40 characters of base64. They are known by their name, or by being
    /// exactly that long and as mixed as chance makes them (which hex digests and words are not).
    /// </summary>
    public static bool HasAwsSecret(string text, string? memberName) =>
        text.Length >= 40
        && (
            AwsNamedPattern().IsMatch(text)
            || (
                memberName is not null
                && AwsNamePattern().IsMatch(memberName)
                && AwsWholePattern().IsMatch(text)
            )
            || AwsBarePattern().Matches(text).Any(m => IsMixed(m.ValueSpan))
        );

    private static bool IsMixed(ReadOnlySpan<char> text)
    {
        int upper = 0;
        int lower = 0;
        int digits = 0;
        int slashes = 0; // a path has many, a secret few
        foreach (var c in text)
        {
            upper += char.IsAsciiLetterUpper(c) ? 1 : 0;
            lower += char.IsAsciiLetterLower(c) ? 1 : 0;
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            slashes += c == '/' ? 1 : 0;
        }

        return upper >= 5 && lower >= 5 && digits + slashes >= 2 && digits > 0 && slashes <= 4;
    }

    /// <summary>
    /// At least 16 letters and digits in a row, of both, or 32 of any: <c>sk-learn-…</c> has no such run.
    /// </summary>
    private static bool IsRandom(string token) =>
        token
            .Split('-', '_')
            .Any(run =>
                run.Length >= 32
                || (run.Length >= 16 && run.Any(char.IsAsciiDigit) && run.Any(char.IsAsciiLetter))
            );

    /// <summary>Something after the header: <c>eyJhbGciOi...</c> in prose is not a token.</summary>
    private static bool HasJwtBody(string token) =>
        token.Length - token.IndexOf('.', StringComparison.Ordinal) >= 20;

    [GeneratedRegex(
        "(?<![A-Za-z0-9])(xox((?<kind>[abceprs])|[a-z])-|xapp-|xwfp-)[A-Za-z0-9%/+-]{10}[A-Za-z0-9%/+-]*",
        AnyCase,
        TimeoutMs
    )]
    private static partial Regex SlackPattern();

    [GeneratedRegex("(gh[oprsu]_[A-Za-z0-9]{20}|github_pat_[A-Za-z0-9_]{20})", Plain, TimeoutMs)]
    private static partial Regex GitHubPattern();

    [GeneratedRegex("glpat-[A-Za-z0-9_-]{20}", Plain, TimeoutMs)]
    private static partial Regex GitLabPattern();

    [GeneratedRegex("(?<![A-Za-z0-9])(AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])", Plain, TimeoutMs)]
    private static partial Regex AwsIdPattern();

    [GeneratedRegex("AIza[A-Za-z0-9_-]{35}", Plain, TimeoutMs)]
    private static partial Regex GooglePattern();

    [GeneratedRegex("[rs]k_live_[A-Za-z0-9]{10}", Plain, TimeoutMs)]
    private static partial Regex StripePattern();

    [GeneratedRegex("(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{20}[A-Za-z0-9_-]*", Plain, TimeoutMs)]
    private static partial Regex ModelKeyPattern();

    [GeneratedRegex("(AccountKey|SharedAccessKey)=[A-Za-z0-9+/=%]{20}", AnyCase, TimeoutMs)]
    private static partial Regex AzurePattern();

    [GeneratedRegex("-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY( BLOCK)?-----", Plain, TimeoutMs)]
    private static partial Regex PemPattern();

    [GeneratedRegex(
        @"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8}[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]*){2,4}",
        Plain,
        TimeoutMs
    )]
    private static partial Regex JwtPattern();

    [GeneratedRegex("c(ak|gk|au)_[A-Za-z0-9]{20}", Plain, TimeoutMs)]
    private static partial Regex OwnPattern();

    // What begins with a mark stands for a password: $DB_PASSWORD, {password}, ***, (sensitive value).
    [GeneratedRegex(
        """(?<![A-Za-z0-9_])(password|pwd)=["']?(?!(null|true|false|none)\b)[^;&\s"'$%{<*([][^;&\s"']{3}""",
        AnyCase,
        TimeoutMs
    )]
    private static partial Regex PasswordPattern();

    [GeneratedRegex("(server|host|user id|uid|data source)=|jdbc:", AnyCase, TimeoutMs)]
    private static partial Regex ConnectionPattern();

    [GeneratedRegex(
        @"(secret_?access_?key|aws_?secret[a-z_]{0,20})[""']?\s{0,5}[:=]\s{0,5}[""']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])",
        AnyCase,
        TimeoutMs
    )]
    private static partial Regex AwsNamedPattern();

    [GeneratedRegex("secret[_.-]?access[_.-]?key|aws[_.-]?secret", AnyCase, TimeoutMs)]
    private static partial Regex AwsNamePattern();

    [GeneratedRegex(@"\A\s{0,5}[A-Za-z0-9/+]{40}\s{0,5}\z", Plain, TimeoutMs)]
    private static partial Regex AwsWholePattern();

    [GeneratedRegex(
        "(?<![A-Za-z0-9/+=_.-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_.-])",
        Plain,
        TimeoutMs
    )]
    private static partial Regex AwsBarePattern();
}
