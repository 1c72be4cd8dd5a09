using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace ChatApprovals.Export;

/// <summary>
/// Writes a zip (PKWARE APPNOTE 4.3) from front to back. Its directory waits in a temporary file, so that memory stays as it
/// is, where the platform's own writer keeps 400 bytes a file: a bundle of a large ledger has hundreds of thousands.
/// </summary>
/// <param name="output">Tells its position; need not be seekable; stays open.</param>
/// <param name="at">The files' time.</param>
public sealed class ZipWriter(Stream output, DateTimeOffset at) : IAsyncDisposable
{
    private const uint FileMark = 0x0403_4B50;
    private const uint DescriptorMark = 0x0807_4B50;
    private const uint EntryMark = 0x0201_4B50;
    private const uint EndMark = 0x0605_4B50;
    private const uint End64Mark = 0x0606_4B50;
    private const uint Locator64Mark = 0x0706_4B50;
    private const ushort Version = 45;
    private const ushort MadeByUnix = (3 << 8) | Version;
    private const uint RegularFile = 0x81A4_0000; // -rw-r--r--
    private const ushort NamesAreUtf8 = 1 << 11;
    private const ushort SizesFollow = 1 << 3;
    private const ushort Stored = 0;
    private const ushort Deflated = 8;
    private const uint Elsewhere = uint.MaxValue;

    private readonly FileStream _directory = TemporaryFile.Create();
    private long _count;

