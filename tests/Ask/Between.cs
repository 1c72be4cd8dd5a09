using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using ChatApprovals.Tests.Guard;
using ChatApprovals.Tests.Journeys;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Ask;

/// <summary>Stands between <c>ask</c> and the bot, and can do something right before a grant is used up.</summary>
internal sealed class Between : IAsyncDisposable
{
    private const string Consume = "/v1/grants/consume";

    private readonly UpstreamServer _server;
    private readonly HttpClient _http = new();

    private Between(UpstreamServer server) => _server = server;

    /// <summary>Where <c>ask</c> is sent to.</summary>
    public Uri Url => new(_server.Url);

    /// <summary>The bot itself; set before anything is asked.</summary>
    public Uri? Bot { get; set; }

    /// <summary>Given the call: a status is answered in the bot's place.</summary>
    public Func<Sent, Task<int?>> Consuming { get; set; } = _ => Task.FromResult<int?>(null);

    public static async Task<Between> StartAsync()
    {
        var between = new Between(await UpstreamServer.StartAsync(Site.Cancel));
        between._server.Answer = between.AnswerAsync;
        return between;
    }

    /// <summary>The call goes to the bot as it came, or with another body.</summary>
    public Task<HttpResponseMessage> PassAsync(Sent call, JsonObject? other = null)
    {
        var message = new HttpRequestMessage(new(call.Method), new Uri(Bot!, call.Target));
        if (call.Body.Length > 0)
        {
            var body = other is null ? call.Body : Encoding.UTF8.GetBytes(other.ToJsonString());
            message.Content = new ByteArrayContent(body);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        foreach (var name in new[] { "Authorization", "Idempotency-Key", "DPoP" })
        {
            if (call.Headers.TryGetValue(name, out var value))
            {
                message.Headers.TryAddWithoutValidation(name, value);
            }
        }

        return _http.SendAsync(message, Site.Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _http.Dispose();
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var call = Call(http);
        if (call.Target is Consume && await Consuming(call) is { } status)
        {
            http.Response.StatusCode = status;
            return;
        }

        using var answer = await PassAsync(call);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await answer.Content.CopyToAsync(http.Response.Body, Site.Cancel);
    }

    /// <summary>One ask makes one call after the other.</summary>
    private Sent Call(HttpContext http) =>
        _server.Calls.Last(c =>
            string.Equals(c.Method, http.Request.Method, StringComparison.Ordinal)
        );
}
