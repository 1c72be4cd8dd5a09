using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>
/// One kept-alive HTTP/1.1 connection, one request at a time: so little work that the client's core is not
/// what is measured. Knows answers with a Content-Length alone, as the bot gives.
/// </summary>
internal sealed class Wire : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] _in = new byte[2048];

    public static async Task<Wire> OpenAsync(Uri url, CancellationToken cancel)
    {
        var wire = new Wire();
        await wire._socket.ConnectAsync(IPAddress.Loopback, url.Port, cancel);
        return wire;
    }

    /// <summary>The answer; its body is only valid until the next request.</summary>
    public async ValueTask<WireAnswer> SendAsync(
        ReadOnlyMemory<byte> request,
        CancellationToken cancel
    )
    {
        for (var sent = 0; sent < request.Length; )
        {
            sent += await _socket.SendAsync(request[sent..], cancel);
        }

        var (filled, head, length) = (0, -1, 0);
        while (head < 0 || filled < head + length)
        {
            if (filled == _in.Length)
            {
                Array.Resize(ref _in, _in.Length * 2);
            }

            var read = await _socket.ReceiveAsync(_in.AsMemory(filled), cancel);
            if (read == 0)
            {
                throw new IOException("the server hung up");
            }

            filled += read;
            if (head < 0 && _in.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                head = end + 4;
                length = LengthOf(_in.AsSpan(0, end));
            }
        }

        return Utf8Parser.TryParse(_in.AsSpan("HTTP/1.1 ".Length, 3), out int status, out _)
            ? new WireAnswer(status, _in.AsMemory(head, length))
            : throw new IOException("the server does not speak HTTP");
    }

    public void Dispose() => _socket.Dispose();

    /// <summary>A whole request, ready to send.</summary>
    public static byte[] Request(string method, string path, string headers, string? body)
    {
        var length = body is null ? 0 : Encoding.UTF8.GetByteCount(body);
        var said = body is null ? "" : $"Content-Length: {length}\r\n";
        return Encoding.UTF8.GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}{said}\r\n{body}"
        );
    }

    private static int LengthOf(ReadOnlySpan<byte> head)
    {
        var name = "Content-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _)
            ? length
            : 0;
    }
}

/// <summary>Status and body of an answer.</summary>
internal readonly record struct WireAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <exception cref="InvalidOperationException">Another status: then nothing measured means anything.</exception>
    public WireAnswer Must(int status) =>
        Status == status
            ? this
            : throw new InvalidOperationException($"{Status} where {status} was due: {Text}");
}
