using System.Numerics;
using System.Security.Cryptography;

namespace ChatApprovals.Ledger;

/// <summary>A completed subtree of 256^<paramref name="Level"/> leaves: hash <paramref name="Index"/> of tile level
/// <paramref name="Level"/>. Level 0 is a leaf hash; tile <c>tile/L/N</c> holds indices 256 N to 256 N + 255.</summary>
public readonly record struct TileHash(int Level, long Index, byte[] Hash);

/// <summary>Reads <paramref name="count"/> hashes of a tile level from index <paramref name="from"/> on, in order.</summary>
public delegate IReadOnlyList<byte[]> ReadHashes(int level, long from, int count);

/// <summary>
/// The growing edge of an RFC 6962 SHA-256 tree: the roots of the perfect subtrees that make it up, at most 63 of them, so
/// that it takes a leaf in about two hashes and its root in O(log n). It is not the tree: the leaf hashes and the
/// completed <see cref="TileHash"/>es are the store's. Not safe for several threads; <see cref="Clone"/> before a
/// commit that may fail, and forget the one that failed.
/// </summary>
public sealed class MerkleTree
{
    /// <summary>Bytes of every hash here.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>A tile holds 2^8 hashes (C2SP tlog-tiles).</summary>
    public const int TileHeight = 8;

    /// <summary>Hashes of a full tile.</summary>
    public const int TileWidth = 1 << TileHeight;

    // One slot for each bit of a long, and one for the leaf that is being merged.
    private const int Slots = 64;

    // The subtree roots from left (highest) to right; their heights are the set bits of Size.
    private readonly byte[] _edge;

    public MerkleTree()
        : this(0, new byte[Slots * HashSize]) { }

    private MerkleTree(long size, byte[] edge) => (Size, _edge) = (size, edge);

    /// <summary>Number of leaves.</summary>
    public long Size { get; private set; }

    /// <summary>
    /// Adds a leaf by its hash. Each subtree of 256^L leaves that it completes (L at least 1) is added to
    /// <paramref name="completed"/>, the lower level first, for the store to keep.
    /// </summary>
    public void Append(ReadOnlySpan<byte> leafHash, ICollection<TileHash>? completed = null)
    {
        RequireHash(leafHash.Length);
        Push(leafHash, 0, completed);
    }

    /// <summary>The RFC 6962 tree hash of the <see cref="Size"/> leaves; of none, the hash of nothing.</summary>
    public byte[] Root()
    {
        var root = new byte[HashSize];
        var last = BitOperations.PopCount((ulong)Size) - 1;
        if (last < 0)
        {
            SHA256.HashData([], root);
            return root;
        }
        Slot(last).CopyTo(root);
        for (var slot = last - 1; slot >= 0; slot--)
            HashPair(Slot(slot), root, root);
        return root;
    }

    /// <summary>An independent copy: appending to one does not change the other.</summary>
    public MerkleTree Clone() => new(Size, (byte[])_edge.Clone());

    /// <summary>
    /// The edge of a tree of <paramref name="size"/> leaves, from what the store kept: at each tile level the hashes behind
    /// the last full tile, fewer than 256 of each.
    /// </summary>
    /// <exception cref="InvalidDataException">The store gave another number of hashes, or one of another length.</exception>
    public static MerkleTree Restore(long size, ReadHashes hashes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        var tree = new MerkleTree();
        for (var level = 56 / TileHeight; level >= 0; level--)
        {
            var all = size >> (TileHeight * level);
            var count = (int)(all % TileWidth);
            if (count == 0)
                continue;
            foreach (var hash in ReadExactly(hashes, level, all - count, count))
                tree.Push(hash, TileHeight * level, null);
        }
        return tree;
    }

    /// <summary>SHA-256 of a zero byte and the entry (RFC 6962 section 2.1).</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> entry)
    {
        var hash = new byte[HashSize];
        if (entry.Length < 4096)
        {
            Span<byte> input = stackalloc byte[1 + entry.Length];
            input[0] = 0;
            entry.CopyTo(input[1..]);
            SHA256.HashData(input, hash);
            return hash;
        }
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData([0]);
        sha.AppendData(entry);
        sha.GetHashAndReset(hash);
        return hash;
    }

    /// <summary>SHA-256 of a one byte, the left and the right hash (RFC 6962 section 2.1).</summary>
    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        RequireHash(left.Length);
        RequireHash(right.Length);
        var hash = new byte[HashSize];
        HashPair(left, right, hash);
        return hash;
    }

    internal static IReadOnlyList<byte[]> ReadExactly(
        ReadHashes read,
        int level,
        long from,
        int count
    )
    {
        var hashes = read(level, from, count);
        return hashes.Count == count && hashes.All(hash => hash.Length == HashSize)
            ? hashes
            : throw new InvalidDataException(
                $"The store has not the {count} hashes of tile level {level} from {from} on."
            );
    }

    // A subtree of 2^height leaves joins on the right; its left neighbours of the same height merge with it.
    private void Push(ReadOnlySpan<byte> hash, int height, ICollection<TileHash>? completed)
    {
        var before = Size;
        var top = BitOperations.PopCount((ulong)before);
        hash.CopyTo(Slot(top));
        Size = before + (1L << height);
        for (; ((before >> height) & 1) != 0; top--)
        {
            HashPair(Slot(top - 1), Slot(top), Slot(top - 1));
            height++;
            if (height % TileHeight == 0)
                completed?.Add(
                    new TileHash(height / TileHeight, (Size >> height) - 1, Slot(top - 1).ToArray())
                );
        }
    }

    private Span<byte> Slot(int slot) => _edge.AsSpan(slot * HashSize, HashSize);

    private static void HashPair(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, Span<byte> into)
    {
        Span<byte> input = stackalloc byte[1 + 2 * HashSize];
        input[0] = 1;
        left.CopyTo(input[1..]);
        right.CopyTo(input[(1 + HashSize)..]);
        SHA256.HashData(input, into);
    }

    private static void RequireHash(int length) =>
        ArgumentOutOfRangeException.ThrowIfNotEqual(length, HashSize);
}
