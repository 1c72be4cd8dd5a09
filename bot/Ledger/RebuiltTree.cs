namespace ChatApprovals.Ledger;

/// <summary>A whole tree in memory, about 32 bytes a leaf: for verifiers, exports and proofs over a ledger that has been read
/// from its entries, trusting no stored hash. Not safe for several threads.</summary>
public sealed class RebuiltTree
{
    private readonly List<List<byte[]>> _levels =
    [
        [],
    ];
    private readonly List<TileHash> _completed = [];
    private readonly MerkleTree _edge = new();

    public long Size => _edge.Size;

    public byte[] Root() => _edge.Root();

    /// <summary>Adds an entry by its bytes.</summary>
    public void Append(ReadOnlySpan<byte> entry)
    {
        var leaf = MerkleTree.LeafHash(entry);
        _completed.Clear();
        _edge.Append(leaf, _completed);
        _levels[0].Add(leaf);
        foreach (var hash in _completed)
        {
            if (hash.Level == _levels.Count)
                _levels.Add([]);
            _levels[hash.Level].Add(hash.Hash);
        }
    }

    /// <summary>A <see cref="ReadHashes"/>. What the tree has not got is missing from the answer.</summary>
    public IReadOnlyList<byte[]> Read(int level, long from, int count)
    {
        var row = level < _levels.Count ? _levels[level] : [];
        var have = Math.Clamp(row.Count - from, 0, count);
        return have == 0 ? [] : row.GetRange((int)from, (int)have);
    }
}
