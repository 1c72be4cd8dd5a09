using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Faults;

/// <summary>A clock that is set back again and again, by up to an hour, in the middle of everything.</summary>
public sealed class ClockJumps
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_clock_that_jumps_back_loses_nothing_and_the_ledgers_time_never_does(
        int seed
    )
    {
        using var place = new Scratch();
        var data = place.Folder("data");
        Day day;
        await using (
            var desk = await TestDesk.OpenAsync(
                data,
                new JumpingClock(TimeProvider.System.GetUtcNow(), seed),
                others: new Wall(Surface.Teams)
            )
        )
        {
            desk.Keep = true;
            day = new Day(desk);
            await day.RunAsync();
            Assert.Equal(0, day.Refused);
        }

        await Aftermath.CheckAsync(data, day, day.Answers);
        await using var again = await Aftermath.OpenAsync(data);
        var times = again.Store.Entries(0, 10_000).Select(e => e.At).ToArray();
        Assert.True(times.Length > 20);
        Assert.Equal(times.Order(), times);
    }

    /// <summary>Each look at it may be before the last one.</summary>
    private sealed class JumpingClock(DateTimeOffset start, int seed) : TimeProvider
    {
        private readonly Random _random = new(seed);
        private readonly Lock _lock = new();
        private DateTimeOffset _now = start;

        public override DateTimeOffset GetUtcNow()
        {
            lock (_lock)
            {
                var by = _random.Next(5) == 0 ? -_random.Next(3_600_000) : _random.Next(1_000);
                return _now += TimeSpan.FromMilliseconds(by);
            }
        }
    }
}
