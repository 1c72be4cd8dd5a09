namespace ChatApprovals.Export;

/// <summary>Some bytes of a zip, from front to back.</summary>
internal sealed class ZipPart(ZipIndex zip, long position, long length) : Stream
{
    private long _position = position;
    private long _left = length;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(_left, buffer.Length);
        if (wanted <= 0)
        {
            return 0;
        }

        var read = zip.Read(_position, buffer[..wanted]);
        (_position, _left) = (_position + read, _left - read);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();
}
