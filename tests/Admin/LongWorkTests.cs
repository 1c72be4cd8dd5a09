using ChatApprovals.Admin;
using ChatApprovals.Export;
using ChatApprovals.Tests.Faults;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>How far an export is.</summary>
public sealed class LongWorkTests
{
    private static readonly TimeSpan s_atOnce = TimeSpan.FromMilliseconds(1);

    private readonly TaskCompletionSource<string> _work = new();
    private readonly List<string> _said = [];

    [Fact]
    public async Task Work_that_takes_long_is_told_of_until_it_has_ended()
    {
        var heard = new SemaphoreSlim(0);
        var share = 25;
        var all = TellAsync(
            () => new Reply(_work.Task.IsCompleted ? "made" : $"{share} %", []),
            s_atOnce,
            heard
        );
        Assert.True(await heard.WaitAsync(Eventually.Patience, TestDesk.Cancel));
        share = 99;
        await Eventually.TrueAsync(() => Said("99 %"), "the second time");
        _work.SetResult("file");
        Assert.Equal("file", await all);
        Assert.Contains("25 %", _said[0], StringComparison.Ordinal);
        Assert.Equal("made", _said[^1]);
    }

    [Fact]
    public async Task Of_work_that_is_soon_done_nothing_is_told()
    {
        _work.SetResult("file");
        Assert.Equal("file", await TellAsync(() => new Reply("x", []), s_atOnce, new(0)));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task Work_that_fails_is_not_told_to_be_done()
    {
        var heard = new SemaphoreSlim(0);
        var all = TellAsync(
            () => new Reply(_work.Task.IsCompleted ? "done" : "on", []),
            s_atOnce,
            heard
        );
        Assert.True(await heard.WaitAsync(Eventually.Patience, TestDesk.Cancel));
        _work.SetException(new IOException("full"));
        await Assert.ThrowsAsync<IOException>(() => all);
        Assert.DoesNotContain("done", _said, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("bundle")]
    [InlineData("csv")]
    [InlineData("html")]
    [InlineData("ocsf")]
    [InlineData("jsonl")]
    public async Task What_is_read_is_about_what_was_said_to_have_to_be_read(string form)
    {
        using var scratch = new Scratch();
        var data = scratch.Folder("data");
        await using var ledger = await LargeLedger.OpenAsync(data, TestDesk.Cancel);
        await ledger.GrowAsync(entries: 600, TestDesk.Cancel);
        var progress = new ExportProgress();
        Assert.Equal(0, progress.Share);
        var file = await new ExportFiles(ledger.Exports, data).WriteAsync(
            Path.Combine(data, "out"),
            new ExportAsked(form, From: null, To: null),
            progress,
            TestDesk.Cancel
        );
        Assert.True(file.Bytes > 0);
        Assert.InRange(progress.Share, 0.85, 0.99);
    }

    private bool Said(string words)
    {
        lock (_said)
        {
            return _said.Any(s => s.Contains(words, StringComparison.Ordinal));
        }
    }

    private Task<string> TellAsync(Func<Reply> said, TimeSpan every, SemaphoreSlim heard) =>
        LongWork.TellAsync(
            _work.Task,
            said,
            (reply, _) =>
            {
                lock (_said)
                {
                    _said.Add(reply.Title);
                }

                heard.Release();
                return Task.CompletedTask;
            },
            every,
            PatientClock.Shared,
            TestDesk.Cancel
        );
}
