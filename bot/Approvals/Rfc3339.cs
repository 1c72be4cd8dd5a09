using System.Globalization;

namespace ChatApprovals.Approvals;

/// <summary>Times as the contract writes them: RFC 3339, UTC, milliseconds, <c>Z</c>.</summary>
public static class Rfc3339
{
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    public static string Write(DateTimeOffset at)
    {
        // From the form that needs no reading of a format: every entry and answer says some times.
        Span<char> text = stackalloc char["yyyy-MM-ddTHH:mm:ss.fffffffZ".Length];
        at.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        return string.Concat(text[..^"ffffZ".Length], "Z");
    }

    /// <summary>The same moment without what milliseconds cannot carry, so that stored = shown.</summary>
    public static DateTimeOffset Truncate(DateTimeOffset at) =>
        DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
