namespace ChatApprovals.Mcp;

/// <summary>Where <c>/mcp</c> is reached from outside: pages of other origins are refused.</summary>
public sealed record McpOptions(string PublicUrl)
{
    /// <summary>
    /// A browser says from where a page was loaded. A page whose name was bound anew to this address (DNS
    /// rebinding) says its own name; programs that are no browser say nothing (MCP 2025-11-25, transports,
    /// security warning).
    /// </summary>
    public bool MayCome(HttpRequest request) =>
        request.Headers.Origin is [] || (request.Headers.Origin is [{ } one] && IsOurs(one));

    private bool IsOurs(string origin) =>
        string.Equals(
            origin,
            new Uri(PublicUrl).GetLeftPart(UriPartial.Authority),
            StringComparison.OrdinalIgnoreCase
        );
}
