using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests;

/// <summary>Anybody may ask whether the bot is ready: what that costs has a limit.</summary>
public sealed class HealthTests
{
    private readonly HandClock _clock = new(Make.Noon);
    private int _calls;

    [Fact]
    public async Task Those_who_ask_at_once_share_one_call()
    {
        await using var desk = await TestDesk.OpenAsync(clock: _clock);
        var answer = new TaskCompletionSource<string?>();
        var health = Of(desk, _ => answer.Task);
        var asked = Enumerable.Range(0, 8).Select(_ => health.FaultsAsync(TestDesk.Cancel));
        var all = Task.WhenAll(asked);
        await Eventually.TrueAsync(() => Volatile.Read(ref _calls) > 0, "it is asked");
        answer.SetResult("no");
        Assert.All(await all, faults => Assert.Equal("no", faults["part"]));
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task A_fault_is_believed_for_a_few_seconds_and_no_fault_for_longer()
    {
        await using var desk = await TestDesk.OpenAsync(clock: _clock);
        var says = "no";
        var health = Of(desk, _ => Task.FromResult<string?>(says));
        Assert.Single(await health.FaultsAsync(TestDesk.Cancel));
        says = null;
        Assert.Single(await health.FaultsAsync(TestDesk.Cancel));
        Assert.Equal(1, _calls);
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(await health.FaultsAsync(TestDesk.Cancel));
        _clock.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(await health.FaultsAsync(TestDesk.Cancel));
        Assert.Equal(2, _calls);
    }

    [Fact]
    public async Task The_store_is_ready_when_a_row_was_written_which_is_tried_now_and_then()
    {
        await using var desk = await TestDesk.OpenAsync(clock: _clock);
        var health = new Health(desk.Committer, [], [], _clock);
        for (var i = 0; i < 5; i++)
        {
            Assert.Empty(await health.FaultsAsync(TestDesk.Cancel));
        }

        Assert.Equal(1, await RowsAsync(desk));
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(await health.FaultsAsync(TestDesk.Cancel));
        Assert.Equal(2, await RowsAsync(desk));
    }

    private Health Of(TestDesk desk, Func<CancellationToken, Task<string?>> check) =>
        new(
            desk.Committer,
            [],
            [
                new HealthPart(
                    "part",
                    cancel =>
                    {
                        Interlocked.Increment(ref _calls);
                        return check(cancel);
                    }
                ),
            ],
            _clock
        );

    private static async Task<long> RowsAsync(TestDesk desk)
    {
        await using var file = LedgerFile.In(desk.Path);
        await file.OpenAsync(TestDesk.Cancel);
        await using var count = file.CreateCommand();
        count.CommandText = "SELECT count(*) FROM seen";
        return (long)(await count.ExecuteScalarAsync(TestDesk.Cancel))!;
    }
}
