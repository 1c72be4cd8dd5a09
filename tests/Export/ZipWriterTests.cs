using System.IO.Compression;
using System.Text;
using ChatApprovals.Export;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>What our own writer of zips writes, read by others' readers.</summary>
public sealed class ZipWriterTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void The_checksum_has_its_published_check_value()
    {
        Assert.Equal(0xCBF4_3926, Crc32.Of("123456789"u8));
        Assert.Equal(0u, Crc32.Of([]));
    }

    [Fact]
    public void The_checksum_is_the_same_in_whatever_pieces_it_is_made()
    {
        var bytes = Enumerable.Range(0, 100).Select(n => (byte)(n * 37 % 256)).ToArray();
        for (var cut = 0; cut <= bytes.Length; cut++)
        {
            var crc = new Crc32();
            crc.Append(bytes.AsSpan(..cut));
            crc.Append(bytes.AsSpan(cut..));
            Assert.Equal(Crc32.Of(bytes), crc.Value);
        }
    }

    /// <summary>Both need the format's 64-bit records; the file has a hole in front.</summary>
    [Theory]
    [InlineData(0, 3)]
    [InlineData(0, 70_000)]
    [InlineData(5L << 30, 3)]
    public async Task Others_read_every_file_also_when_there_are_very_many_or_very_long_ones(
        long hole,
        int files
    )
    {
        await WriteAsync(hole, files);
        using (var zip = await ZipFile.OpenReadAsync(_path, Cancel))
        {
            Assert.Equal(files + 1, zip.Entries.Count);
            Assert.Equal(Long, Read(zip.GetEntry("long")!));
            Assert.Equal($"file {files - 1}", Read(zip.Entries[files]));
            Assert.Equal("a comment", zip.Comment);
            Assert.Equal(Make.Noon.DateTime, zip.Entries[0].LastWriteTime.DateTime);
        }

        await using var stream = File.OpenRead(_path);
        var own = new ZipIndex(stream, comment: "a comment".Length);
        Assert.Equal(files + 1, own.Names.Count());
        using var text = new StreamReader(own.Open("long"));
        Assert.Equal(Long, await text.ReadToEndAsync(Cancel));
        var script = "import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).testzip())";
        Assert.Equal(
            (0, "None\n"),
            await OtherProgram.Run("python3", ["-c", script, _path], input: null, Cancel)
        );
    }

    private static string Long { get; } = string.Concat(Enumerable.Range(0, 100_000));

    private async Task WriteAsync(long hole, int files)
    {
        await using var stream = File.Create(_path);
        stream.Position = hole;
        await using var zip = new ZipWriter(stream, Make.Noon);
        var half = Long.Length / 2;
        ReadOnlyMemory<byte>[] chunks =
        [
            Encoding.UTF8.GetBytes(Long[..half]),
            Encoding.UTF8.GetBytes(Long[half..]),
        ];
        await zip.DeflateAsync("long", chunks, Cancel);
        for (var n = 0; n < files; n++)
        {
            await zip.StoreAsync($"file/ü/{n}", Encoding.UTF8.GetBytes($"file {n}"), Cancel);
        }

        await zip.FinishAsync("a comment", Cancel);
    }

    private static string Read(ZipArchiveEntry entry)
    {
        using var text = new StreamReader(entry.Open());
        return text.ReadToEnd();
    }
}
