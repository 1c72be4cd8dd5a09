using System.Numerics;

namespace ChatApprovals.Ledger;

/// <summary>
/// Inclusion proofs (RFC 6962 section 2.1.1) of many leaves of one tree. A tree of any size is a row of perfect subtrees,
/// each smaller than the one before it. What stands to the right of each is hashed once, here; a proof is then only
/// looked up. Any thread may ask, if any may ask for the roots of perfect subtrees.
/// </summary>
public sealed class InclusionPaths
{
    private readonly Func<long, int, byte[]> _perfect;

    // From left to right; Onward is the root over this subtree and all to its right.
    private readonly List<(long From, int Height, byte[] Root, byte[] Onward)> _row = [];

    /// <param name="size">Leaves of the tree.</param>
    /// <param name="perfect">The root of the perfect subtree of 2^height leaves from a leaf on.</param>
    public InclusionPaths(long size, Func<long, int, byte[]> perfect)
    {
        _perfect = perfect;
        byte[]? rest = null;
        for (var left = size; left > 0; left &= left - 1)
        {
            var height = BitOperations.TrailingZeroCount(left);
            var from = left - (1L << height);
            var root = perfect(from, height);
            rest = rest is null ? root : MerkleTree.NodeHash(root, rest);
            _row.Insert(0, (from, height, root, rest));
        }
    }

    /// <summary>That leaf <paramref name="index"/> is in the tree: hashes from the leaf's side up.</summary>
    public IReadOnlyList<byte[]> Of(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var at = _row.FindIndex(subtree => index < subtree.From + (1L << subtree.Height));
        ArgumentOutOfRangeException.ThrowIfNegative(at, nameof(index));
        var path = new List<byte[]>(_row[at].Height + _row.Count);
        for (var height = 0; height < _row[at].Height; height++)
            path.Add(_perfect(((index >> height) ^ 1) << height, height));
        if (at + 1 < _row.Count)
            path.Add(_row[at + 1].Onward);
        while (--at >= 0)
            path.Add(_row[at].Root);
        return path;
    }
}
