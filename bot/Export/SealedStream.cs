using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Export;

/// <summary>
/// Passes everything on, but the last 64 characters that were written, for which it puts the SHA-256 (hex) of all
/// that came before. As a zip's comment is its end, a zip written through it carries its own checksum: against
/// damage, not against forgers, for whom signatures are.
/// </summary>
internal sealed class SealedStream(Stream inner) : Stream
{
    public const int Length64 = 2 * SHA256.HashSizeInBytes;

    /// <summary>What is to be written last.</summary>
    public static readonly string Placeholder = new('0', Length64);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _tail = new byte[Length64];
    private int _held;
    private long _passed;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    /// <summary>How many bytes were written, those held back among them.</summary>
    public override long Position
    {
        get => _passed + _held;
        set => throw new NotSupportedException();
    }

    /// <summary>Writes the checksum instead of what was written last.</summary>
    public async Task SealAsync(CancellationToken cancel)
    {
        var seal = Convert.ToHexStringLower(_hash.GetHashAndReset());
        await inner.WriteAsync(Encoding.ASCII.GetBytes(seal), cancel);
        await inner.FlushAsync(cancel);
    }

    /// <summary>Whether the last 64 bytes are the checksum of the others.</summary>
    public static bool IsWhole(Stream file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var left = file.Length - Length64;
        var buffer = new byte[1 << 16];
        while (
            left > 0 && file.Read(buffer, 0, (int)Math.Min(buffer.Length, left)) is > 0 and var n
        )
        {
            hash.AppendData(buffer, 0, n);
            left -= n;
        }

        var end = new byte[Length64];
        return left == 0
            && file.ReadAtLeast(end, Length64, throwOnEndOfStream: false) == Length64
            && Convert
                .ToHexStringLower(hash.GetHashAndReset())
                .Equals(Encoding.ASCII.GetString(end), StringComparison.Ordinal);
    }

    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        var (first, second) = Take(buffer);
        await inner.WriteAsync(first, cancellationToken);
        await inner.WriteAsync(second, cancellationToken);
    }

    public override Task WriteAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        var (first, second) = Take(buffer.AsMemory(offset, count));
        inner.Write(first.Span);
        inner.Write(second.Span);
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        inner.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>What can go out, now that it is known that as much follows it as is held back.</summary>
    private (ReadOnlyMemory<byte> Held, ReadOnlyMemory<byte> Fresh) Take(
        ReadOnlyMemory<byte> buffer
    )
    {
        var goes = Math.Max(0, _held + buffer.Length - Length64);
        var held = _tail.AsSpan(0, Math.Min(goes, _held)).ToArray();
        var fresh = buffer[..(goes - held.Length)];
        _hash.AppendData(held);
        _hash.AppendData(fresh.Span);
        _passed += goes;
        _tail.AsSpan(held.Length, _held - held.Length).CopyTo(_tail);
        _held -= held.Length;
        buffer.Span[fresh.Length..].CopyTo(_tail.AsSpan(_held));
        _held += buffer.Length - fresh.Length;
        // The caller's buffer may be used again while this is under way: it is awaited before that.
        return (held, fresh);
    }
}
