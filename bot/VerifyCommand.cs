using ChatApprovals.Approvals;
using ChatApprovals.Export;

namespace ChatApprovals;

/// <summary>
/// <c>verify</c>: offline; 0 when all of it is sound, 1 and the first thing that is wrong, in a sentence, otherwise. With
/// a checkpoint that was kept elsewhere (<c>--known-checkpoint</c>: a file, or a directory of them such as an anchor's, as often
/// as wanted) also that nothing was cut off or rewritten.
/// </summary>
internal static class VerifyCommand
{
    public const string Usage =
        "verify BUNDLE|DATA-DIRECTORY|BACKUP [--known-checkpoint FILE|DIRECTORY]… [--key FILE.vkey] [--witness FILE.vkey]… [--timestamp-roots FILE.pem]…";

    private const int Sound = 0;
    private const int Wrong = 1;

    /// <summary>Own limit: all of them are in the bundle.</summary>
    private const int ErasuresShown = 20;

    public static int Run(string[] args)
    {
        try
        {
            if (VerifyAsked.Read(args) is { } asked)
            {
                Say(asked);
                return Sound;
            }

            Console.Error.WriteLine($"Usage: {Usage}");
            return Wrong;
        }
        catch (Exception error)
            when (error is FormatException or IOException or UnauthorizedAccessException)
        {
            Console.WriteLine($"WRONG: {error.Message.ReplaceLineEndings(" ")}");
            return Wrong;
        }
    }

    private static void Say(VerifyAsked asked)
    {
        if (VerifyStored.FileOf(asked.Path) is { } stored)
        {
            var (said, size, anchors, epochs) = VerifyStored.Verify(stored, asked);
            Console.WriteLine(said);
            SayEpochs(epochs);
            SayAnchors(anchors, size);
            SayKnown(asked);
            return;
        }

        var found = Verify(asked);
        var tree = found.Checkpoint;
        Console.WriteLine(
            $"SOUND: {tree.Origin}, {tree.Size} entries, root {Convert.ToBase64String(tree.Root)}; "
                + $"{found.Receipts} receipts; views of entries {found.From} to before {found.To}: signed, not compared."
        );
        Console.WriteLine(Judged(found.Approvals, found.Alone));
        SayEpochs(found.Epochs);
        foreach (var erasure in found.Erasures.Take(ErasuresShown))
        {
            Console.WriteLine($"ERASED: {erasure}.");
        }

        if (found.Erasures.Count > ErasuresShown)
        {
            Console.WriteLine(
                $"ERASED: and by {found.Erasures.Count - ErasuresShown} more entries."
            );
        }

        Console.WriteLine(
            asked.Key is null
                ? $"Signed with {found.Vkey}: compare it with the key that you were given (--key)."
                : "Signed with the key that you know, or one that it signed for."
        );
        if (found.HasLineKey)
        {
            Console.WriteLine(
                found.Line is { } line
                    ? $"The Ed25519 line verifies too, with {line}."
                    : "There is no Ed25519 line on this checkpoint: it was signed where libcrypto has no Ed25519, or the line was taken off."
            );
        }

        SayAnchors(found.Anchors, tree.Size);
        SayKnown(asked);
    }

    private static void SayEpochs(IEnumerable<EpochNote> epochs)
    {
        foreach (var epoch in epochs)
        {
            Console.WriteLine($"RESTORED: {epoch}.");
        }
    }

    private static void SayAnchors(IReadOnlyList<AnchorFound> found, long size)
    {
        foreach (var anchor in found)
        {
            Console.WriteLine(Line(anchor, size));
        }
    }

    private static BundleFound Verify(VerifyAsked asked)
    {
        if (System.IO.Directory.Exists(asked.Path))
        {
            return Verifier(BundleFiles.OfDirectory(asked.Path), asked).Verify();
        }

        using var zip = File.OpenRead(asked.Path);
        return Verifier(BundleFiles.OfZip(zip), asked).Verify();
    }

    private static BundleVerifier Verifier(BundleFiles files, VerifyAsked asked) =>
        new(files, knownNote: null, asked.Key) { MoreKnown = asked.Known, Trust = asked.Trust };

    private static void SayKnown(VerifyAsked asked) =>
        Console.WriteLine(
            asked.Known.Count == 0
                ? "Not shown: that nothing was cut off at the end. Keep this checkpoint, and say it next time (--known-checkpoint)."
                : "It goes on from the checkpoint that you know."
        );

    /// <summary>Whether the right people approved and changed things, as far as anybody can tell.</summary>
    public static string Judged((int Judged, int Unjudged) approvals, int alone) =>
        $"Approvals: {approvals.Judged} held against their policy and the people of then"
        + (
            approvals.Unjudged == 0
                ? "."
                : $"; {approvals.Unjudged} not, because what was asked was erased or is not in this part."
        )
        + (
            alone == 0
                ? ""
                : $"\nUnreviewed though there were other administrators, of whom the bot says that none could confirm: {alone} changes (\"without\"). Ask them."
        );

    private static string Line(AnchorFound anchor, long size)
    {
        var at = anchor.At is { } time ? $", the newest at {Rfc3339.Write(time)}" : "";
        var trust =
            anchor.IsTrusted ? "signed by whom you know"
            : anchor.Anchor is "witness" ? "say the witness's key to check who cosigned (--witness)"
            : anchor.Anchor is "timestamp"
                ? "say the authority's root to check who stamped (--timestamp-roots)"
            : "compare with the anchor itself";
        return $"Anchor {anchor.Anchor}: {anchor.Count} checkpoints, up to {anchor.Size} entries{at}: of this ledger; {trust}. {Math.Max(0, size - anchor.Size)} entries lie after it.";
    }
}
