using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ChatApprovals.Export;

/// <summary>
/// The directory of a zip (PKWARE APPNOTE 4.3), kept in some 60 bytes a file, where the platform's own reader takes 600: a
/// bundle of a large ledger has hundreds of thousands of files. Opens files for several threads at once.
/// </summary>
public sealed class ZipIndex
{
    private const uint EndMark = 0x0605_4B50;
    private const uint End64Mark = 0x0606_4B50;
    private const uint Locator64Mark = 0x0706_4B50;
    private const uint EntryMark = 0x0201_4B50;
    private const uint FileMark = 0x0403_4B50;
    private const int EndBytes = 22;
    private const int Locator64Bytes = 20;
    private const int End64Bytes = 56;
    private const int EntryBytes = 46;
    private const int FileBytes = 30;
    private const uint Elsewhere = uint.MaxValue;

    private readonly NameHash _hash = new();
    private readonly Dictionary<UInt128, Place> _places;
    private readonly Stream _file;
    private readonly (long Offset, long Length) _directory;
    private readonly Lock _turn = new();

    /// <param name="file">Seekable; its last bytes are the zip's comment.</param>
    /// <param name="comment">How many they are.</param>
    /// <exception cref="InvalidDataException">No zip, or a name is in it twice.</exception>
    public ZipIndex(Stream file, int comment)
    {
        _file = file;
        var (count, offset, length) = End(file.Length - comment - EndBytes);
        Must(count >= 0 && count <= length / EntryBytes);
        _directory = (offset, length);
        _places = new Dictionary<UInt128, Place>((int)count);
        foreach (var (name, place) in Entries())
        {
            if (!_places.TryAdd(_hash.Of(name), place))
            {
                throw new InvalidDataException($"{name} is in the bundle twice.");
            }
        }

        Must(_places.Count == count);
    }

    public int Count => _places.Count;

    /// <summary>Read anew each time.</summary>
    public IEnumerable<string> Names => Entries().Select(e => e.Name);

    /// <summary>A number for each name, from 0 on; less: there is no such file.</summary>
    public int IndexOf(string name) =>
        _places.TryGetValue(_hash.Of(name), out var place) ? place.Index : -1;

    /// <summary>The bytes of a file that there is.</summary>
    /// <exception cref="InvalidDataException">They are not where the directory says.</exception>
    public Stream Open(string name)
    {
        var place = _places[_hash.Of(name)];
        Span<byte> head = stackalloc byte[FileBytes];
        ReadAt(place.Offset, head);
        Must(UInt32(head) == FileMark);
        var start = place.Offset + FileBytes + UInt16(head[26..]) + UInt16(head[28..]);
        var part = new ZipPart(this, start, place.Length);
        return place.IsDeflated ? new DeflateStream(part, CompressionMode.Decompress) : part;
    }

    /// <summary>Reads at a position, whoever else does.</summary>
    public int Read(long position, Span<byte> buffer)
    {
        lock (_turn)
        {
            _file.Position = position;
            return _file.Read(buffer);
        }
    }

    private (long Count, long Offset, long Length) End(long at)
    {
        Span<byte> end = stackalloc byte[EndBytes];
        ReadAt(at, end);
        Must(UInt32(end) == EndMark);
        Span<byte> locator = stackalloc byte[Locator64Bytes];
        if (at >= Locator64Bytes)
        {
            ReadAt(at - Locator64Bytes, locator);
        }

        if (UInt32(locator) != Locator64Mark)
        {
            return (UInt16(end[10..]), UInt32(end[16..]), UInt32(end[12..]));
        }

        Span<byte> end64 = stackalloc byte[End64Bytes];
        ReadAt(Int64(locator[8..]), end64);
        Must(UInt32(end64) == End64Mark);
        return (Int64(end64[32..]), Int64(end64[48..]), Int64(end64[40..]));
    }

    private IEnumerable<(string Name, Place Place)> Entries()
    {
        var part = new ZipPart(this, _directory.Offset, _directory.Length);
        using var directory = new BufferedStream(part, 1 << 16);
        for (var index = 0; directory.ReadByte() is >= 0 and var first; index++)
        {
            yield return ReadEntry((byte)first, directory, index);
        }
    }

    private static (string Name, Place Place) ReadEntry(byte first, Stream directory, int index)
    {
        Span<byte> head = stackalloc byte[EntryBytes];
        head[0] = first;
        directory.ReadExactly(head[1..]);
        Must(UInt32(head) == EntryMark && UInt16(head[10..]) is 0 or 8);
        var name = new byte[UInt16(head[28..])];
        directory.ReadExactly(name);
        var extra = new byte[UInt16(head[30..])];
        directory.ReadExactly(extra);
        directory.ReadExactly(new byte[UInt16(head[32..])]);
        long full = UInt32(head[24..]);
        long length = UInt32(head[20..]);
        long offset = UInt32(head[42..]);
        Read64(extra, ref full, ref length, ref offset);
        var place = new Place(offset, length, index, UInt16(head[10..]) == 8);
        return (Encoding.UTF8.GetString(name), place);
    }

    /// <summary>What does not fit into 32 bits stands in extra field 1, in this order (APPNOTE 4.5.3).</summary>
    private static void Read64(
        ReadOnlySpan<byte> extra,
        ref long full,
        ref long length,
        ref long offset
    )
    {
        ReadOnlySpan<byte> field = [];
        while (extra.Length >= 4)
        {
            var size = UInt16(extra[2..]);
            Must(size <= extra.Length - 4);
            field = UInt16(extra) == 1 ? extra.Slice(4, size) : field;
            extra = extra[(4 + size)..];
        }

        Take(ref full, ref field);
        Take(ref length, ref field);
        Take(ref offset, ref field);

        static void Take(ref long value, ref ReadOnlySpan<byte> field)
        {
            if (value == Elsewhere)
            {
                Must(field.Length >= sizeof(long));
                value = Int64(field);
                field = field[sizeof(long)..];
            }
        }
    }

    private void ReadAt(long position, Span<byte> buffer)
    {
        Must(position >= 0 && position + buffer.Length <= _file.Length);
        while (buffer.Length > 0)
        {
            var read = Read(position, buffer);
            Must(read > 0);
            position += read;
            buffer = buffer[read..];
        }
    }

    private static void Must(bool condition)
    {
        if (!condition)
        {
            throw new InvalidDataException("The file is not a zip as the bot writes them.");
        }
    }

    private static int UInt16(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at);

    private static uint UInt32(ReadOnlySpan<byte> at) =>
        BinaryPrimitives.ReadUInt32LittleEndian(at);

    private static long Int64(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadInt64LittleEndian(at);

    private readonly record struct Place(long Offset, long Length, int Index, bool IsDeflated);
}
