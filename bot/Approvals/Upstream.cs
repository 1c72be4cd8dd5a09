using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>
/// What a guarded endpoint stands in front of. Never a credential: only the name under which the bot's host
/// keeps it.
/// </summary>
/// <param name="Url">Scheme, host, port and path, without a slash at its end. https, or http on loopback.</param>
/// <param name="Headers">What the bot adds to each call.</param>
/// <param name="Bind">The agent's headers that are part of the action; no others of meaning are sent on.</param>
/// <param name="Methods">What may be asked for at all.</param>
/// <param name="Private">Whether it may have a private or loopback address.</param>
public sealed record Upstream(
    string Url,
    ImmutableArray<HeldHeader> Headers,
    ImmutableArray<string> Bind,
    ImmutableArray<string> Methods,
    bool Private
)
{
    /// <summary>
    /// Whether the bot may read what is there (GET of the same address) when somebody asks for a PUT, to show
    /// what it would change.
    /// </summary>
    public bool Current { get; init; }

    /// <summary>Own limit.</summary>
    public const int UrlMax = 1_024;

    /// <summary>Of one guard, headers that are added, and headers that are bound.</summary>
    public const int HeadersMax = 10;

    /// <summary>RFC 9110, 9.3, and PATCH (RFC 5789).</summary>
    public static ImmutableArray<string> UsualMethods { get; } =
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    /// <summary>Why this is no address of an upstream, in a sentence, or null.</summary>
    public static string? Problem(string url, bool isPrivate)
    {
        if (
            url.Length > UrlMax
            || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("https" or "http")
            || uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length > 0
            || url.AsSpan().ContainsAny('?', '#', '@')
        )
        {
            return "An upstream is an address such as https://iam.acme.example/v1, without user, query and fragment.";
        }

        if (uri.Scheme is "http" && !(uri.IsLoopback && isPrivate))
        {
            return "An upstream is https; http only on loopback, and only with the word \"private\".";
        }

        var canonical = uri.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return !string.Equals(canonical, url.TrimEnd('/'), StringComparison.Ordinal)
            ? $"Write the upstream as it will be called: {canonical}"
            : HttpText.ProblemOfPath(uri.AbsolutePath);
    }
}

/// <summary>
/// One header that the bot adds: <see cref="From"/> is <c>env:VARIABLE</c> or <c>file:NAME</c> and holds
/// the whole value.
/// </summary>
public sealed record HeldHeader(string Name, string From)
{
    public const string Environment = "env:";
    public const string File = "file:";

    private const int NameMax = 128;

    /// <summary>
    /// A variable's name, never one of the bot's own settings (they have a double underscore: whoever may
    /// add a guard must not be able to send the bot's secrets somewhere); or a plain file's name.
    /// </summary>
    public static bool IsSource(string from) =>
        from.StartsWith(Environment, StringComparison.Ordinal)
            ? IsVariable(from[4..])
            : from.StartsWith(File, StringComparison.Ordinal) && IsFile(from[5..]);

    /// <summary>As people read it, and as it is bound.</summary>
    public override string ToString() => $"{Name} from {From}";

    private static bool IsVariable(string name) =>
        name.Length is > 0 and <= NameMax
        && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        && !name.Contains("__", StringComparison.Ordinal);

    private static bool IsFile(string name) =>
        name.Length is > 0 and <= NameMax
        && name[0] != '.'
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');
}

/// <summary>A call of a guarded endpoint was let through and its outcome is not known yet.</summary>
public sealed record Forward(string Guard, DateTimeOffset At);
