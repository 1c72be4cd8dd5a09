using System.Text.Json;

namespace ChatApprovals.Teams;

/// <summary>The one HTTP client to Microsoft: short patience, no redirects, bounded answers.</summary>
public sealed class TeamsHttp : IDisposable
{
    private static readonly TimeSpan s_connectFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_totalFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_dnsFor = TimeSpan.FromMinutes(5);

    /// <summary>A member has less than 1 KB, a page of them some 100 KB.</summary>
    private const int AnswerMax = 1024 * 1024;

    private readonly HttpClient _http = new(
        new SocketsHttpHandler
        {
            ConnectTimeout = s_connectFor,
            PooledConnectionLifetime = s_dnsFor,
            AllowAutoRedirect = false,
            UseCookies = false,
        }
    )
    {
        Timeout = s_totalFor,
        MaxResponseContentBufferSize = AnswerMax,
    };

    public Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancel
    ) => _http.SendAsync(request, cancel);

    /// <summary>The object in an answer's body, or null.</summary>
    public static async Task<JsonElement?> ObjectAsync(
        HttpResponseMessage response,
        CancellationToken cancel
    ) => TeamsJson.Object(await response.Content.ReadAsByteArrayAsync(cancel));

    public void Dispose() => _http.Dispose();
}
