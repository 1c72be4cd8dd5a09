using System.Text.Json;
using ChatApprovals.Export;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;

namespace ChatApprovals;

/// <summary>
/// <c>verify</c> of a ledger where it is stored: the data directory, also of a bot that runs, or a backup. All entries, what is
/// kept beside them, and what anchors answered, against the checkpoints that the auditor kept.
/// </summary>
internal static class VerifyStored
{
    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    /// <summary>The ledger's file, if a path names one or has one in it.</summary>
    public static string? FileOf(string path)
    {
        if (System.IO.Directory.Exists(path))
        {
            var file = Path.Combine(path, "ledger.db");
            return File.Exists(file) ? file : null;
        }

        using var stream = File.OpenRead(path);
        var begin = new byte[Magic.Length];
        return
            stream.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length
            && Magic.SequenceEqual(begin)
            ? path
            : null;
    }

    /// <summary>Answers what was found sound, in a line; how many entries, and what anchors said of them.</summary>
    /// <exception cref="FormatException">The first thing that is wrong, in a sentence.</exception>
    public static (
        string Said,
        long Size,
        IReadOnlyList<AnchorFound> Anchors,
        IReadOnlyList<EpochNote> Epochs
    ) Verify(string path, VerifyAsked asked)
    {
        using var file = LedgerFile.Open(path, library: null);
        // Before the head: what a bot that runs is answered meanwhile may be of more than that.
        var anchored = file.Anchors();
        var head = file.Head() ?? throw new FormatException($"{path} has no checkpoint.");
        var keys = StoredKeys.Read(file, path, asked.Key, head);
        var claimed = keys.Open(head);
        if (claimed.Size != head.Size)
        {
            throw new FormatException("The checkpoint is not of the size that is stored.");
        }

        var known = keys.Known(asked.Known);
        // Whoever signed them, of these entries they must be.
        var recorded = anchored.Select(a => Checkpoint.Parse(SignedNote.Parse(a.Checkpoint).Text));
        var verifier = new LedgerVerifier(claimed, [.. known, .. recorded]);
        var rules = new LedgerRules(size => MerkleTree.Restore(size, verifier.Tree.Read).Root());
        try
        {
            var progress = new CommandProgress(head.Size);
            var copy = new LedgerCopy(progress.Verified)
            {
                Also = entry => rules.Add(entry, JsonElement.Parse(entry.Bytes)),
            };
            if (file.IsBackup)
            {
                copy.Verify(file, verifier, CancellationToken.None);
            }
            else
            {
                copy.VerifyUpTo(file, verifier, head.Size, CancellationToken.None);
            }
        }
        catch (Desk.LedgerMismatchException wrong)
        {
            var why = known.Count == 0 ? "" : EpochNote.Explained(Epochs(file, head.Size), known);
            throw new FormatException(wrong.Message + why, wrong);
        }

        var anchors = AnchorAnswers.OfStored(anchored, asked.Trust);
        var said =
            $"SOUND: {claimed.Origin}, {claimed.Size} entries, root {Convert.ToBase64String(claimed.Root)}; "
            + $"as stored in {path}, with {anchored.Count} checkpoints that anchors were given.\n"
            + VerifyCommand.Judged((rules.Judged, rules.Unjudged), rules.Alone)
            + keys.Unproven;
        return (said, claimed.Size, anchors, rules.Epochs);
    }

    private static EpochNote[] Epochs(LedgerFile file, long size) =>
        [.. file.Restores().Where(e => e.Seq < size).Select(EpochNote.Of)];
}
