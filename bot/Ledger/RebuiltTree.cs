namespace ChatApprovals.Ledger;

/// <summary>A whole tree in memory, about 64 bytes a leaf, with every perfect subtree's root: for verifiers, exports and
/// proofs over a ledger that has been read from its entries, trusting no stored hash. Not safe for several threads while it
/// grows.</summary>
public sealed class RebuiltTree
{
    // Own value: pieces that are too small to be collected late, and too large to be many.
    private const int HashesPerPiece = 2_048;

    // By height: the roots of all perfect subtrees of 2^height leaves, from left to right.
    private readonly List<List<byte[]>> _heights = [];

    public long Size { get; private set; }

    public byte[] Root()
    {
        if (Size == 0)
            return new MerkleTree().Root();
        byte[]? root = null;
        for (var (height, left) = (0, Size); left > 0; height++, left >>= 1)
        {
            if ((left & 1) == 0)
                continue;
            var perfect = Node(height, left - 1);
            root = root is null ? perfect.ToArray() : MerkleTree.NodeHash(perfect, root);
        }
        return root!;
    }

    /// <summary>Adds an entry by its bytes.</summary>
    public void Append(ReadOnlySpan<byte> entry)
    {
        var hash = MerkleTree.LeafHash(entry);
        var index = Size++;
        for (var height = 0; ; height++, index >>= 1)
        {
            Keep(height, index, hash);
            if ((index & 1) == 0)
                return;
            hash = MerkleTree.NodeHash(Node(height, index - 1), hash);
        }
    }

    /// <summary>A <see cref="ReadHashes"/>. What the tree has not got is missing from the answer.</summary>
    public IReadOnlyList<byte[]> Read(int level, long from, int count)
    {
        var height = level * MerkleTree.TileHeight;
        var have = (int)Math.Clamp((height < 63 ? Size >> height : 0) - from, 0, count);
        return [.. Enumerable.Range(0, have).Select(i => Node(height, from + i).ToArray())];
    }

    /// <summary>Proofs of its leaves as it is now; for any thread, as long as it does not grow.</summary>
    public InclusionPaths Paths() =>
        new(Size, (from, height) => Node(height, from >> height).ToArray());

    /// <summary>The leaf hash at an index.</summary>
    public ReadOnlySpan<byte> Leaf(long index) => Node(0, index);

    private Span<byte> Node(int height, long index) =>
        _heights[height]
            [(int)(index / HashesPerPiece)]
            .AsSpan((int)(index % HashesPerPiece) * MerkleTree.HashSize, MerkleTree.HashSize);

    private void Keep(int height, long index, byte[] hash)
    {
        if (height == _heights.Count)
            _heights.Add([]);
        var pieces = _heights[height];
        if (index / HashesPerPiece == pieces.Count)
            pieces.Add(new byte[HashesPerPiece * MerkleTree.HashSize]);
        hash.CopyTo(Node(height, index));
    }
}
