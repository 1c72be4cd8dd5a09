namespace ChatApprovals.Playground;

/// <summary>Sliding windows over one stream of calls: at most so many in so long, all at once.</summary>
internal sealed class RateWindows(params (int Max, TimeSpan Span)[] windows)
{
    private readonly Lock _gate = new();
    private readonly DateTimeOffset[] _taken = new DateTimeOffset[windows.Max(w => w.Max)];
    private long _count;

    /// <summary>Null when the call may go ahead (and is counted); else how long to wait.</summary>
    public TimeSpan? Take(DateTimeOffset now)
    {
        lock (_gate)
        {
            var wait = TimeSpan.Zero;
            foreach (var (max, span) in windows)
            {
                if (_count >= max && _taken[(_count - max) % _taken.Length] + span is var free)
                {
                    wait = free - now > wait ? free - now : wait;
                }
            }
            if (wait > TimeSpan.Zero)
            {
                return wait;
            }
            _taken[_count++ % _taken.Length] = now;
            return null;
        }
    }

    /// <summary>Whole seconds, at least one: what <c>Retry-After</c> can say.</summary>
    public static int Seconds(TimeSpan wait) => Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
}
