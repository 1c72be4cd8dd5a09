using System.Collections.Immutable;
using System.Globalization;

namespace ChatApprovals.Export;

/// <summary>What an auditor asked for: entries from a time until before another, in a form.</summary>
public sealed record ExportAsked(string As, DateTimeOffset? From, DateTimeOffset? To)
{
    public static ImmutableArray<string> Forms { get; } =
    ["bundle", "jsonl", "csv", "html", "ocsf"];

    /// <summary>False: it would begin after its end.</summary>
    public bool IsOrdered => From is null || To is null || From < To;

    /// <summary>
    /// A day (<c>2026-11-21</c>, of UTC) or an RFC 3339 time; null: neither. A day counts as a whole, so as an end it
    /// is the next one's beginning.
    /// </summary>
    public static DateTimeOffset? Time(string text, bool isEnd)
    {
        if (
            DateOnly.TryParseExact(
                text,
                "yyyy-MM-dd",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var day
            )
        )
        {
            return isEnd && day == DateOnly.MaxValue
                ? null
                : new DateTimeOffset(day.AddDays(isEnd ? 1 : 0), TimeOnly.MinValue, TimeSpan.Zero);
        }

        return DateTimeOffset.TryParseExact(
            text,
            ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
    }
}
