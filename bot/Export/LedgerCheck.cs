using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>What a look through the bot's own ledger came to.</summary>
public abstract record LedgerFinding(TimeSpan Took)
{
    /// <summary>Every entry is the one that was signed, and each step follows from the one before it.</summary>
    /// <param name="Size">How many entries the checkpoint has that all was held against.</param>
    /// <param name="Root">Its root, in base64.</param>
    /// <param name="Requests">How many were followed.</param>
    /// <param name="Contents">How many contents beside the ledger had their digest.</param>
    /// <param name="Erased">How many are gone, by an entry that says so.</param>
    /// <param name="Erasures">The entries that say so.</param>
    /// <param name="Took">From the first entry to the last.</param>
    public sealed record Sound(
        long Size,
        string Root,
        int Requests,
        long Contents,
        long Erased,
        IReadOnlyList<ErasureNote> Erasures,
        TimeSpan Took
    ) : LedgerFinding(Took)
    {
        /// <summary>How many checkpoints that anchors were given are of this ledger: all.</summary>
        public int Anchored { get; init; }

        /// <summary>How many approvals were held against their policy and the people of then.</summary>
        public int Judged { get; init; }

        /// <summary>How many could not be, because what was asked was erased.</summary>
        public int Unjudged { get; init; }

        /// <summary>Where it goes on from a backup.</summary>
        public IReadOnlyList<EpochNote> Epochs { get; init; } = [];
    }

    /// <summary>The first thing that is wrong, in a sentence.</summary>
    public sealed record Wrong(string Sentence, TimeSpan Took) : LedgerFinding(Took);
}

/// <summary>
/// Verifies the stored ledger as of one checkpoint: the tree is rebuilt from the entries' bytes and held against the
/// signed root, the stored hashes against the rebuilt ones, contents against their digests, and each request's steps
/// against the ones before. Reads a page at a time, never within a transaction, so nobody who writes waits; keeps the
/// tree's edge and a few bytes for each request.
/// </summary>
internal sealed class LedgerCheck(IStore store, PublicKeys keys)
{
    private const int Page = 256;

    private readonly MerkleTree _tree = new();
    private readonly List<TileHash> _completed = [];
    private readonly LedgerRules _rules = new(size =>
        MerkleTree.Restore(size, store.Hashes).Root()
    );
    private KeyChain _chain = new("", find: null);
    private readonly LedgerContents _contents = new();
    private DateTimeOffset _lastAt = DateTimeOffset.MinValue;

    /// <exception cref="FormatException">The first thing that is wrong, in a sentence.</exception>
    public LedgerFinding.Sound Run(StoredHead head, CancellationToken cancel)
    {
        var checkpoint = Checkpoint.Open(head.Checkpoint, keys.Notes);
        _chain = new KeyChain(checkpoint.Origin, keys.Find) { FindLine = keys.LineOf };
        Must(checkpoint.Size == head.Size, "The checkpoint is not of the size that is stored.");
        while (_tree.Size < checkpoint.Size)
        {
            cancel.ThrowIfCancellationRequested();
            TakePage((int)Math.Min(Page, checkpoint.Size - _tree.Size));
        }

        CheckHead(head, checkpoint);
        Must(
            _contents.WhyNotWhole(
                _tree.Size,
                seq => store.Entries(seq, 1) is [var entry] ? entry : null
            )
        );
        return new LedgerFinding.Sound(
            checkpoint.Size,
            Convert.ToBase64String(checkpoint.Root),
            _rules.Requests,
            _contents.Sound,
            _contents.Erased,
            _contents.Erasures,
            TimeSpan.Zero
        )
        {
            Judged = _rules.Judged,
            Unjudged = _rules.Unjudged,
            Epochs = _rules.Epochs,
        };
    }

    /// <summary>Root and signers are those that the entries make.</summary>
    private void CheckHead(StoredHead head, Checkpoint checkpoint)
    {
        Must(
            _tree.Root().AsSpan().SequenceEqual(checkpoint.Root),
            "The entries are not those that the checkpoint was signed over."
        );
        Must(
            _chain.LedgerKeyOf(checkpoint.Size) is { } kid
                && keys.NoteOf(kid) is { } key
                && Opens(head, key),
            "The ledger does not know the key that its checkpoint is signed with."
        );
        Must(
            SignedNote
                .Parse(head.Checkpoint)
                .Signatures.All(s =>
                    keys.Lines.Select(VkeyText.Read).FirstOrDefault(s.IsBy) is not { } line
                    || string.Equals(
                        line.Thumbprint,
                        _chain.LineKeyOf(checkpoint.Size),
                        StringComparison.Ordinal
                    )
                ),
            "The Ed25519 line of the checkpoint is of a key that was not the one in use."
        );
    }

    private void TakePage(int count)
    {
        var from = _tree.Size;
        var entries = store.Entries(from, count);
        var leaves = store.Hashes(0, from, count);
        Must(entries.Count == count, $"Entry {from + entries.Count} is missing.");
        Must(leaves.Count == count, $"The hash of entry {from + leaves.Count} is missing.");
        for (var i = 0; i < count; i++)
        {
            Take(entries[i], leaves[i]);
        }
    }

    private void Take(StoredEntry entry, byte[] stored)
    {
        var seq = _tree.Size;
        var leaf = MerkleTree.LeafHash(entry.Bytes);
        Must(leaf.AsSpan().SequenceEqual(stored), $"The stored hash of entry {seq} is another's.");
        _completed.Clear();
        _tree.Append(leaf, _completed);
        foreach (var (level, index, hash) in _completed)
        {
            Must(
                store.Hashes(level, index, 1) is [var kept] && kept.AsSpan().SequenceEqual(hash),
                $"The stored hash {index} of level {level} is not the one that the entries make."
            );
        }

        try
        {
            Follow(entry, seq);
        }
        catch (Exception odd)
            when (odd is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new FormatException($"Entry {seq} has a member that no such entry has.", odd);
        }
    }

    private void Follow(StoredEntry entry, long seq)
    {
        var head = Head(entry.Bytes, seq);
        Must(head.Seq == seq && entry.Seq == seq, $"Entry {seq} says that it is {head.Seq}.");
        Must(
            string.Equals(head.Kind, entry.Kind, StringComparison.Ordinal)
                && string.Equals(head.Txn, entry.Txn, StringComparison.Ordinal)
                && head.At == entry.At,
            $"Entry {seq} is filed under another kind, request or time than its own."
        );
        Must(head.At >= _lastAt, $"Entry {seq} is of an earlier time than the one before it.");
        _lastAt = head.At;
        var members = JsonElement.Parse(entry.Bytes);
        Must(_contents.WhyNot(entry));
        Must(_chain.WhyNot(entry));
        _rules.Add(entry, members);
    }

    /// <summary>The key in use then, and no other that the ledger had before.</summary>
    private static bool Opens(StoredHead head, NoteKey key)
    {
        try
        {
            Checkpoint.Open(head.Checkpoint, [key]);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static EntryHead Head(byte[] bytes, long seq)
    {
        try
        {
            return Entry.Read(bytes);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"Entry {seq}: {wrong.Message}", wrong);
        }
    }

    private static void Must(string? wrong) => Must(wrong is null, wrong ?? "");

    private static void Must(bool condition, string sentence)
    {
        if (!condition)
        {
            throw new FormatException(sentence);
        }
    }
}
