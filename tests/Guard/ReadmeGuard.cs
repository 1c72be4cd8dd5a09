using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace ChatApprovals.Tests.Guard;

#region README
/// <summary>Ask this before you run anything; run it only when the answer is true, and only once.</summary>
public sealed class ApprovalGuard(HttpClient bot, string guardKey)
{
    public async Task<bool> MayRunAsync(
        string token,
        object action,
        object resource,
        object context,
        CancellationToken cancel
    )
    {
        using var ask = new HttpRequestMessage(HttpMethod.Post, "/v1/grants/consume");
        ask.Headers.Authorization = new AuthenticationHeaderValue("Bearer", guardKey);
        ask.Content = JsonContent.Create(
            new
            {
                token,
                action,
                resource,
                context,
            }
        );
        using var answer = await bot.SendAsync(ask, cancel);
        return answer.StatusCode == System.Net.HttpStatusCode.OK;
    }
}
#endregion
