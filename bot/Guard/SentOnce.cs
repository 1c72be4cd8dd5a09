using System.Net;

namespace ChatApprovals.Guard;

/// <summary>A body that is sent once and held no longer: an answer may take much longer than its call.</summary>
public sealed class SentOnce(ReadOnlyMemory<byte> body) : HttpContent
{
    private readonly long _length = body.Length;
    private ReadOnlyMemory<byte> _left = body;

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream,
        TransportContext? context,
        CancellationToken cancellationToken
    )
    {
        var whole = _left;
        _left = default;
        await stream.WriteAsync(whole, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }
}
