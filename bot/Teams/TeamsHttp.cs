using System.Text.Json;

namespace ChatApprovals.Teams;

/// <summary>The one HTTP client to Microsoft: short patience, no redirects, bounded answers.</summary>
public sealed class TeamsHttp(TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan s_totalFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_dnsFor = TimeSpan.FromMinutes(5);

    /// <summary>A member has less than 1 KB, a page of them some 100 KB.</summary>
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

    /// <summary>The answer with its body. Cancelled after ten seconds, wherever it is then.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancel
    )
    {
        using var patience = new CancellationTokenSource(s_totalFor, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, patience.Token);
        return await _http.SendAsync(request, both.Token);
    }

    /// <summary>The object in an answer's body, or null.</summary>
    public static async Task<JsonElement?> ObjectAsync(
        HttpResponseMessage response,
        CancellationToken cancel
    ) => TeamsJson.Object(await response.Content.ReadAsByteArrayAsync(cancel));

    public void Dispose() => _http.Dispose();
}
