using System.Numerics;

namespace ChatApprovals.Ledger;

/// <summary>
/// Makes inclusion and consistency proofs (RFC 6962 sections 2.1.1 and 2.1.2) from what the store keeps, and verifies them by
/// the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2. Proofs are in the RFC's order, from the leaf's side up.
/// </summary>
public static class MerkleProof
{
    /// <summary>That leaf <paramref name="index"/> is in the tree of <paramref name="size"/> leaves.</summary>
    public static IReadOnlyList<byte[]> Inclusion(long index, long size, ReadHashes read)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        return new InclusionPaths(size, (from, height) => Perfect(from, height, read)).Of(index);
    }

    /// <summary>That the tree of <paramref name="oldSize"/> leaves is the beginning of the one of <paramref name="newSize"/>.</summary>
    public static IReadOnlyList<byte[]> Consistency(long oldSize, long newSize, ReadHashes read)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(oldSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(oldSize, newSize);
        var path = new List<byte[]>();
        byte[] Whole(long first, int height) => Perfect(first, height, read);
        if (oldSize == 0 || oldSize == newSize)
            return path;
        var (from, to) = (0L, newSize);
        while (to != oldSize)
        {
            var middle = from + Split(to - from);
            path.Add(oldSize <= middle ? Root(middle, to, Whole) : Root(from, middle, Whole));
            (from, to) = oldSize <= middle ? (from, middle) : (middle, to);
        }
        if (from > 0)
            path.Add(Root(from, to, Whole));
        path.Reverse();
        return path;
    }

    /// <summary>Whether the proof leads from the leaf hash at that index to the root of a tree of that size.</summary>
    public static bool VerifyInclusion(
        ReadOnlySpan<byte> leafHash,
        long index,
        long size,
        IReadOnlyList<byte[]> proof,
        ReadOnlySpan<byte> root
    )
    {
        if (index < 0 || index >= size || !AreHashes(proof) || !IsHash(leafHash) || !IsHash(root))
            return false;
        var (node, last) = (index, size - 1);
        var hash = leafHash.ToArray();
        foreach (var sibling in proof)
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                hash = MerkleTree.NodeHash(sibling, hash);
                (node, last) = ToRightChild(node, last);
            }
            else
            {
                hash = MerkleTree.NodeHash(hash, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && root.SequenceEqual(hash);
    }

    /// <summary>Whether the proof shows that the tree of the old root and size is the beginning of the new one. The tree of no
    /// leaves is the beginning of every tree; equal sizes need equal roots; both need an empty proof.</summary>
    public static bool VerifyConsistency(
        long oldSize,
        ReadOnlySpan<byte> oldRoot,
        long newSize,
        ReadOnlySpan<byte> newRoot,
        IReadOnlyList<byte[]> proof
    )
    {
        if (
            oldSize < 0
            || oldSize > newSize
            || !AreHashes(proof)
            || !IsHash(oldRoot)
            || !IsHash(newRoot)
        )
            return false;
        if (oldSize == newSize)
            return proof.Count == 0 && oldRoot.SequenceEqual(newRoot);
        if (oldSize == 0)
            return proof.Count == 0 && oldRoot.SequenceEqual(new MerkleTree().Root());
        return proof.Count > 0 && Leads(oldSize, oldRoot, newSize, newRoot, proof);
    }

    private static bool Leads(
        long oldSize,
        ReadOnlySpan<byte> oldRoot,
        long newSize,
        ReadOnlySpan<byte> newRoot,
        IReadOnlyList<byte[]> proof
    )
    {
        var (node, last) = (oldSize - 1, newSize - 1);
        var whole = BitOperations.TrailingZeroCount(oldSize);
        (node, last) = (node >> whole, last >> whole);
        // A perfect old tree is itself the first node; the proof leaves it out.
        var first = BitOperations.IsPow2(oldSize) ? oldRoot.ToArray() : proof[0];
        var (oldHash, newHash) = (first, first);
        foreach (var sibling in BitOperations.IsPow2(oldSize) ? proof : proof.Skip(1))
        {
            if (last == 0)
                return false;
            if ((node & 1) == 1 || node == last)
            {
                oldHash = MerkleTree.NodeHash(sibling, oldHash);
                newHash = MerkleTree.NodeHash(sibling, newHash);
                (node, last) = ToRightChild(node, last);
            }
            else
            {
                newHash = MerkleTree.NodeHash(newHash, sibling);
            }
            (node, last) = (node >> 1, last >> 1);
        }
        return last == 0 && oldRoot.SequenceEqual(oldHash) && newRoot.SequenceEqual(newHash);
    }

    // The last node of an incomplete level has no sibling there: go up until it is a right child, or the root.
    private static (long Node, long Last) ToRightChild(long node, long last)
    {
        while ((node & 1) == 0 && node != 0)
            (node, last) = (node >> 1, last >> 1);
        return (node, last);
    }

    private static bool IsHash(ReadOnlySpan<byte> hash) => hash.Length == MerkleTree.HashSize;

    private static bool AreHashes(IReadOnlyList<byte[]> proof) =>
        proof.Count <= 64 && proof.All(hash => hash.Length == MerkleTree.HashSize);

    // The largest power of two below the count.
    private static long Split(long count) => 1L << BitOperations.Log2((ulong)count - 1);

    // The hash of leaves [from, to). Every range that RFC 6962 asks for begins at a multiple of its largest perfect subtree.
    private static byte[] Root(long from, long to, Func<long, int, byte[]> perfect)
    {
        if (BitOperations.IsPow2(to - from))
            return perfect(from, BitOperations.Log2((ulong)(to - from)));
        var middle = from + Split(to - from);
        return MerkleTree.NodeHash(Root(from, middle, perfect), Root(middle, to, perfect));
    }

    private static byte[] Perfect(long from, int height, ReadHashes read)
    {
        var level = height / MerkleTree.TileHeight;
        var count = 1 << (height % MerkleTree.TileHeight);
        var first = from >> (level * MerkleTree.TileHeight);
        var row = MerkleTree.ReadExactly(read, level, first, count).ToArray();
        for (; count > 1; count /= 2)
        for (var pair = 0; pair < count / 2; pair++)
            row[pair] = MerkleTree.NodeHash(row[2 * pair], row[2 * pair + 1]);
        return row[0];
    }
}
