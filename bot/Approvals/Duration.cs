using System.Globalization;

namespace ChatApprovals.Approvals;

/// <summary>Durations as people write them: <c>90s</c>, <c>15m</c>, <c>24h</c>, <c>7d</c>. Whole numbers only.</summary>
public static class Duration
{
    /// <summary>Own limit: longer than a year is a slip of the pen.</summary>
    private const long SecondsMax = 366L * 24 * 60 * 60;

    /// <summary>The duration, or null when it is none, negative or longer than a year.</summary>
    public static TimeSpan? Parse(string? text)
    {
        var unit = text is [.., var last]
            ? last switch
            {
                's' => 1,
                'm' => 60,
                'h' => 60 * 60,
                'd' => 24 * 60 * 60,
                _ => 0,
            }
            : 0;
        return
            unit > 0
            && int.TryParse(
                text![..^1],
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var count
            )
            && (long)count * unit <= SecondsMax
            ? TimeSpan.FromSeconds((long)count * unit)
            : null;
    }
}
