using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Export;

/// <summary>
/// Writes a zip that nobody can change in one byte unseen: <c>MANIFEST.sha256</c> lists every file, and the zip's own
/// comment is the SHA-256 of all bytes before it (see <see cref="SealedStream"/>). Files go out as they come; the
/// manifest waits in a temporary file, so that memory stays as it is.
/// </summary>
internal sealed class BundleWriter : IAsyncDisposable
{
    public const string Manifest = "MANIFEST.sha256";
    public const string Seal = "MANIFEST.jws";

    private readonly SealedStream _sealed;
    private readonly ZipWriter _zip;
    private readonly FileStream _manifest = TemporaryFile.Create();

    /// <param name="output">Need not be seekable; stays open.</param>
    /// <param name="at">The files' time.</param>
    public BundleWriter(Stream output, DateTimeOffset at)
    {
        _sealed = new SealedStream(output);
        _zip = new ZipWriter(_sealed, at);
    }

    public Task AddAsync(string name, string text, CancellationToken cancel) =>
        AddAsync(name, Encoding.UTF8.GetBytes(text), cancel);

    /// <summary>A short file, or one that would not become shorter.</summary>
    public async Task AddAsync(string name, byte[] bytes, CancellationToken cancel)
    {
        await _zip.StoreAsync(name, bytes, cancel);
        await ListAsync(name, SHA256.HashData(bytes), cancel);
    }

    public async Task AddAsync(
        string name,
        IEnumerable<ReadOnlyMemory<byte>> chunks,
        CancellationToken cancel
    ) => await ListAsync(name, await DeflateAsync(name, chunks, cancel), cancel);

    /// <summary>Writes the manifest and what <paramref name="sign"/> makes of its hash.</summary>
    public async Task FinishAsync(Func<byte[], string> sign, CancellationToken cancel)
    {
        _manifest.Position = 0;
        var hash = await DeflateAsync(Manifest, Chunks(_manifest), cancel);
        await _zip.StoreAsync(Seal, Encoding.ASCII.GetBytes(sign(hash)), cancel);
        await _zip.FinishAsync(SealedStream.Placeholder, cancel);
        await _sealed.SealAsync(cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _manifest.DisposeAsync();
        await _zip.DisposeAsync();
        await _sealed.DisposeAsync();
    }

    private async Task ListAsync(string name, byte[] hash, CancellationToken cancel)
    {
        var line = $"{Convert.ToHexStringLower(hash)}  {name}\n";
        await _manifest.WriteAsync(Encoding.UTF8.GetBytes(line), cancel);
    }

    private async Task<byte[]> DeflateAsync(
        string name,
        IEnumerable<ReadOnlyMemory<byte>> chunks,
        CancellationToken cancel
    )
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await _zip.DeflateAsync(name, Hashed(chunks, hash), cancel);
        return hash.GetHashAndReset();
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Hashed(
        IEnumerable<ReadOnlyMemory<byte>> chunks,
        IncrementalHash hash
    )
    {
        foreach (var chunk in chunks)
        {
            hash.AppendData(chunk.Span);
            yield return chunk;
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
