using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ChatApprovals.Callbacks;

/// <summary>When a callback that was not taken is sent again: Standard Webhooks' own example, ten attempts in some 75 hours.</summary>
public static class CallbackRetries
{
    /// <summary>Longer is not waited, whatever a receiver says.</summary>
    private static readonly TimeSpan s_waitMax = TimeSpan.FromHours(24);

    /// <summary>After the first, second, … attempt.</summary>
    public static ImmutableArray<TimeSpan> Waits { get; } =
    [
        TimeSpan.FromSeconds(5),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2),
        TimeSpan.FromHours(5),
        TimeSpan.FromHours(10),
        TimeSpan.FromHours(14),
        TimeSpan.FromHours(20),
        TimeSpan.FromHours(24),
    ];

    /// <summary>
    /// The wait after so many failed attempts, or null: that was the last. Up to a tenth longer by chance, so
    /// that not all come back at once; never shorter than the receiver asks (<paramref name="retryAfter"/>).
    /// </summary>
    public static TimeSpan? After(int attempts, TimeSpan? retryAfter)
    {
        if (attempts > Waits.Length)
        {
            return null;
        }

        var wait = Waits[attempts - 1];
        wait *= 1 + RandomNumberGenerator.GetInt32(0, 100) / 1000.0;
        var asked =
            retryAfter is { } a && a < s_waitMax ? a
            : retryAfter is null ? default
            : s_waitMax;
        return asked > wait ? asked : wait;
    }
}
