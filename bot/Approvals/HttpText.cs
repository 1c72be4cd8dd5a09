using System.Collections.Frozen;
using System.Globalization;

namespace ChatApprovals.Approvals;

/// <summary>
/// Which paths, queries, header names and values a guarded endpoint takes: only what can be sent on byte by
/// byte and means the same to whoever approves, to a policy's patterns and to the upstream. Pure.
/// </summary>
public static class HttpText
{
    /// <summary>RFC 3986, 2.3.</summary>
    private const string Unreserved = "-._~";

    /// <summary>RFC 3986, 3.3: what a path may hold beside them; sub-delims, colon and at sign.</summary>
    private const string InPath = "!$&'()*+,;=:@/";

    /// <summary>RFC 3986, 3.4, and the square brackets that everybody writes there.</summary>
    private const string InQuery = InPath + "?[]";

    /// <summary>RFC 9110, 5.6.2.</summary>
    private const string InToken = "!#$%&'*+-.^_`|~";

    /// <summary>
    /// Headers that belong to one connection or frame a message (RFC 9110, 7.6.1), carry credentials, or are
    /// ours: never bound, never held.
    /// </summary>
    private static readonly FrozenSet<string> s_notForBinding = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authenticate",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "HTTP2-Settings",
        "Host",
        "Content-Length",
        "Content-Type",
        "Content-Encoding",
        "Expect",
        "Prefer",
        "Approval",
        "Approval-Initiator",
        "Approval-Justification"
    );

    private static readonly FrozenSet<string> s_credentials = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Authorization",
        "Proxy-Authorization",
        "Cookie"
    );

    /// <summary>
    /// Why a path (empty, or beginning with a slash) has no single spelling, or null. Refused: dot segments
    /// and empty ones, however they are written; encoded slashes, backslashes, percent signs and control
    /// characters; what need not be encoded and is; lower-case hexadecimal (RFC 3986, 6.2.2).
    /// </summary>
    public static string? ProblemOfPath(string path)
    {
        if (ProblemOfCharacters(path, InPath, PathEncoding) is { } problem)
        {
            return problem;
        }

        var segments = path.Split('/');
        return segments.Skip(1).SkipLast(1).Any(s => s.Length == 0)
                ? "The path has an empty segment (//)."
            : segments.Any(IsDots) ? "The path has a dot segment (. or ..)."
            : null;
    }

    /// <summary>Why what follows the question mark cannot be sent on as it is, or null.</summary>
    public static string? ProblemOfQuery(string query) =>
        ProblemOfCharacters(query, InQuery, (_, _) => null);

    /// <summary>RFC 9110, 5.6.2: 1 to 64 characters.</summary>
    public static bool IsToken(string text) =>
        text.Length is > 0 and <= 64
        && text.All(c => char.IsAsciiLetterOrDigit(c) || InToken.Contains(c));

    /// <summary>Visible ASCII and single spaces within, at most 4,096: no byte of it has two readings.</summary>
    public static bool IsHeaderValue(string value) =>
        value.Length <= 4_096
        && value.All(c => c is >= ' ' and <= '~')
        && value.Length == value.Trim(' ').Length;

    /// <summary>Whether an agent's header of this name may become part of the action.</summary>
    public static bool MayBind(string header) =>
        IsToken(header) && !s_notForBinding.Contains(header) && !s_credentials.Contains(header);

    /// <summary>Whether the bot may add a header of this name.</summary>
    public static bool MayHold(string header) =>
        IsToken(header) && !s_notForBinding.Contains(header);

    /// <summary>Upper-case, as all methods of use are; not CONNECT and TRACE, which are no requests to run.</summary>
    public static bool IsMethod(string method) =>
        method.Length is > 0 and <= 32
        && method.All(char.IsAsciiLetterUpper)
        && method is not ("CONNECT" or "TRACE");

    private static string? ProblemOfCharacters(
        string text,
        string allowed,
        Func<byte, string, string?> encoded
    )
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '%')
            {
                if (
                    i + 2 >= text.Length
                    || !byte.TryParse(
                        text.AsSpan(i + 1, 2),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out var value
                    )
                )
                {
                    return "A percent sign is not followed by two hexadecimal digits.";
                }

                if (encoded(value, text.Substring(i + 1, 2)) is { } problem)
                {
                    return problem;
                }

                i += 2;
            }
            else if (
                !char.IsAsciiLetterOrDigit(c)
                && !Unreserved.Contains(c)
                && !allowed.Contains(c)
            )
            {
                return "A character is not one of a URL (RFC 3986): percent-encode it.";
            }
        }

        return null;
    }

    private static string? PathEncoding(byte value, string digits) =>
        digits.Any(char.IsAsciiLetterLower) ? "Percent-encoding in the path is upper-case (%2A)."
        : char.IsAsciiLetterOrDigit((char)value) || Unreserved.Contains((char)value)
            ? "The path has a character percent-encoded that need not be."
        : value is (byte)'/' or (byte)'\\' or (byte)'%' or < 0x20 or 0x7F
            ? "The path has an encoded slash, backslash, percent sign or control character."
        : null;

    /// <summary>Some servers cut what follows a semicolon before they resolve dots.</summary>
    private static bool IsDots(string segment) => segment.Split(';')[0] is "." or "..";
}
