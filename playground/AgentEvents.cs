using System.Net;
using System.Text.Json;

namespace ChatApprovals.Playground;

/// <summary>
/// Follows one request's event stream: questions come by it, as the long poll waits for the end alone. Outlives a bot
/// that is killed and started again.
/// </summary>
internal sealed class AgentEvents(HttpClient http, Func<Uri> stream, string? key, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private string _last = "";

    /// <summary>Tells every event, each once, until nothing more can come.</summary>
    public async Task FollowAsync(
        Func<JsonElement, CancellationToken, Task> hear,
        CancellationToken cancel
    )
    {
        try
        {
            while (await ReadAsync(hear, cancel))
            {
                await Task.Delay(Pause, time, cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The console ends.
        }
    }

    /// <summary>One stream to its end; false when there is nothing to come back for.</summary>
    private async Task<bool> ReadAsync(
        Func<JsonElement, CancellationToken, Task> hear,
        CancellationToken cancel
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, stream());
        request.Headers.Authorization = new("Bearer", key ?? "none");
        if (_last.Length > 0)
        {
            request.Headers.TryAddWithoutValidation("Last-Event-ID", _last);
        }
        try
        {
            const HttpCompletionOption Begun = HttpCompletionOption.ResponseHeadersRead;
            using var answer = await http.SendAsync(request, Begun, cancel);
            if (answer.StatusCode is not HttpStatusCode.OK)
            {
                return answer.StatusCode >= HttpStatusCode.InternalServerError;
            }
            using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(cancel));
            while (await lines.ReadLineAsync(cancel) is { } line)
            {
                _last = line.StartsWith("id: ", StringComparison.Ordinal) ? line[4..] : _last;
                if (
                    line.StartsWith("data: ", StringComparison.Ordinal)
                    && Json.TryParse(line[6..]) is { } told
                )
                {
                    await hear(told, cancel);
                }
            }
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            // The bot is down: go on where it was.
        }
        return true;
    }
}
