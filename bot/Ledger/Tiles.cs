using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ChatApprovals.Ledger;

/// <summary>
/// Names a tile of hashes or (<see cref="Level"/> null) a bundle of entries, C2SP tlog-tiles. Written
/// <c>tile/&lt;L&gt;/&lt;N&gt;[.p/&lt;W&gt;]</c> or <c>tile/entries/&lt;N&gt;[.p/&lt;W&gt;]</c>, N in groups of three digits such as
/// <c>x001/x234/067</c>. A width of 256 is a full tile, 1 to 255 a partial one.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TilePath(int? Level, long Index, int Width)
{
    private const int MaxLevel = 63;

    /// <summary>Index of the first hash (or entry) within its level.</summary>
    public long First => Index * MerkleTree.TileWidth;

    /// <summary>Reads a path, and only one that <see cref="ToString"/> would print.</summary>
    public static bool TryParse(string path, out TilePath tile)
    {
        tile = default;
        var parts = path.Split('/');
        if (parts is not ["tile", var level, _, ..] || parts.Length > 11)
            return false;
        var (width, groups) =
            parts.Length > 3 && parts[^2].EndsWith(".p", StringComparison.Ordinal)
                ? (Number(parts[^1]), string.Concat(parts[2..^1])[..^2])
                : (MerkleTree.TileWidth, string.Concat(parts[2..]));
        var isBundle = string.Equals(level, "entries", StringComparison.Ordinal);
        var index = Number(groups.Replace("x", "", StringComparison.Ordinal));
        var read = new TilePath(
            isBundle ? null : (int)Math.Min(Number(level), 64),
            index,
            (int)Math.Min(width, 257)
        );
        if (!read.IsValid() || !string.Equals(read.ToString(), path, StringComparison.Ordinal))
            return false;
        tile = read;
        return true;
    }

    /// <summary>Whether a tree of that size has all the hashes (or entries) of this tile.</summary>
    public bool IsWithin(long size)
    {
        var shift = MerkleTree.TileHeight * (Level ?? 0);
        return shift < 64
            && IsValid()
            && Index <= (size >> shift) / MerkleTree.TileWidth
            && First + Width <= size >> shift;
    }

    public override string ToString()
    {
        var path = new StringBuilder("tile/").Append(
            Level?.ToString(CultureInfo.InvariantCulture) ?? "entries"
        );
        var digits = Index.ToString(CultureInfo.InvariantCulture);
        digits = digits.PadLeft((digits.Length + 2) / 3 * 3, '0');
        for (var at = 0; at < digits.Length; at += 3)
            path.Append(at + 3 < digits.Length ? "/x" : "/").Append(digits, at, 3);
        return Width == MerkleTree.TileWidth
            ? path.ToString()
            : path.Append(".p/").Append(Width).ToString();
    }

    private bool IsValid() =>
        Level is null or (>= 0 and <= MaxLevel)
        && Index is >= 0 and <= long.MaxValue / MerkleTree.TileWidth - 1
        && Width is > 0 and <= MerkleTree.TileWidth;

    private static long Number(string digits) =>
        long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : -1;
}

/// <summary>The bytes of tiles and entry bundles, and which of them a tree has.</summary>
public static class Tiles
{
    /// <summary>A tile's bytes: its hashes one after the other.</summary>
    /// <exception cref="InvalidDataException">The store lacks some of them; see <see cref="TilePath.IsWithin"/>.</exception>
    public static byte[] Build(TilePath tile, ReadHashes read)
    {
        var level =
            tile.Level ?? throw new ArgumentException("A bundle has no hashes.", nameof(tile));
        var bytes = new byte[tile.Width * MerkleTree.HashSize];
        var at = 0;
        foreach (var hash in MerkleTree.ReadExactly(read, level, tile.First, tile.Width))
        {
            hash.CopyTo(bytes, at);
            at += MerkleTree.HashSize;
        }
        return bytes;
    }

    /// <summary>A bundle's bytes: each entry behind its length as a big-endian uint16.</summary>
    public static byte[] Bundle(IReadOnlyCollection<ReadOnlyMemory<byte>> entries)
    {
        var bytes = new byte[entries.Sum(entry => sizeof(ushort) + entry.Length)];
        var at = 0;
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), checked((ushort)entry.Length));
            entry.CopyTo(bytes.AsMemory(at + sizeof(ushort)));
            at += sizeof(ushort) + entry.Length;
        }
        return bytes;
    }

    /// <summary>The entries of a bundle, as slices of it.</summary>
    /// <exception cref="FormatException">Another number of entries than <paramref name="width"/>, or a cut one.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Unbundle(
        ReadOnlyMemory<byte> bundle,
        int width
    )
    {
        var entries = new List<ReadOnlyMemory<byte>>(width);
        while (bundle.Length >= sizeof(ushort))
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle.Span);
            bundle = bundle[sizeof(ushort)..];
            if (length > bundle.Length)
                throw new FormatException("An entry bundle ends within an entry.");
            entries.Add(bundle[..length]);
            bundle = bundle[length..];
        }
        return bundle.Length == 0 && entries.Count == width
            ? entries
            : throw new FormatException($"An entry bundle has not exactly {width} entries.");
    }

    /// <summary>All tiles of hashes that a tree of this size has, from the leaves up: full ones, and one partial one a level.</summary>
    public static IEnumerable<TilePath> Hashes(long size)
    {
        for (var level = 0; level < 64 / MerkleTree.TileHeight; level++)
            foreach (var tile in Row(level, size >> (MerkleTree.TileHeight * level)))
                yield return tile;
    }

    /// <summary>All entry bundles that a tree of this size has, in the entries' order.</summary>
    public static IEnumerable<TilePath> Bundles(long size) => Row(null, size);

    private static IEnumerable<TilePath> Row(int? level, long count)
    {
        for (long index = 0; index < count / MerkleTree.TileWidth; index++)
            yield return new TilePath(level, index, MerkleTree.TileWidth);
        if (count % MerkleTree.TileWidth is var rest and not 0)
            yield return new TilePath(level, count / MerkleTree.TileWidth, (int)rest);
    }
}
