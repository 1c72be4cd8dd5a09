using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Export;

/// <summary>
/// Writes a zip that nobody can change in one byte unseen: <c>MANIFEST.sha256</c> lists every file, and the zip's own
/// comment is the SHA-256 of all bytes before it (see <see cref="SealedStream"/>). Files go out as they come; the
/// manifest waits in a temporary file, so that memory stays as it is. Only the zip's own directory grows
/// with the number of files, by some 400 bytes each.
/// </summary>
internal sealed class BundleWriter : IAsyncDisposable
{
    public const string Manifest = "MANIFEST.sha256";
    public const string Seal = "MANIFEST.jws";

    private readonly SealedStream _sealed;
    private readonly ZipArchive _zip;
    private readonly DateTimeOffset _at;
    private readonly FileStream _manifest = new(
        Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
        }
    );

    private BundleWriter(SealedStream stream, ZipArchive zip, DateTimeOffset at) =>
        (_sealed, _zip, _at) = (stream, zip, at);

    /// <param name="output">Need not be seekable; stays open.</param>
    /// <param name="at">The files' time.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<BundleWriter> OpenAsync(
        Stream output,
        DateTimeOffset at,
        CancellationToken cancel
    )
    {
        var stream = new SealedStream(output);
        var zip = await ZipArchive.CreateAsync(
            stream,
            ZipArchiveMode.Create,
            leaveOpen: true,
            Encoding.UTF8,
            cancel
        );
        zip.Comment = SealedStream.Placeholder;
        return new BundleWriter(stream, zip, at);
    }

    public Task AddAsync(string name, ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        AddAsync(name, [bytes], cancel);

    public Task AddAsync(string name, string text, CancellationToken cancel) =>
        AddAsync(name, [Encoding.UTF8.GetBytes(text)], cancel);

    public async Task AddAsync(
        string name,
        IEnumerable<ReadOnlyMemory<byte>> chunks,
        CancellationToken cancel
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await WriteAsync(name, chunks, hash, cancel);
        var line = $"{Convert.ToHexStringLower(hash.GetHashAndReset())}  {name}\n";
        await _manifest.WriteAsync(Encoding.UTF8.GetBytes(line), cancel);
    }

    /// <summary>Writes the manifest and what <paramref name="sign"/> makes of its hash.</summary>
    public async Task FinishAsync(Func<byte[], string> sign, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        _manifest.Position = 0;
        await WriteAsync(Manifest, Chunks(_manifest), hash, cancel);
        using var none = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] seal = Encoding.ASCII.GetBytes(sign(hash.GetHashAndReset()));
        await WriteAsync(Seal, [seal], none, cancel);
        await _zip.DisposeAsync();
        await _sealed.SealAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _manifest.DisposeAsync();
        await _sealed.DisposeAsync();
    }

    private async Task WriteAsync(
        string name,
        IEnumerable<ReadOnlyMemory<byte>> chunks,
        IncrementalHash hash,
        CancellationToken cancel
    )
    {
        var entry = _zip.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = _at;
        await using var file = await entry.OpenAsync(cancel);
        foreach (var chunk in chunks)
        {
            hash.AppendData(chunk.Span);
            await file.WriteAsync(chunk, cancel);
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Chunks(FileStream file)
    {
        var buffer = new byte[1 << 16];
        while (file.Read(buffer) is > 0 and var read)
        {
            yield return buffer.AsMemory(0, read);
        }
    }
}
