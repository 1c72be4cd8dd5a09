using System.Globalization;

namespace ChatApprovals.Approvals;

/// <summary>Durations as people write them: <c>90s</c>, <c>15m</c>, <c>24h</c>, <c>7d</c>. A bare 0 is one too. Whole numbers only.</summary>
public static class Duration
{
    private const int Minute = 60;
    private const int Hour = 60 * Minute;

    /// <summary>Own limit: longer than a year is a slip of the pen.</summary>
    private const long SecondsMax = 366L * 24 * Hour;

    /// <summary>The duration, or null when it is none, negative or longer than a year.</summary>
    public static TimeSpan? Parse(string? text)
    {
        if (text is "0")
        {
            return TimeSpan.Zero;
        }

        var unit = text is [.., var last]
            ? last switch
            {
                's' => 1,
                'm' => Minute,
                'h' => Hour,
                'd' => 24 * Hour,
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

    /// <summary>In the largest unit, up to hours, that loses nothing.</summary>
    public static string Write(int seconds) =>
        seconds switch
        {
            > 0 when seconds % Hour == 0 => $"{seconds / Hour}h",
            > 0 when seconds % Minute == 0 => $"{seconds / Minute}m",
            _ => $"{seconds}s",
        };
}
