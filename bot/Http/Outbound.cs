using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChatApprovals.Http;

/// <summary>
/// Calls to addresses that an administrator or an agent named. A name is resolved for each connection,
/// every address of it is checked (<see cref="PublicAddress"/>), and the connection goes to one of those
/// checked, so that a name which changes its mind in between gains nothing. http only to this machine. No
/// proxy, no redirects, no cookies, no decompression. Each call has one connection for itself and never another:
/// where an upstream hangs up without an answer the library repeats by itself what has no body, up to three
/// times, and here nothing may run twice.
/// </summary>
public sealed class Outbound
{
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(10);

    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;

    public Outbound()
        : this(Dns.GetHostAddressesAsync) { }

    /// <param name="resolve">What names mean: the system's resolver, or a test's.</param>
    public Outbound(Func<string, CancellationToken, Task<IPAddress[]>> resolve) =>
        _resolve = resolve;

    /// <summary>
    /// Sends; the answer's body is still to be read. Whatever keeps it from an answer is an
    /// <see cref="HttpRequestException"/>, or a cancellation.
    /// </summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        bool mayBePrivate,
        CancellationToken cancel
    )
    {
        var connections = 0;
        // Disposed of before the answer is read: it then opens no connection, and leaves the one in use alone.
        using var http = Make(
            (context, limit) =>
                connections++ is 0 ? ConnectAsync(context, mayBePrivate, limit) : throw HungUp()
        );
        try
        {
            return await http.SendAsync(request, cancel);
        }
        catch (HttpRequestException) when (connections > 1)
        {
            throw HungUp();
        }
    }

    /// <summary>Why an address must not be called as it resolves now, in a sentence, or null.</summary>
    public async Task<string?> WhyNotAsync(Uri address, bool mayBePrivate, CancellationToken cancel)
    {
        try
        {
            await CheckedAsync(address.IdnHost, address.Scheme, mayBePrivate, cancel);
            return null;
        }
        catch (HttpRequestException refused)
        {
            return refused.Message;
        }
    }

    private static HttpMessageInvoker Make(
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect
    ) =>
        new(
            new SocketsHttpHandler
            {
                ConnectCallback = connect,
                ConnectTimeout = ConnectWithin,
                PooledConnectionLifetime = TimeSpan.Zero,
                UseProxy = false,
                UseCookies = false,
                AllowAutoRedirect = false,
                AutomaticDecompression = DecompressionMethods.None,
                MaxResponseDrainSize = 0,
                ActivityHeadersPropagator = null,
                // Else the library reads some (Location) as UTF-8 where it can, and the bytes are lost.
                ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            }
        );

    private async ValueTask<Stream> ConnectAsync(
        SocketsHttpConnectionContext context,
        bool mayBePrivate,
        CancellationToken cancel
    )
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var scheme = context.InitialRequestMessage.RequestUri!.Scheme;
        SocketException? last = null;
        foreach (var address in await CheckedAsync(host, scheme, mayBePrivate, cancel))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp)
            {
                NoDelay = true,
            };
            try
            {
                await socket.ConnectAsync(address, port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException failed)
            {
                socket.Dispose();
                last = failed;
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw new HttpRequestException(
            HttpRequestError.ConnectionError,
            "There is no connection to it.",
            last
        );
    }

    /// <summary>One address that may not be called spoils the name: nobody's name has both kinds by chance.</summary>
    private async Task<IPAddress[]> CheckedAsync(
        string host,
        string scheme,
        bool mayBePrivate,
        CancellationToken cancel
    )
    {
        IPAddress[] addresses;
        try
        {
            addresses = await _resolve(host, cancel);
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            throw Refused(HttpRequestError.NameResolutionError, "Its name does not resolve.");
        }

        return addresses.Length == 0
                ? throw Refused(HttpRequestError.NameResolutionError, "Its name does not resolve.")
            : !addresses.All(a => PublicAddress.IsAllowed(a, mayBePrivate))
                ? throw Refused(
                    HttpRequestError.ConnectionError,
                    mayBePrivate
                        ? "It has an address that is never called (link-local, metadata, embedded or reserved)."
                        : "It has an address that is not public."
                )
            : scheme is "https" || addresses.All(IPAddress.IsLoopback) ? addresses
            : throw Refused(HttpRequestError.ConnectionError, "http is only for this machine.");
    }

    private static HttpRequestException HungUp() =>
        new(HttpRequestError.ResponseEnded, "It hung up without an answer.");

    private static HttpRequestException Refused(HttpRequestError error, string why) =>
        new(error, why);
}
