using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ChatApprovals.Guard;

/// <summary>
/// What of an upstream's answer reaches the agent: all but what belongs to the connection (RFC 9110, 7.6.1),
/// to the upstream's own origin (cookies, and what speaks for a whole site) or cannot be in a header. Byte for byte:
/// what is beyond ASCII (<c>obs-text</c>, RFC 9110, 5.5) is Latin-1 here as it is read and as it is written.
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
        "Content-Length", // as it was understood, below
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

    /// <exception cref="UpstreamException">How long the answer is cannot be told, or not read.</exception>
    public static void Copy(HttpResponseMessage from, HttpResponse to)
    {
        var length = LengthOf(from);
        var named = from.Headers.Connection.ToHashSet(StringComparer.OrdinalIgnoreCase);
        Copy(from.Headers, named, to);
        Copy(from.Content.Headers, named, to);
        to.ContentLength = length;
        to.Headers.XContentTypeOptions = "nosniff";
    }

    /// <summary>
    /// RFC 9112, 6.3: a length beside a transfer coding says nothing, several that differ or one that is no number
    /// spoil the answer; 204 has none (RFC 9110, 8.6).
    /// </summary>
    private static long? LengthOf(HttpResponseMessage from)
    {
        if (from.Headers.TransferEncoding is { Count: > 0 } codings)
        {
            return codings.All(c => c.Value.Equals("chunked", StringComparison.OrdinalIgnoreCase))
                ? null
                : throw new UpstreamException(
                    "The upstream's answer has an unknown transfer coding."
                );
        }

        if (!from.Content.Headers.NonValidated.TryGetValues("Content-Length", out var said))
        {
            return null;
        }

        var lengths = said.SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return
            lengths is [var one]
            && long.TryParse(one, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? from.StatusCode is HttpStatusCode.NoContent
                ? null
                : length
            : throw new UpstreamException("The upstream's answer has no length that can be.");
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

    /// <summary>As Kestrel is to write answers: any character that <see cref="IsPlain"/> takes is one byte.</summary>
    public static Encoding? EncodingOf(string name) => Encoding.Latin1;

    private static bool IsPlain(string value) =>
        value.All(c => c is >= ' ' and <= '~' or '\t' or >= '\u0080' and <= '\u00FF');
}
