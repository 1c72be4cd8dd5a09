using ChatApprovals.Approvals;

namespace ChatApprovals.Guard;

/// <summary>
/// The target of a call as it came over the wire (RFC 9112, 3.2.1), before anything decoded it or resolved
/// dots in it: <c>/guard/{name}</c>, then what is sent on byte by byte.
/// </summary>
/// <param name="Name">Of the guarded endpoint, if there is one of such a name.</param>
/// <param name="Path">Empty, or from its first slash on.</param>
/// <param name="Query">What follows the question mark; null where there is none.</param>
internal sealed record GuardedTarget(string Name, string Path, string? Query)
{
    public const string Prefix = "/guard/";

    /// <summary>The target, or why it is none, in a sentence.</summary>
    public static (GuardedTarget? Target, string Problem) Parse(string raw)
    {
        if (!raw.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return (
                null,
                "Write it as /guard/<name>/<path>: nothing of that encoded, no host before it."
            );
        }

        var mark = raw.IndexOf('?', StringComparison.Ordinal);
        var query = mark < 0 ? null : raw[(mark + 1)..];
        var whole = mark < 0 ? raw[Prefix.Length..] : raw[Prefix.Length..mark];
        var slash = whole.IndexOf('/', StringComparison.Ordinal);
        var (name, path) = slash < 0 ? (whole, "") : (whole[..slash], whole[slash..]);
        return HttpText.ProblemOfPath(path) is { } odd ? (null, odd)
            : query is not null && HttpText.ProblemOfQuery(query) is { } bad ? (null, bad)
            : (new GuardedTarget(name, path, query), "");
    }
}
