using System.Globalization;
using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>
/// <c>GET /v1/requests/{id}/events</c>: one server-sent event for each change, from the first or after
/// <c>Last-Event-ID</c>. Ends when nothing more can come, when the process stops, or after 15 minutes;
/// a client then resumes. It ends too when its key does not hold any more: resuming says why. Resuming a finished request is 204, which tells clients to stop (WHATWG HTML 9.2).
/// </summary>
internal sealed class EventStream(
    ApprovalDesk desk,
    AgentGate gate,
    AgentWaits waits,
    TimeProvider clock,
    IHostApplicationLifetime lifetime
)
{
    /// <summary>WHATWG HTML 9.2.7 advises a comment every 15 s, so that proxies keep the connection.</summary>
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan OpenMax = TimeSpan.FromMinutes(15);

    public async Task<Problem?> SendAsync(HttpContext http, Agent agent, CancellationToken cancel)
    {
        if (
            !Lookup.TryReadId(http, out var id)
            || await desk.FindAsync(agent.Name, id, cancel) is null
        )
        {
            return Problems.NotFound;
        }

        if (!TryReadLast(http.Request, out var last))
        {
            return Problems.BadHeader("Last-Event-ID: the id of an event.");
        }

        using var slot = waits.Begin(agent.Name);
        if (slot is null)
        {
            return InboxProblems.TooManyStreams;
        }

        var stopping = lifetime.ApplicationStopping;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, stopping);
        try
        {
            await FollowAsync(http.Response, id, last, either.Token);
        }
        catch (OperationCanceledException)
        {
            // The client left or the process stops: what was sent is whole events, the client resumes.
        }

        return null;
    }

    private async Task FollowAsync(
        HttpResponse response,
        RequestId id,
        long last,
        CancellationToken cancel
    )
    {
        var feed = new EventFeed(id);
        var started = clock.GetTimestamp();
        var frames = await PastAsync(feed, id, last, cancel);
        if (last > feed.Seq)
        {
            // Nothing of this request has that id, or it is from before a restore: better twice than never.
            (feed, last) = (new EventFeed(id), -1);
            frames = await PastAsync(feed, id, last, cancel);
        }

        Answer.NotKept(response);
        if (feed.IsOver && frames.Length == 0)
        {
            response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        response.ContentType = "text/event-stream";
        // NGINX would hold events back otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
        if (HttpMethods.IsHead(response.HttpContext.Request.Method))
        {
            return;
        }

        await WriteAsync(response, "retry: 3000\n\n" + frames, cancel);
        while (!feed.IsOver && clock.GetElapsedTime(started) < OpenMax)
        {
            var changes = await desk.ChangesAsync(id, feed.Seq, HeartbeatEvery, cancel);
            if (gate.WhyNot(response.HttpContext.Request) is { } why)
            {
                await WriteAsync(response, $": {why.Status} {why.Code}\n\n", cancel);
                return;
            }

            frames = Frames(feed, changes, last);
            await WriteAsync(response, frames.Length > 0 ? frames : ": still here\n\n", cancel);
        }
    }

    /// <summary>What has happened by now; the desk tells it in portions.</summary>
    private async Task<string> PastAsync(
        EventFeed feed,
        RequestId id,
        long last,
        CancellationToken cancel
    )
    {
        var frames = new StringBuilder();
        while (await desk.ChangesAsync(id, feed.Seq, TimeSpan.Zero, cancel) is { Count: > 0 } some)
        {
            frames.Append(Frames(feed, some, last));
        }

        return frames.ToString();
    }

    /// <summary>Every change is taken, for the status; only those after the last seen are sent.</summary>
    private static string Frames(EventFeed feed, IReadOnlyList<Change> changes, long last)
    {
        var frames = new StringBuilder();
        foreach (var change in changes)
        {
            var frame = feed.Take(change);
            frames.Append(change.Seq > last ? frame : "");
        }

        return frames.ToString();
    }

    private static async Task WriteAsync(
        HttpResponse response,
        string text,
        CancellationToken cancel
    )
    {
        await response.Body.WriteAsync(Encoding.UTF8.GetBytes(text), cancel);
        await response.Body.FlushAsync(cancel);
    }

    private static bool TryReadLast(HttpRequest request, out long last)
    {
        last = -1;
        return !request.Headers.TryGetValue("Last-Event-ID", out var values)
            || values is [""] // nothing was received yet
            || (
                values is [{ } text]
                && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out last)
            );
    }
}
