using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Export;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Anchors;

/// <summary>When checkpoints go out, and what becomes of it.</summary>
public sealed class AnchorLoopTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_anchor_that_is_new_gets_the_newest_checkpoint_at_once_and_then_once_a_day()
    {
        var anchor = new ToldAnchor("witness");
        await using var bench = await AnchorBench.StartAsync(anchor);
        await bench.HasNewestAsync("witness");
        await LedgerOnAnchors.GrowAsync(bench.Desk, 3);
        bench.Clock.Advance(TimeSpan.FromHours(23));
        await bench.RestartAsync();
        bench.Clock.Advance(TimeSpan.FromHours(1));
        await bench.HasNewestAsync("witness");
        Assert.Equal([5, 8], anchor.Given);
    }

    [Fact]
    public async Task Who_remembers_is_asked_at_each_start_who_only_shows_is_not()
    {
        var witness = new ToldAnchor("witness") { Remembers = true };
        var channel = new ToldAnchor("slack:C7");
        await using var bench = await AnchorBench.StartAsync(witness, channel);
        await bench.HasNewestAsync("witness");
        await bench.HasNewestAsync("slack:C7");
        witness.Says(new Anchored.Contradicted("it has more"));
        await bench.RestartAsync();
        await bench.UntilAsync("witness", s => s.IsContradicted);
        Assert.Equal(2, witness.Given.Count);
        Assert.Single(channel.Given);
    }

    [Fact]
    public async Task After_an_export_every_anchor_gets_the_checkpoint_that_covers_it()
    {
        var one = new ToldAnchor("directory") { Remembers = true };
        var two = new ToldAnchor("slack:C7");
        await using var bench = await AnchorBench.StartAsync(one, two);
        await bench.HasNewestAsync("directory");
        await bench.HasNewestAsync("slack:C7");
        using var exports = ExportDesk.Exports(bench.Desk, bench.Anchors);
        var bob = bench.Desk.Register.Current.People.Keys.First();
        await exports.RecordAsync(new Fact.ExportCreated(bob, "csv", null, null), Cancel);
        await bench.HasNewestAsync("directory");
        Assert.Equal([5, 6], one.Given);
        // Channels rest a little, so that many exports do not flood them.
        await exports.RecordAsync(new Fact.ExportCreated(bob, "csv", null, null), Cancel);
        await bench.HasNewestAsync("directory");
        Assert.Equal([5], two.Given);
        bench.Clock.Advance(TimeSpan.FromSeconds(15));
        await bench.HasNewestAsync("slack:C7");
        Assert.Equal([5, 7], two.Given);
    }

    [Fact]
    public async Task An_export_that_nobody_lived_to_anchor_is_anchored_by_the_next_process()
    {
        var anchor = new ToldAnchor("directory") { Remembers = true };
        await using var bench = await AnchorBench.StartAsync(anchor);
        await bench.HasNewestAsync("directory");
        await bench.StopAsync();
        using var exports = ExportDesk.Exports(bench.Desk, bench.Anchors);
        var bob = bench.Desk.Register.Current.People.Keys.First();
        await exports.RecordAsync(new Fact.ExportCreated(bob, "csv", null, null), Cancel);
        await bench.RestartAsync();
        await bench.HasNewestAsync("directory");
        Assert.Equal([5, 6], anchor.Given);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_export_while_the_anchor_is_busy_is_not_lost(bool isFirstUse)
    {
        var anchor = new ToldAnchor("directory") { Remembers = true };
        await using var bench = await AnchorBench.StartAsync(isFirstUse ? [] : [anchor]);
        if (!isFirstUse)
        {
            await bench.HasNewestAsync("directory");
        }

        var (busy, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        anchor.Answer = async cancel =>
        {
            busy.TrySetResult();
            await go.Task.WaitAsync(cancel);
            return new Anchored.Done([]);
        };
        await bench.StopAsync();
        await using var next = await AnchorBench.StartOnAsync(bench.Desk, anchor);
        bench.Clock.Advance(TimeSpan.FromDays(1));
        next.Anchors.Wake();
        await busy.Task.WaitAsync(Cancel);
        using var exports = ExportDesk.Exports(bench.Desk, next.Anchors);
        var bob = bench.Desk.Register.Current.People.Keys.First();
        await exports.RecordAsync(new Fact.ExportCreated(bob, "csv", null, null), Cancel);
        go.SetResult();
        await next.HasNewestAsync("directory");
        Assert.Equal(6, anchor.Given[^1]);
    }

    [Fact]
    public async Task What_fails_is_late_is_tried_again_ever_later_and_is_well_when_it_works()
    {
        var anchor = new ToldAnchor("timestamp");
        anchor.Says(new Anchored.Failed("it answered 500", After: null));
        await using var bench = await AnchorBench.StartAsync(anchor);
        foreach (var wait in new[] { 30, 60, 120, 240, 480, 960, 1920, 3600, 3600 })
        {
            await Eventually.TrueAsync(() => bench.State("timestamp").IsLate, "late");
            var tried = anchor.Given.Count;
            bench.Clock.Advance(TimeSpan.FromSeconds(wait));
            await bench.UntilAsync("timestamp", _ => anchor.Given.Count > tried);
            await Eventually.TrueAsync(() => Turn(bench).Attempts > tried, "written down");
            Assert.Equal(tried + 1, anchor.Given.Count);
        }

        Assert.Equal("it answered 500", bench.State("timestamp").Why);
        anchor.Says(new Anchored.Done([]));
        bench.Clock.Advance(TimeSpan.FromHours(1));
        await bench.HasNewestAsync("timestamp");
        Assert.Null(bench.State("timestamp").Why);
    }

    [Fact]
    public async Task An_anchor_that_asks_to_wait_is_left_alone_so_long()
    {
        var anchor = new ToldAnchor("slack:C7");
        anchor.Says(new Anchored.Failed("Slack asks to wait", TimeSpan.FromHours(2)));
        await using var bench = await AnchorBench.StartAsync(anchor);
        await bench.UntilAsync("slack:C7", s => s.IsLate);
        Assert.Equal(bench.Clock.GetUtcNow() + TimeSpan.FromHours(2), Turn(bench).DueAt);
    }

    [Fact]
    public async Task One_that_hangs_delays_no_other_and_nobody_who_decides()
    {
        var (stuck, well) = (new ToldAnchor("witness"), new ToldAnchor("directory"));
        stuck.Answer = async cancel =>
        {
            await Task.Delay(Timeout.Infinite, cancel);
            return new Anchored.Done([]);
        };
        await using var bench = await AnchorBench.StartAsync(stuck, well);
        await bench.HasNewestAsync("directory");
        var approval = await bench.Desk.OpenOneAsync();
        Assert.IsType<ClickAnswer.Counted>(await bench.Desk.ClickAsync(approval, "BOB"));
        Assert.Null(bench.State("witness").Size);
    }

    [Fact]
    public async Task One_that_throws_is_tried_again()
    {
        var anchor = new ToldAnchor("directory")
        {
            Answer = _ => throw new InvalidOperationException("a bug"),
        };
        await using var bench = await AnchorBench.StartAsync(anchor);
        await Eventually.TrueAsync(() => anchor.Given.Count > 0, "asked");
        anchor.Says(new Anchored.Done([]));
        await bench.HasNewestAsync("directory");
    }

    [Fact]
    public async Task Status_says_what_each_has_which_is_late_and_which_contradicts_the_ledger()
    {
        var (late, against) = (new ToldAnchor("slack:C7"), new ToldAnchor("witness"));
        var well = new ToldAnchor("directory");
        late.Says(new Anchored.Failed("Slack cannot be reached", After: null));
        against.Says(new Anchored.Contradicted("it has cosigned 900 entries"));
        var desk = await AnnsDesk.OpenAsync(new HandClock(Make.Noon));
        await using var bench = await AnchorBench.StartOnAsync(desk, late, against, well);
        await bench.UntilAsync("slack:C7", s => s.IsLate);
        await bench.UntilAsync("witness", s => s.IsContradicted);
        await bench.HasNewestAsync("directory");
        var commands = AnnsDesk.Commands(desk, anchors: bench.Anchors);
        var lines = (await commands.AsAsync(Make.Slack("ANN"), "status")).Lines;
        Assert.Contains(lines, l => l is "Anchor slack:C7: has no checkpoint yet");
        Assert.Contains(
            lines,
            l => l.StartsWith("Anchor directory: has a checkpoint of", StringComparison.Ordinal)
        );
        Assert.Contains(
            lines,
            l => l is "Needs attention: the anchor slack:C7 is late: Slack cannot be reached"
        );
        Assert.Contains(
            lines,
            l =>
                l.StartsWith(
                    "Needs attention: THE ANCHOR witness CONTRADICTS THIS LEDGER: it has cosigned 900",
                    StringComparison.Ordinal
                )
        );
    }

    [Fact]
    public async Task A_day_without_a_checkpoint_is_late_even_if_nothing_failed()
    {
        var anchor = new ToldAnchor("directory");
        await using var bench = await AnchorBench.StartAsync(anchor);
        await bench.HasNewestAsync("directory");
        await bench.StopAsync();
        bench.Clock.Advance(TimeSpan.FromHours(26));
        Assert.True(bench.State("directory").IsLate);
        await bench.RestartAsync();
        await bench.UntilAsync("directory", s => !s.IsLate);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(99)]
    public async Task A_ledger_that_does_not_go_on_from_what_an_anchor_was_given_does_not_start(
        int size
    )
    {
        var anchor = new ToldAnchor("directory");
        await using var bench = await AnchorBench.StartAsync(anchor);
        await bench.HasNewestAsync("directory");
        bench.Anchors.RequireRecorded();
        await RecordAsync(bench, LedgerOnAnchors.Signed(size, new byte[32]));
        Assert.Contains(
            $"slack:C7 was given a checkpoint of {size} entries",
            Assert.Throws<LedgerMismatchException>(bench.Anchors.RequireRecorded).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_chats_verify_says_which_anchor_was_given_another_ledger()
    {
        var desk = await LedgerCommandsJourney.OpenAsync();
        var anchor = new ToldAnchor("directory");
        await using var bench = await AnchorBench.StartOnAsync(desk, anchor);
        await bench.HasNewestAsync("directory");
        var commands = AnnsDesk.Commands(desk);
        var sound = await commands.AsAsync(Make.Slack("ANN"), "verify");
        Assert.Contains(
            sound.Lines,
            l => l.EndsWith("all of this ledger: 1.", StringComparison.Ordinal)
        );
        await RecordAsync(bench, LedgerOnAnchors.Signed(7, new byte[32]));
        var wrong = await commands.AsAsync(Make.Slack("ANN"), "verify");
        Assert.Equal("The ledger is NOT sound", wrong.Title);
        Assert.Contains("anchor slack:C7 was given", wrong.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_each_anchor_the_newest_up_to_a_size_are_read_in_order()
    {
        await using var bench = await AnchorBench.StartAsync();
        foreach (
            var (name, size) in new[] { ("b", 9), ("a", 3), ("b", 4), ("a", 5), ("a", 8), ("c", 6) }
        )
        {
            var turn = new AnchorTurn(name, Make.Noon, 0, 0, null, IsContradicted: false);
            var given = LedgerOnAnchors.Signed(size, new byte[32]);
            await bench.Anchors.RecordAsync(turn, given, new Anchored.Done([1]), Cancel);
        }

        Assert.Equal("a3 b4 a5 c6 a8 b9", Read(99, 99));
        Assert.Equal("b4 a5 c6 a8 b9", Read(99, 2));
        Assert.Equal("c6 a8 b9", Read(99, 1));
        Assert.Equal("b4 a5 c6", Read(7, 1));
        Assert.Equal("", Read(2, 5));

        string Read(long size, int ofEach) =>
            string.Join(
                ' ',
                bench.Desk.Store.Anchors(size, ofEach).Select(a => $"{a.Anchor}{a.Size}")
            );
    }

    private static Task RecordAsync(AnchorBench bench, SignedCheckpoint known)
    {
        var turn = new AnchorTurn("slack:C7", Make.Noon, 0, 0, null, IsContradicted: false);
        return bench.Anchors.RecordAsync(turn, known, new Anchored.Done([]), Cancel);
    }

    private static AnchorTurn Turn(AnchorBench bench) => bench.Anchors.Turns().Single();
}
