using ChatApprovals.Slack;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Slack;

public sealed class ReplayCacheTests
{
    private readonly SetClock _clock = new();
    private readonly ReplayCache _cache;
    private int _acted;

    public ReplayCacheTests() => _cache = new ReplayCache(_clock);

    [Fact]
    public async Task The_same_bytes_again_get_the_same_answer_and_act_once()
    {
        var first = await _cache.OnceAsync("s", () => Act(200));
        _clock.Now += TimeSpan.FromMinutes(9);
        var again = await _cache.OnceAsync("s", () => Act(200));

        Assert.Same(first, again);
        Assert.Equal(1, _acted);
    }

    [Fact]
    public async Task A_repeat_that_arrives_meanwhile_waits_for_the_first_ones_answer()
    {
        var slow = new TaskCompletionSource<SlackAnswer>();
        var first = _cache.OnceAsync("s", () => slow.Task);
        var again = _cache.OnceAsync("s", () => Act(200));
        Assert.False(again.IsCompleted);

        slow.SetResult(SlackAnswer.Forbidden);

        Assert.Same(SlackAnswer.Forbidden, await again);
        Assert.Same(SlackAnswer.Forbidden, await first);
        Assert.Equal(0, _acted);
    }

    [Fact]
    public async Task What_failed_may_be_tried_again()
    {
        await _cache.OnceAsync("s", () => Act(503));
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            _cache.OnceAsync("s", () => throw new InvalidOperationException())
        );

        Assert.Equal(200, (await _cache.OnceAsync("s", () => Act(200))).Status);
        Assert.Equal(2, _acted);
    }

    [Fact]
    public async Task A_key_is_told_once_and_not_to_whoever_repeats_the_bytes()
    {
        var key = new SlackAnswer(200, "cak_1"u8.ToArray(), "text/plain") { IsSecret = true };

        Assert.Same(key, await _cache.OnceAsync("s", () => Task.FromResult(key)));
        Assert.Empty((await _cache.OnceAsync("s", () => Act(200))).Body);
        Assert.Equal(0, _acted);
    }

    [Fact]
    public async Task What_can_no_longer_be_valid_is_forgotten()
    {
        await _cache.OnceAsync("s", () => Act(200));
        _clock.Now += TimeSpan.FromMinutes(11);
        await _cache.OnceAsync("s", () => Act(200));

        Assert.Equal(2, _acted);
    }

    private Task<SlackAnswer> Act(int status)
    {
        _acted++;
        return Task.FromResult(new SlackAnswer(status, [], null));
    }
}

/// <summary>A clock that stands still until it is set; timers go by themselves.</summary>
internal sealed class SetClock : PatientClock
{
    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => Now;
}
