using System.Collections.Frozen;
using System.Net.Http.Headers;

namespace ChatApprovals.Guard;

/// <summary>
/// What of an upstream's answer reaches the agent: all but what belongs to the connection (RFC 9110, 7.6.1),
/// to the upstream's own origin (cookies, and what speaks for a whole site) or cannot be written as it is.
/// </summary>
internal static class AnswerHeaders
{
    private static readonly FrozenSet<string> s_kept = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "Proxy-Authenticate",
        "Proxy-Authentication-Info",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Set-Cookie",
        "Set-Cookie2",
        "Strict-Transport-Security",
        "Alt-Svc",
        "Clear-Site-Data",
        "Public-Key-Pins",
        "NEL",
        "Report-To",
        "Reporting-Endpoints",
        "Approval",
        "Preference-Applied"
    );

    public static void Copy(HttpResponseMessage from, HttpResponse to)
    {
        var named = from.Headers.Connection.ToHashSet(StringComparer.OrdinalIgnoreCase);
        Copy(from.Headers, named, to);
        Copy(from.Content.Headers, named, to);
        to.Headers.XContentTypeOptions = "nosniff";
    }

    private static void Copy(HttpHeaders from, HashSet<string> named, HttpResponse to)
    {
        foreach (var (name, values) in from.NonValidated)
        {
            if (!s_kept.Contains(name) && !named.Contains(name) && values.All(IsPlain))
            {
                to.Headers.Append(name, values.ToArray());
            }
        }
    }

    private static bool IsPlain(string value) => value.All(c => c is >= ' ' and <= '~' or '\t');
}
