namespace ChatApprovals.Approvals;

/// <summary>
/// Where an agent is told that one of its requests changed. The secret that signs is nowhere in it: it is
/// made from the bot's own key and <see cref="SecretId"/>.
/// </summary>
/// <param name="Agent">Whose requests.</param>
/// <param name="Url">https, or http on loopback where <see cref="Private"/> is said.</param>
/// <param name="SecretId">Names the secret; another one is another secret.</param>
/// <param name="SetAt">When an administrator named the address.</param>
public sealed record AgentCallback(
    AgentName Agent,
    string Url,
    string SecretId,
    DateTimeOffset SetAt
)
{
    /// <summary>Own limit.</summary>
    public const int UrlMax = 2_048;

    /// <summary>How long an older secret signs beside the new one.</summary>
    public static TimeSpan SecretKept { get; } = TimeSpan.FromHours(24);

    /// <summary>Whether it may have a private or loopback address.</summary>
    public bool Private { get; init; }

    /// <summary>The secret before the present one, which still signs until then.</summary>
    public RetiredSecret? Before { get; init; }

    /// <summary>The address answered 410: nothing is sent until an administrator names one again.</summary>
    public bool Gone { get; init; }

    /// <summary>Why this is no address to call back, in a sentence, or null.</summary>
    public static string? Problem(string url, bool isPrivate) =>
        url.Length > UrlMax
        || url.Any(c => c is <= ' ' or > '~')
        || url.AsSpan().ContainsAny('#', '\\')
        || !Uri.TryCreate(url, UriKind.Absolute, out var uri)
        || uri.Scheme is not ("https" or "http")
        || uri.UserInfo.Length > 0
            ? "A callback is an address such as https://agent.acme.example/approvals, without user and fragment."
        : uri.Scheme is "http" && !(uri.IsLoopback && isPrivate)
            ? "A callback is https; http only on loopback, and only with the word \"private\"."
        : null;
}

/// <summary>A secret that was replaced, and until when it signs too.</summary>
public sealed record RetiredSecret(string SecretId, DateTimeOffset Until);
