namespace ChatApprovals.Tests.Support;

/// <summary>A clock that goes only when it is told to. Timers go by themselves.</summary>
public sealed class HandClock(DateTimeOffset start) : PatientClock
{
    private long _ticks = start.UtcTicks;

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
}
