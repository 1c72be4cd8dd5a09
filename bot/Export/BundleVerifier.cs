using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>What was found sound, for a line that says so.</summary>
public sealed record BundleFound(
    Checkpoint Checkpoint,
    string Vkey,
    long From,
    long To,
    int Receipts,
    IReadOnlyList<ErasureNote> Erasures
)
{
    /// <summary>The Ed25519 key that signed the checkpoint's second line; null: there is none.</summary>
    public string? Line { get; init; }

    /// <summary>Whether the entries name a key for a second line.</summary>
    public bool HasLineKey { get; init; }

    /// <summary>
    /// How many approvals were held against their policy and the people of then, and how many could not be: what was asked
    /// was erased, or is not in the part.
    /// </summary>
    public (int Judged, int Unjudged) Approvals { get; init; }

    /// <summary>How many changes one administrator made alone, though there were others.</summary>
    public int Alone { get; init; }

    /// <summary>Where it goes on from a backup.</summary>
    public IReadOnlyList<EpochNote> Epochs { get; init; } = [];

    /// <summary>What is in it of anchors.</summary>
    public IReadOnlyList<AnchorFound> Anchors { get; init; } = [];
}

/// <summary>
/// Verifies a bundle offline: rebuilds the whole tree from the entries (tiles prove nothing), then holds every key,
/// tile, receipt, proof, content and file against it. Stops at the first thing that is wrong.
/// </summary>
/// <param name="files">The bundle.</param>
/// <param name="knownNote">A signed checkpoint of the ledger that the auditor kept, or null.</param>
/// <param name="knownVkey">The verifier key that the auditor kept, or null: then the bundle's own is taken.</param>
public sealed class BundleVerifier(BundleFiles files, string? knownNote, string? knownVkey)
{
    private static readonly string[] s_always =
    [
        "VERIFY.md",
        "checkpoint",
        "keys/jwks.json",
        "events.jsonl",
        "events.csv",
        "events.ocsf.jsonl",
        "transcript.html",
        "report.html",
        BundleWriter.Manifest,
        BundleWriter.Seal,
    ];

    private readonly FileMarks _expected = new(files);

    /// <summary>More checkpoints that the auditor kept, of this ledger and others.</summary>
    public IReadOnlyList<string> MoreKnown { get; init; } = [];

    /// <summary>What the auditor knows of the anchors.</summary>
    public AnchorTrust Trust { get; init; } = AnchorTrust.None;

    /// <exception cref="FormatException">The first thing that is wrong, in one sentence.</exception>
    public BundleFound Verify()
    {
        // A third of the work, and nothing waits for it; but what it finds is told first.
        var manifest = Task.Run(() => BundleManifest.Check(files));
        try
        {
            return VerifyLedger();
        }
        finally
        {
            manifest.GetAwaiter().GetResult();
        }
    }

    private BundleFound VerifyLedger()
    {
        var keys = BundleKeys.Read(files, knownVkey, _expected);
        var note = Encoding.UTF8.GetString(files.Read("checkpoint"));
        var checkpoint = BundleKeys.Open("checkpoint", note, keys.Notes);
        string[] notes = [.. MoreKnown.Append(knownNote).OfType<string>()];
        var known = KnownCheckpoints.Open(notes, keys.Notes, "this bundle");
        var (from, to, by) = ReadSeal(keys.Tokens, checkpoint);
        var ledger = new LedgerVerifier(checkpoint, known);
        using var story = new BundleStory(files, ledger.Tree, keys, note, _expected);
        foreach (var entry in Unbundled(checkpoint.Size).SelectMany(t => t))
        {
            if (!ledger.Add(entry))
            {
                break;
            }

            story.Learn(ledger.Last!, entry);
        }

        if (ledger.Finish() is LedgerVerdict.Wrong wrong)
        {
            throw new FormatException(wrong.Sentence + Explained(known, checkpoint.Size));
        }

        var chain = story.Chain;
        var (vkey, line) = CheckSigners(keys, chain, note, notes, by);
        CheckTiles(checkpoint.Size, ledger.Tree);
        using var entries = new BundleEntries(files, ledger.Tree, from, to, _expected);
        foreach (var entry in entries.Read(Unbundled(checkpoint.Size)))
        {
            story.Add(entry);
        }

        story.Finish();
        var anchors = new BundleAnchors(files, ledger.Tree, keys.Notes, Trust, _expected).Check();
        CheckNames();
        return new BundleFound(checkpoint, vkey, from, to, story.Receipts, story.Erasures)
        {
            Line = line?.ToString(),
            HasLineKey = chain.LineKeyOf(checkpoint.Size) is not null,
            Alone = story.Alone,
            Epochs = story.Epochs,
            Anchors = anchors,
            Approvals = story.Approvals,
        };
    }