    /// <summary>A file as it is: for what is short, or hashes and signatures, which cannot be made shorter.</summary>
    public async Task StoreAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        var (offset, crc) = (output.Position, Crc32.Of(bytes.Span));
        var place = new Place(offset, bytes.Length, bytes.Length, crc);
        await output.WriteAsync(Head(name, place, Stored), cancel);
        await output.WriteAsync(bytes, cancel);
        await ListAsync(name, place, Stored, cancel);
    }

    /// <summary>A file of any length, made shorter as it comes.</summary>
    public async Task DeflateAsync(
        string name,
        IEnumerable<ReadOnlyMemory<byte>> chunks,
        CancellationToken cancel
    )
    {
        var (offset, crc, full) = (output.Position, new Crc32(), 0L);
        await output.WriteAsync(Head(name, place: null, Deflated), cancel);
        var began = output.Position;
        await using (
            var deflating = new DeflateStream(output, CompressionLevel.Fastest, leaveOpen: true)
        )
        {
            foreach (var chunk in chunks)
            {
                crc.Append(chunk.Span);
                full += chunk.Length;
                await deflating.WriteAsync(chunk, cancel);
            }
        }

        var place = new Place(offset, full, output.Position - began, crc.Value);
        var descriptor = new Record(DescriptorMark);
        descriptor.Add(place.Crc).Add(place.Length).Add(place.Full);
        await output.WriteAsync(descriptor.Bytes, cancel);
        await ListAsync(name, place, Deflated, cancel);
    }

    /// <summary>The directory and the end.</summary>
    public async Task FinishAsync(string comment, CancellationToken cancel)
    {
        var (from, length) = (output.Position, _directory.Position);
        _directory.Position = 0;
        await _directory.CopyToAsync(output, cancel);
        var is64 = _count >= ushort.MaxValue || from >= Elsewhere || length >= Elsewhere;
        if (is64)
        {
            await WriteEnd64Async(from, length, cancel);
        }

        var count = (ushort)(is64 ? ushort.MaxValue : _count);
        var end = new Record(EndMark);
        end.Add((ushort)0).Add((ushort)0).Add(count).Add(count);
        end.Add(is64 ? Elsewhere : (uint)length).Add(is64 ? Elsewhere : (uint)from);
        end.Add((ushort)comment.Length).Add(Encoding.ASCII.GetBytes(comment));
        await output.WriteAsync(end.Bytes, cancel);
    }

    public ValueTask DisposeAsync() => _directory.DisposeAsync();

    private async Task WriteEnd64Async(long from, long length, CancellationToken cancel)
    {
        const long Following = 44;
        var end = new Record(End64Mark);
        end.Add(Following).Add(MadeByUnix).Add(Version).Add(0u).Add(0u);
        end.Add(_count).Add(_count).Add(length).Add(from);
        end.Add(Locator64Mark).Add(0u).Add(from + length).Add(1u);
        await output.WriteAsync(end.Bytes, cancel);
    }

    /// <summary>What stands before a file's bytes. Null: its sizes are not known yet, and may need 64 bits.</summary>
    private ReadOnlyMemory<byte> Head(string name, Place? place, ushort method)
    {
        var head = new Record(FileMark);
        head.Add(Version).Add(Flags(method)).Add(method).Add(Time()).Add(place?.Crc ?? 0);
        head.Add((uint?)place?.Length ?? Elsewhere).Add((uint?)place?.Full ?? Elsewhere);
        var utf8 = Encoding.UTF8.GetBytes(name);
        head.Add((ushort)utf8.Length).Add((ushort)(place is null ? 20 : 0)).Add(utf8);
        if (place is null)
        {
            head.Add((ushort)1).Add((ushort)16).Add(0L).Add(0L);
        }

        return head.Bytes;
    }

    private async Task ListAsync(string name, Place place, ushort method, CancellationToken cancel)
    {
        var large = new Record();
        var (full, length, offset) = (
            large.Add32(place.Full),
            large.Add32(place.Length),
            large.Add32(place.Offset)
        );
        var extra = large.Bytes.Length;
        var utf8 = Encoding.UTF8.GetBytes(name);
        var entry = new Record(EntryMark);
        entry.Add(MadeByUnix).Add(Version).Add(Flags(method)).Add(method).Add(Time());
        entry.Add(place.Crc).Add(length).Add(full).Add((ushort)utf8.Length);
        entry.Add((ushort)(extra == 0 ? 0 : extra + 4)).Add((ushort)0).Add((ushort)0);
        entry.Add((ushort)0).Add(RegularFile).Add(offset).Add(utf8);
        if (extra > 0)
        {
            entry.Add((ushort)1).Add((ushort)extra).Add(large.Bytes.Span);
        }

        await _directory.WriteAsync(entry.Bytes, cancel);
        _count++;
    }

    private static ushort Flags(ushort method) =>
        method == Stored ? NamesAreUtf8 : (ushort)(NamesAreUtf8 | SizesFollow);

    /// <summary>MS-DOS time and date (APPNOTE 4.4.6): two seconds fine.</summary>
    private uint Time()
    {
        var time = (at.Hour << 11) | (at.Minute << 5) | (at.Second / 2);
        var date = (Math.Max(0, at.Year - 1980) << 9) | (at.Month << 5) | at.Day;
        return ((uint)date << 16) | (uint)time;
    }

    private sealed record Place(long Offset, long Full, long Length, uint Crc);

    /// <summary>Numbers one after the other, the low byte first.</summary>
    private sealed class Record
    {
        private readonly System.Buffers.ArrayBufferWriter<byte> _bytes = new(128);

        public Record() { }

        public Record(uint mark) => Add(mark);

        public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

        public Record Add(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_bytes.GetSpan(sizeof(ushort)), value);
            _bytes.Advance(sizeof(ushort));
            return this;
        }

        public Record Add(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(sizeof(uint)), value);
            _bytes.Advance(sizeof(uint));
            return this;
        }

        public Record Add(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_bytes.GetSpan(sizeof(long)), value);
            _bytes.Advance(sizeof(long));
            return this;
        }

        public Record Add(ReadOnlySpan<byte> bytes)
        {
            _bytes.Write(bytes);
            return this;
        }

        /// <summary>A number for 32 bits; what does not fit is added here, and stands elsewhere there.</summary>
        public uint Add32(long value)
        {
            if (value < Elsewhere)
            {
                return (uint)value;
            }

            Add(value);
            return Elsewhere;
        }
    }
}
