using System.Globalization;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>
/// When a delegation ends, as it was typed: so long from now (<c>8h</c>, <c>3d</c>), or a day or a minute in
/// UTC. A day alone is its first moment: it never gives more than was meant.
/// </summary>
public sealed record DelegateUntil(TimeSpan? After, DateTimeOffset? On)
{
    private const string Day = "yyyy-MM-dd";
    private const string Minute = "yyyy-MM-dd HH:mm";

    public DateTimeOffset At(DateTimeOffset now) => On ?? now + After!.Value;

    /// <summary>Null when it is none. Both <c>2026-12-01 18:00</c> and with a <c>T</c> between.</summary>
    public static DelegateUntil? Parse(string text) =>
        Duration.Parse(text) is { } after && after > TimeSpan.Zero ? new DelegateUntil(after, null)
        : DateTimeOffset.TryParseExact(
            text.Replace('T', ' ').TrimEnd('Z'),
            [Day, Minute],
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var on
        )
            ? new DelegateUntil(null, on)
        : null;

    public override string ToString() =>
        After is { } after
            ? Duration.Write((int)after.TotalSeconds)
            : On!.Value.UtcDateTime.ToString(Minute, CultureInfo.InvariantCulture);
}