    /// <summary>The checkpoint, those that were kept, and the seal are each of the keys in use at their size.</summary>
    private (string Vkey, NoteKey? Line) CheckSigners(
        BundleKeys keys,
        KeyChain chain,
        string note,
        string[] kept,
        string sealedBy
    )
    {
        var (vkey, line) = keys.Signers(chain, "checkpoint", note);
        RequireKnown(line);
        var checkpoint = BundleKeys.Open("checkpoint", note, keys.Notes);
        if (!sealedBy.Equals(chain.ReceiptKeyOf(checkpoint.Size), StringComparison.Ordinal))
        {
            throw new FormatException(
                $"{BundleWriter.Seal} is signed by {sealedBy}, which was not the receipt key in use at this checkpoint."
            );
        }

        var own = checkpoint.Origin + "\n";
        foreach (var known in kept.Where(n => n.StartsWith(own, StringComparison.Ordinal)))
        {
            keys.Signers(chain, "The known checkpoint", known);
        }

        return (vkey, line);
    }

    /// <summary>Looks through the entries for what the known checkpoints may be of, once they contradict.</summary>
    private string Explained(IReadOnlyCollection<Checkpoint> known, long size) =>
        known.Count == 0
            ? ""
            : EpochNote.Explained(
                Unbundled(size)
                    .SelectMany(t => t)
                    .Select(e => EpochNote.Of(Entry.Read(e), e))
                    .OfType<EpochNote>(),
                known
            );

    /// <summary>
    /// Who knows an Ed25519 key knows nothing of the P-256 keys: then its line, or its successor's, must be there.
    /// Anybody can make a ledger that only names it.
    /// </summary>
    private void RequireKnown(NoteKey? line)
    {
        if (line is null && knownVkey is not null && VkeyText.IsLine(knownVkey.Trim()))
        {
            throw new FormatException(
                "checkpoint: it has no Ed25519 line, and the key that you know is of Ed25519: it is another ledger, or was signed where there is no Ed25519; then compare it with the P-256 key."
            );
        }
    }

    /// <summary>The manifest is signed, with the part of the ledger that it is of.</summary>
    private (long From, long To, string By) ReadSeal(JwkSet keys, Checkpoint checkpoint)
    {
        var token = Tokens.Verified(files, keys, BundleWriter.Seal, Bundle.SealTyp);
        var seal = token.Payload;
        using var manifest = files.Open(BundleWriter.Manifest);
        var hash = Base64UrlText.Encode(SHA256.HashData(manifest));
        if (
            !hash.Equals(EventLines.Text(seal, "manifest_sha256"), StringComparison.Ordinal)
            || !checkpoint.Origin.Equals(EventLines.Text(seal, "log"), StringComparison.Ordinal)
            || Number(seal, "size") != checkpoint.Size
            || Number(seal, "from") is not { } from
            || Number(seal, "to") is not { } to
            || from < 0
            || from > to
            || to > checkpoint.Size
        )
        {
            throw new FormatException($"{BundleWriter.Seal} is the signature of another manifest.");
        }

        return (from, to, token.Kid!);
    }

    private static long? Number(JsonElement seal, string name) =>
        seal.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;

    /// <summary>The entries, tile by tile.</summary>
    private IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> Unbundled(long size) =>
        Tiles.Bundles(size).Select(Unbundled);

    private IReadOnlyList<ReadOnlyMemory<byte>> Unbundled(TilePath tile)
    {
        _expected.Add(tile.ToString());
        var bytes = files.Read(tile.ToString());
        try
        {
            return Tiles.Unbundle(bytes, tile.Width);
        }
        catch (FormatException cut)
        {
            throw new FormatException($"{tile}: {cut.Message}", cut);
        }
    }

    private void CheckTiles(long size, RebuiltTree tree)
    {
        foreach (var tile in Tiles.Hashes(size))
        {
            _expected.Add(tile.ToString());
            if (!files.Read(tile.ToString()).AsSpan().SequenceEqual(Tiles.Build(tile, tree.Read)))
            {
                throw new FormatException($"{tile} is not the tile that the entries make.");
            }
        }
    }

    private void CheckNames()
    {
        foreach (var name in s_always)
        {
            _expected.Add(name);
            if (!files.Has(name))
            {
                throw new FormatException($"{name} is missing.");
            }
        }

        if (_expected.Other() is { } surplus)
        {
            throw new FormatException($"{surplus} does not belong into the bundle.");
        }
    }
}
