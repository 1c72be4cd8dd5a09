using ChatApprovals.Approvals;

namespace ChatApprovals.Http;

/// <summary>The key in the <c>Authorization</c> header (RFC 6750).</summary>
internal static class Bearer
{
    private const string Scheme = "Bearer ";

    /// <summary>What follows the scheme; null when the header is missing, twice or of another scheme.</summary>
    public static string? Of(HttpRequest request) =>
        request.Headers.Authorization is [{ } value]
        && value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            // RFC 9110, 11.4: one space or more.
            ? value[Scheme.Length..].TrimStart(' ')
            : null;

    /// <summary>A key of this kind, or null. Says nothing about whether anybody holds it.</summary>
    public static ApiKey? Key(string token, ApiKeyKind kind) =>
        ApiKey.TryParse(token, out var key) && key.Kind == kind ? key : null;
}
