using System.Globalization;

namespace ChatApprovals.Policies;

/// <summary>Durations as people write them: <c>90s</c>, <c>15m</c>, <c>24h</c>. Whole seconds.</summary>
internal static class DurationText
{
    private const int Minute = 60;
    private const int Hour = 3_600;

    /// <summary>Longer is a mistake, and would not fit.</summary>
    private const int DigitsMax = 6;

    /// <summary>Null when it is none. A bare 0 is one too.</summary>
    public static int? Parse(string text)
    {
        if (text is "0")
        {
            return 0;
        }

        var unit = text.Length is > 1 and <= DigitsMax + 1
            ? text[^1] switch
            {
                's' => 1,
                'm' => Minute,
                'h' => Hour,
                _ => 0,
            }
            : 0;
        return
            unit > 0
            && int.TryParse(
                text.AsSpan(..^1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var number
            )
            && (long)number * unit <= int.MaxValue
            ? number * unit
            : null;
    }

    /// <summary>In the largest unit that loses nothing.</summary>
    public static string Write(int seconds) =>
        seconds switch
        {
            > 0 when seconds % Hour == 0 => $"{seconds / Hour}h",
            > 0 when seconds % Minute == 0 => $"{seconds / Minute}m",
            _ => $"{seconds}s",
        };
}
