using System.Security.Cryptography;
using System.Text.Json;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>
/// The growing end of the ledger: the tree's right edge and the key that signs it. Owned by the
/// committer's thread. Nothing is signed that disagrees with the last checkpoint: <see cref="Open"/>
/// recomputes the root from what is stored and refuses otherwise.
/// </summary>
internal sealed class LedgerHead
{
    private const int EntriesPage = 1_000;

    private const string Mend =
        "restore the data directory from a backup, and find out who changed it";

    /// <summary>The ledger's own; behind it, on platforms that have it, that of the second line.</summary>
    private NoteSigner[] _signers;

    /// <summary>What signed the checkpoint that is stored.</summary>
    private NoteSigner[] _kept;
    private readonly string _origin;
    private readonly List<TileHash> _completed = [];
    private MerkleTree _tree;

    private LedgerHead(NoteSigner signer, string origin, MerkleTree tree, DateTimeOffset lastAt)
    {
        _signers = _kept = [signer];
        _origin = origin;
        _tree = tree;
        LastAt = lastAt;
    }

    public long Size => _tree.Size;

    /// <summary>The time of the last entry; the ledger's time never goes back.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <exception cref="LedgerMismatchException">The stored ledger is not what was signed last.</exception>
    public static LedgerHead Open(IStore store, ECDsa key, string origin)
    {
        var head = new LedgerHead(
            new NoteSigner(origin, key),
            origin,
            new MerkleTree(),
            DateTimeOffset.UnixEpoch
        );
        head.Reload(store);
        head.CheckEntries(store);
        return head;
    }

    /// <summary>
    /// The entries' own bytes against the signed root: a row that was edited is noticed wherever it stands.
    /// About a second for a million entries on a warm disk; only at the start.
    /// </summary>
    private void CheckEntries(IStore store)
    {
        var tree = new MerkleTree();
        while (tree.Size < Size && store.Entries(tree.Size, EntriesPage) is { Count: > 0 } entries)
        {
            foreach (var entry in entries)
            {
                tree.Append(MerkleTree.LeafHash(entry.Bytes));
            }
        }

        if (tree.Size != Size || !tree.Root().AsSpan().SequenceEqual(_tree.Root()))
        {
            throw new LedgerMismatchException(
                $"the ledger's {Size} entries are not the ones that were signed last: {Mend}"
            );
        }
    }

    /// <summary>From the next checkpoint on; if that is not stored, <see cref="Reload"/> takes it back.</summary>
    public void SignWith(ECDsa key) => _signers = [new NoteSigner(_origin, key), .. _signers[1..]];

    /// <summary>The same for the second line.</summary>
    public void SignAlsoWith(Ed25519Key key) =>
        _signers = [_signers[0], new NoteSigner(_origin, key)];

    /// <summary>What was signed last is stored.</summary>
    public void Keep() => _kept = _signers;

    public void Reload(IStore store)
    {
        _signers = _kept;
        var head = store.Head();
        if (head is null)
        {
            _tree =
                store.Entries(0, 1).Count == 0
                    ? new MerkleTree()
                    : throw new LedgerMismatchException(
                        $"the ledger has entries that no checkpoint covers: {Mend}"
                    );
            return;
        }

        var tree = Restore(store, head.Size);
        var signed = Verify(head);
        if (signed.Size != head.Size || !signed.Root.AsSpan().SequenceEqual(tree.Root()))
        {
            throw new LedgerMismatchException(
                $"the ledger's {head.Size} entries do not have the root that was signed last: {Mend}"
            );
        }

        var last = store.Entries(head.Size - 1, 2);
        if (last.Count != 1)
        {
            throw new LedgerMismatchException(
                $"the ledger has other entries than its checkpoint says: {Mend}"
            );
        }

        _tree = tree;
        LastAt = last[0].At;
    }

    private static MerkleTree Restore(IStore store, long size)
    {
        try
        {
            return MerkleTree.Restore(size, store.Hashes);
        }
        catch (InvalidDataException error)
        {
            throw new LedgerMismatchException(
                $"the ledger has fewer entries than its checkpoint says: {Mend} ({error.Message})"
            );
        }
    }

    public void Append(IStoreTransaction store, StoredEntry entry)
    {
        var leaf = MerkleTree.LeafHash(entry.Bytes);
        _completed.Clear();
        _tree.Append(leaf, _completed);
        store.Append(entry, leaf);
        foreach (var node in _completed)
        {
            store.PutNode(node.Level, node.Index, node.Hash);
        }

        LastAt = entry.At;
    }

    public StoredHead Sign() =>
        new(_tree.Size, new Checkpoint(_origin, _tree.Size, _tree.Root()).Sign(_signers));

    private Checkpoint Verify(StoredHead head)
    {
        try
        {
            return Checkpoint.Open(head.Checkpoint, [.. _signers.Select(s => s.Public)]);
        }
        catch (Exception error)
            when (error is FormatException or CryptographicException or JsonException)
        {
            throw new LedgerMismatchException(
                "the last checkpoint was not signed by this key for this origin: set Ledger:Origin (or "
                    + $"PublicUrl) and the ledger's key in keys back to what they were ({error.Message})"
            );
        }
    }
}

/// <summary>The stored ledger is not the one that was signed: the process must not go on.</summary>
public sealed class LedgerMismatchException(string message) : Exception(message);
