using ChatApprovals.Approvals;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>What a bundle of a part of the ledger has of what came before it.</summary>
public sealed class PartTests
{
    /// <summary>The bot was down when its time was over, and wrote that days later.</summary>
    [Fact]
    public async Task A_part_has_what_was_asked_however_long_ago_that_was()
    {
        var clock = new HandClock(Make.Noon);
        await using var desk = await ExportDesk.OpenAsync(clock);
        clock.Advance(TimeSpan.FromDays(4));
        var monday = clock.GetUtcNow();
        var late = Assert.Single(await desk.Desk.PendingAsync(9, TestDesk.Cancel));
        await ExportDesk.RecordAsync(
            desk,
            new Fact.RequestEnded(late.Id, RequestStatus.Expired, null, null)
        );
        var files = ExportDesk.Files(
            await ExportDesk.ZipAsync(desk, ExportDesk.Span(desk, from: monday))
        );
        Assert.Equal(1, KeyDesks.Verify(files).Receipts);
        Assert.True(files.ContainsKey($"receipts/{late.Id}.jws"));
        files.Remove(files.Keys.Single(n => n.StartsWith("content/", StringComparison.Ordinal)));
        Assert.Matches(
            "^The content of entry [0-9]+ is missing",
            Assert
                .Throws<FormatException>(() => KeyDesks.Verify(BundleVerifierTests.Sealed(files)))
                .Message
        );
    }
}
