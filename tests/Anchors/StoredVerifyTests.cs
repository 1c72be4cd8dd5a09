using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;
using ChatApprovals.Tests.Export;
using ChatApprovals.Tests.Support;
using StoredFile = ChatApprovals.Stores.LedgerFile;

namespace ChatApprovals.Tests.Anchors;

/// <summary>The ledger where it is stored, against checkpoints that were kept.</summary>
public sealed class StoredVerifyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bot_that_writes_on_does_not_disturb_but_a_backup_may_have_nothing_more()
    {
        await using var desk = await ExportDesk.OpenAsync();
        using var file = StoredFile.Open(Path.Combine(desk.Path, "ledger.db"), library: null);
        var head = LedgerOnAnchors.Newest(desk).Checkpoint;
        await LedgerOnAnchors.GrowAsync(desk, 3);
        Verify(file, new LedgerVerifier(head), head.Size);
        var more = Assert.Throws<LedgerMismatchException>(() =>
            new LedgerCopy(_ => { }).Verify(file, new LedgerVerifier(head), Cancel)
        );
        Assert.Contains("more entries", more.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_checkpoint_names_a_cut_and_a_rewritten_ledger()
    {
        await using var desk = await ExportDesk.OpenAsync();
        using var file = StoredFile.Open(Path.Combine(desk.Path, "ledger.db"), library: null);
        var head = LedgerOnAnchors.Newest(desk).Checkpoint;
        foreach (var (size, why) in new[] { (head.Size + 1, "it was cut"), (3, "rewritten") })
        {
            var known = LedgerOnAnchors.Signed(size, new byte[32]).Checkpoint;
            var wrong = Assert.Throws<LedgerMismatchException>(() =>
                Verify(file, new LedgerVerifier(head, known), head.Size)
            );
            Assert.Contains(why, wrong.Message, StringComparison.Ordinal);
        }
    }

    private static void Verify(StoredFile file, LedgerVerifier verifier, long size) =>
        new LedgerCopy(_ => { }).VerifyUpTo(file, verifier, size, Cancel);
}
