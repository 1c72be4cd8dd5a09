using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace ChatApprovals.Tests.Guard;

#region README
/// <summary>Run it only when this answers true, and only once; false or an exception: do not.</summary>
public sealed class ApprovalGuard(Uri bot, string guardKey)
{
    // No redirects: what another address answers is no yes.
    private static readonly HttpClient s_http = new(
        new SocketsHttpHandler { AllowAutoRedirect = false }
    );

    /// <summary>Hand in the token, and which action, resource and context are about to run.</summary>
    public async Task<bool> MayRunAsync(object about, CancellationToken cancel)
    {
        var consume = new Uri(bot, "/v1/grants/consume");
        using var ask = new HttpRequestMessage(HttpMethod.Post, consume);
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", guardKey);
        ask.Content = JsonContent.Create(about);
        using var answer = await s_http.SendAsync(ask, cancel);
        return answer.StatusCode == HttpStatusCode.OK
            && await answer.Content.ReadFromJsonAsync<JsonElement>(cancel) is var said
            && said.GetProperty("status").ValueEquals("consumed");
    }
}
#endregion
