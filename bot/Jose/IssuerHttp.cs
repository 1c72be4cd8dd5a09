using System.Net;
using System.Net.Http.Headers;

namespace ChatApprovals.Jose;

/// <summary>Fetches what an issuer publishes: short patience, no redirects, bounded answers.</summary>
public sealed class IssuerHttp(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan s_totalFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_dnsFor = TimeSpan.FromMinutes(5);

    /// <summary>A key set has about 20 KB.</summary>
    private const int AnswerMax = 1024 * 1024;

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            PooledConnectionLifetime = s_dnsFor,
            AllowAutoRedirect = false,
            UseCookies = false,
        }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = AnswerMax,
    };

    /// <summary>The bytes of a 200 answer, or null for anything else.</summary>
    public async Task<byte[]?> GetAsync(Uri url, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var patience = new CancellationTokenSource(s_totalFor, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        try
        {
            using var response = await _http.SendAsync(request, both.Token);
            return response.StatusCode == HttpStatusCode.OK
                ? await response.Content.ReadAsByteArrayAsync(cancel)
                : null;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _http.Dispose();
}
