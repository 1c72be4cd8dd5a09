using System.Net.Http.Headers;
using System.Text;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>The same question by REST and by the Model Context Protocol: how is this request?</summary>
internal sealed class Reading(Place place)
{
    private const int Clients = 16;

    /// <summary>A request of one agent, read again and again by the same client in both ways.</summary>
    public async Task<(Done ByRest, Done ByMcp)> RunAsync(double seconds, CancellationToken cancel)
    {
        using var wire = await Wire.OpenAsync(place.Bot.Url, cancel);
        var id = Asking.IdOf((await wire.SendAsync(place.Asking.Create(0), cancel)).Must(201));
        var rest = await MeasureAsync(
            () => new HttpRequestMessage(HttpMethod.Get, $"/v1/requests/{id}"),
            seconds,
            cancel
        );
        var call = Encoding.UTF8.GetBytes(
            $$$"""{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_approval","arguments":{"id":"{{{id}}}"} } }"""
        );
        var mcp = await MeasureAsync(
            () =>
                new HttpRequestMessage(HttpMethod.Post, "/mcp")
                {
                    Content = new ByteArrayContent(call)
                    {
                        Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                    },
                    Headers =
                    {
                        { "Accept", "application/json, text/event-stream" },
                        { "MCP-Protocol-Version", "2025-06-18" },
                    },
                },
            seconds,
            cancel
        );
        return (rest, mcp);
    }

    private async Task<Done> MeasureAsync(
        Func<HttpRequestMessage> next,
        double seconds,
        CancellationToken cancel
    )
    {
        var meter = new Meter(place.Bot.Server.Process);
        var counts = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => RunAsync()));
        return meter.Stop(counts.Sum());

        async Task<long> RunAsync()
        {
            using var http = new HttpClient { BaseAddress = place.Bot.Url };
            http.DefaultRequestHeaders.Authorization = new("Bearer", place.Agents[0]);
            var count = 0L;
            while (meter.Seconds < seconds)
            {
                using var message = next();
                using var answer = await http.SendAsync(message, cancel);
                var text = await answer.Content.ReadAsStringAsync(cancel);
                if (
                    !answer.IsSuccessStatusCode
                    || !text.Contains("pending", StringComparison.Ordinal)
                )
                {
                    throw new InvalidOperationException($"{answer.StatusCode}: {text}");
                }

                count++;
            }

            return count;
        }
    }
}
