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
    private readonly ECDsa _key;
    private readonly string _origin;
    private readonly List<TileHash> _completed = [];
    private MerkleTree _tree;

    private LedgerHead(ECDsa key, string origin, MerkleTree tree, DateTimeOffset lastAt)
    {
        _key = key;
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
        var head = new LedgerHead(key, origin, new MerkleTree(), DateTimeOffset.UnixEpoch);
        head.Reload(store);
        return head;
    }

    public void Reload(IStore store)
    {
        var head = store.Head();
        if (head is null)
        {
            _tree = new MerkleTree();
            return;
        }

        var tree = MerkleTree.Restore(head.Size, store.Hashes);
        var signed = Verify(head);
        if (signed.Size != head.Size || !signed.Root.AsSpan().SequenceEqual(tree.Root()))
        {
            throw new LedgerMismatchException(
                $"the ledger's {head.Size} entries do not have the root that was signed last"
            );
        }

        var last = store.Entries(head.Size - 1, 2);
        if (last.Count != 1)
        {
            throw new LedgerMismatchException(
                "the ledger has other entries than its checkpoint says"
            );
        }

        _tree = tree;
        LastAt = last[0].At;
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
        new(_tree.Size, new Checkpoint(_origin, _tree.Size, _tree.Root()).Sign(_key, _origin));

    private Checkpoint Verify(StoredHead head)
    {
        try
        {
            return Checkpoint.Open(head.Checkpoint, [NoteKey.FromEcdsa(_origin, _key)]);
        }
        catch (Exception error)
            when (error is FormatException or CryptographicException or JsonException)
        {
            throw new LedgerMismatchException(
                "the last checkpoint was not signed by this key for this origin: " + error.Message
            );
        }
    }
}

/// <summary>The stored ledger is not the one that was signed: the process must not go on.</summary>
public sealed class LedgerMismatchException(string message) : Exception(message);
