namespace ChatApprovals.Ledger;

/// <summary>
/// Roots of perfect subtrees, from the hashes that a store keeps, for whoever asks about one leaf after the other: of each
/// tile level the tile that was asked about last is kept, hashed up to its root. Not for several threads.
/// </summary>
public sealed class TileRoots(ReadHashes read)
{
    // Roots[n] is over Roots[2n] and Roots[2n + 1]; the tile's own hashes are the second half. Null: not complete yet.
    private readonly Dictionary<int, (long Tile, byte[]?[] Roots)> _last = [];

    /// <summary>The root over the 2^<paramref name="height"/> leaves from one on, which is a multiple of that.</summary>
    /// <exception cref="InvalidDataException">The store has not all of the hashes for it.</exception>
    public byte[] Of(long from, int height)
    {
        var (level, within) = Math.DivRem(height, MerkleTree.TileHeight);
        var row = MerkleTree.TileWidth >> within;
        var (tile, at) = Math.DivRem(from >> height, row);
        if (!_last.TryGetValue(level, out var kept) || kept.Tile != tile)
            _last[level] = kept = (tile, Hashed(level, tile));
        return kept.Roots[row + at]
            ?? throw new InvalidDataException(
                $"The store has not the hashes of tile level {level} for 2^{height} leaves from {from} on."
            );
    }

    private byte[]?[] Hashed(int level, long tile)
    {
        const int Width = MerkleTree.TileWidth;
        var roots = new byte[]?[2 * Width];
        read(level, tile * Width, Width).ToArray().CopyTo(roots, Width);
        for (var n = Width - 1; n > 0; n--)
            if (roots[2 * n] is { } left && roots[2 * n + 1] is { } right)
                roots[n] = MerkleTree.NodeHash(left, right);
        return roots;
    }
}
