using ChatApprovals.Approvals;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Mcp;

/// <summary>Holds a call until its request is no longer pending.</summary>
internal sealed class Waiting(
    Lookup lookup,
    AgentWaits waits,
    TimeProvider clock,
    IHostApplicationLifetime lifetime
)
{
    private static readonly TimeSpan TellEvery = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The request as soon as it is no longer pending, else as it is when the time is over or the process
    /// stops. <paramref name="tellAsync"/> is called at once and every 10 s while it is pending.
    /// </summary>
    public async Task<Replied> ForAsync(
        AgentName agent,
        RequestId id,
        TimeSpan wait,
        Func<Approval, Task> tellAsync,
        CancellationToken cancel
    )
    {
        using var slot = waits.Begin(agent);
        if (slot is null)
        {
            return new Replied.Refused(InboxProblems.TooManyStreams);
        }

        var started = clock.GetTimestamp();
        var found = await lookup.WaitAsync(agent, id, TimeSpan.Zero, cancel);
        while (
            found is { IsPending: true } && !lifetime.ApplicationStopping.IsCancellationRequested
        )
        {
            var left = wait - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            await tellAsync(found);
            var step = left < TellEvery ? left : TellEvery;
            found = await lookup.WaitAsync(agent, id, step, cancel);
        }

        return found is null
            ? new Replied.Refused(Problems.NotFound)
            : new Replied.State(found, IsNew: false);
    }
}
