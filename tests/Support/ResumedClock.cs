using System.Diagnostics;

namespace ChatApprovals.Tests.Support;

/// <summary>Goes on from a moment, however long ago that was: what was granted then is not over because a test is slow.</summary>
public sealed class ResumedClock(DateTimeOffset from) : PatientClock
{
    private readonly long _began = Stopwatch.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => from + Stopwatch.GetElapsedTime(_began);
}
