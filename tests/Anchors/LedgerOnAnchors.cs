using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Export;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Anchors;

/// <summary>Ledgers of the test's own making to give to anchors: one that grows, and others of the same name and key.</summary>
internal static class LedgerOnAnchors
{
    public static Task GrowAsync(TestDesk desk, int entries = 1) =>
        ExportDesk.RecordAsync(
            desk,
            [.. Enumerable.Range(0, entries).Select(_ => (Fact)new Fact.Heartbeat())]
        );

    public static SignedCheckpoint Newest(TestDesk desk) => desk.Anchors.Newest()!;

    /// <summary>The same name and key, other entries: a ledger that was rewritten.</summary>
    public static (SignedCheckpoint Head, RebuiltTree Tree) Rewritten(long size)
    {
        var tree = new RebuiltTree();
        for (var i = 0L; i < size; i++)
        {
            tree.Append([(byte)i, 1, 2]);
        }

        return (Signed(size, tree.Root()), tree);
    }

    public static SignedCheckpoint Signed(long size, byte[] root)
    {
        var checkpoint = new Checkpoint(TestDesk.Vkey.Name, size, root);
        return new SignedCheckpoint(checkpoint, TestDesk.Sign(checkpoint));
    }
}
