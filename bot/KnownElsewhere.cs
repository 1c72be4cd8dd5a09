using ChatApprovals.Anchors;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Http;
using ChatApprovals.Ledger;

namespace ChatApprovals;

/// <summary>What others than a backup know of its ledger.</summary>
/// <param name="Checkpoints">Rightly signed ones.</param>
/// <param name="Size">Entries of the newest; null: nobody knows any.</param>
/// <param name="Source">Who knows that.</param>
internal sealed record KnownElsewhere(
    IReadOnlyList<Checkpoint> Checkpoints,
    long? Size,
    string Source
)
{
    /// <summary>False: the operator named no checkpoint, and the settings no anchor that remembers any.</summary>
    public bool IsAsked { get; init; }

    /// <summary>A line that says so; nothing, where somebody was asked.</summary>
    public string Unasked =>
        IsAsked
            ? ""
            : "\nNobody was asked whether there is a newer ledger: no checkpoint was named (--known-checkpoint), and these settings have no Anchors:Directory and no Anchors:Witness.";

    /// <summary>
    /// Looks at the file that the operator named, in <c>Anchors:Directory</c>, and asks <c>Anchors:Witness</c>. A witness that
    /// gives no answer that counts is a refusal: the backup may be an old one. Whoever forces it is told on the error output.
    /// </summary>
    /// <exception cref="LedgerMismatchException">What the operator named is not of this ledger; nobody can tell whether it is the newest.</exception>
    public static async Task<KnownElsewhere> FindAsync(
        SignedCheckpoint backup,
        IReadOnlyList<NoteKey> keys,
        string? path,
        AnchorOptions anchors,
        bool force,
        CancellationToken cancel
    )
    {
        var known = new KnownElsewhere([], Size: null, "")
        {
            IsAsked =
                path is not null || anchors.Directory is not null || anchors.Witness is not null,
        };
        if (path is not null)
        {
            known = known.With(Named(path, keys), "the checkpoint that you know");
        }

        if (anchors.Directory is { } directory)
        {
            var origin = keys[0].Name;
            var there = DirectoryAnchor.Known(directory, origin, keys);
            var unknown = DirectoryAnchor.LargestUnknown(directory, origin, keys);
            if (unknown > backup.Checkpoint.Size)
            {
                throw new LedgerMismatchException(
                    $"{directory} has a checkpoint of {unknown} entries of this ledger, signed by a key that is not here: if the ledger's key was replaced after this backup, put all of the directory keys back first; if somebody forged it, take it away"
                );
            }

            known = known.With(
                [.. there.Take(1).Select(c => c.Checkpoint)],
                $"a checkpoint in {directory}"
            );
        }

        return anchors is { Witness: { } url, WitnessKey: { } witness }
            ? await known.AskAsync(backup, url, witness, force, cancel)
            : known;
    }

    private static IReadOnlyList<Checkpoint> Named(string path, IReadOnlyList<NoteKey> keys)
    {
        try
        {
            return KnownCheckpoints.Open(KnownCheckpoints.Read(path), keys, "this backup");
        }
        catch (FormatException wrong)
        {
            throw new LedgerMismatchException(wrong.Message);
        }
    }

    private KnownElsewhere With(IReadOnlyList<Checkpoint> more, string source)
    {
        var size = more.Select(c => (long?)c.Size).Max();
        return this with
        {
            Checkpoints = [.. Checkpoints, .. more],
            Size = size > (Size ?? -1) ? size : Size,
            Source = size > (Size ?? -1) ? source : Source,
        };
    }

    private async Task<KnownElsewhere> AskAsync(
        SignedCheckpoint backup,
        Uri url,
        WitnessKey key,
        bool force,
        CancellationToken cancel
    )
    {
        var outbound = new Outbound();
        var witness = new WitnessAnchor(url, key, (_, _, _) => [], () => 0, outbound);
        switch (await witness.KnownAsync(backup, cancel))
        {
            case WitnessKnows.Entries(var size) when size > (Size ?? -1):
                return this with { Size = size, Source = "what the witness cosigned" };
            case WitnessKnows.Nothing(var why) when !force:
                throw new LedgerMismatchException(
                    $"the witness {url} does not say what it has of this ledger: {why}. Without it nobody can tell whether the backup is the newest (--force-older goes on all the same)"
                );
            case WitnessKnows.Nothing(var why):
                Console.Error.WriteLine(
                    $"The witness {url} does not say what it has of this ledger: {why}. Where that is more than the backup has, it will refuse what the bot signs."
                );
                return this;
            default:
                return this;
        }
    }
}
