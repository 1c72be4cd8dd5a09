using ChatApprovals.Approvals;
using ChatApprovals.Inbox;

namespace ChatApprovals.Tests.Inbox;

public sealed class AgentLimitsTests
{
    private static readonly AgentName One = AgentName.Parse("one", provider: null);
    private static readonly AgentName Two = AgentName.Parse("two", provider: null);

    private readonly HandClock _clock = new();

    [Fact]
    public void A_burst_is_allowed_then_one_for_each_share_of_a_minute()
    {
        var limits = new AgentLimits(
            new InboxOptions { Burst = 3, SubmissionsPerMinute = 10 },
            _clock
        );
        Assert.All(Enumerable.Range(0, 3), _ => Assert.Null(limits.Charge(One)));
        Assert.Equal(6, limits.Charge(One)!.Value.TotalSeconds, 3);
        _clock.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(1, limits.Charge(One)!.Value.TotalSeconds, 3);
        _clock.Pass(TimeSpan.FromSeconds(1.001));
        Assert.Null(limits.Charge(One));
        Assert.NotNull(limits.Charge(One));
    }

    [Fact]
    public void One_agent_does_not_use_up_anothers()
    {
        var limits = new AgentLimits(new InboxOptions { Burst = 1 }, _clock);
        Assert.Null(limits.Charge(One));
        Assert.NotNull(limits.Charge(One));
        Assert.Null(limits.Charge(Two));
    }

    [Fact]
    public void What_nobody_is_asked_for_costs_a_tenth_and_never_fills_over_the_burst()
    {
        var limits = new AgentLimits(
            new InboxOptions { Burst = 1, SubmissionsPerMinute = 1 },
            _clock
        );
        limits.Refund(One);
        Assert.Null(limits.Charge(One));
        limits.Refund(One);
        Assert.Equal(6, limits.Charge(One)!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void A_long_rest_gives_a_burst_and_no_more()
    {
        var limits = new AgentLimits(new InboxOptions { Burst = 2 }, _clock);
        Assert.Null(limits.Charge(One));
        _clock.Pass(TimeSpan.FromDays(30));
        Assert.Null(limits.Charge(One));
        Assert.Null(limits.Charge(One));
        Assert.NotNull(limits.Charge(One));
    }

    [Fact]
    public void Waits_are_counted_for_each_agent_and_given_back_once()
    {
        var waits = new AgentWaits();
        var open = Enumerable
            .Range(0, AgentWaits.PerAgentMax)
            .Select(_ => waits.Begin(One))
            .ToList();
        Assert.DoesNotContain(null, open);
        Assert.Null(waits.Begin(One));
        Assert.NotNull(waits.Begin(Two));
        open[0]!.Dispose();
        open[0]!.Dispose();
        Assert.NotNull(waits.Begin(One));
        Assert.Null(waits.Begin(One));
    }

    [Fact]
    public void Settings_out_of_range_are_named_and_the_defaults_are_the_contracts()
    {
        Assert.Empty(new InboxOptions().Faults());
        var options = new InboxOptions();
        Assert.Equal(
            (10, 20, 20, 262_144),
            (
                options.SubmissionsPerMinute,
                options.Burst,
                options.PendingPerAgent,
                options.BodyBytes
            )
        );
        var faults = new InboxOptions { Burst = 0, BodyBytes = 1 << 30 }
            .Faults()
            .ToList();
        Assert.Equal(
            "Limits:Burst is 0; set it to 1 to 1000000.",
            faults[0],
            StringComparer.Ordinal
        );
        Assert.Equal(2, faults.Count);
    }

    private sealed class HandClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Pass(TimeSpan time) => _ticks += time.Ticks;
    }
}
