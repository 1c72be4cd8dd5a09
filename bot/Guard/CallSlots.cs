using System.Collections.Concurrent;
using ChatApprovals.Approvals;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Guard;

/// <summary>
/// How many calls of guarded endpoints are under way at once: each holds two connections, up to a whole request
/// body until it is sent, and a piece of the answer. Who finds no room waits a little before it is refused.
/// </summary>
/// <param name="perAgent">Of one agent.</param>
/// <param name="all">Of all together.</param>
/// <param name="patience">How long one waits for room.</param>
public sealed class CallSlots(int perAgent, int all, TimeSpan patience) : IDisposable
{
    private readonly SemaphoreSlim _all = new(all, all);
    private readonly ConcurrentDictionary<AgentName, SemaphoreSlim> _agents = [];

    /// <summary>Own limits: 200 bodies of 1 MiB are what a small host bears.</summary>
    public static CallSlots Usual() => new(50, 200, TimeSpan.FromSeconds(10));

    /// <summary>To be disposed when the call is over; or why there is no room. Nothing is used up before.</summary>
    internal async Task<(IDisposable? Slot, Problem? Problem)> TakeAsync(
        AgentName agent,
        CancellationToken cancel
    )
    {
        var own = _agents.GetOrAdd(agent, _ => new SemaphoreSlim(perAgent, perAgent));
        if (!await own.WaitAsync(patience, cancel))
        {
            return (null, InboxProblems.TooManyCalls);
        }

        var isTaken = false;
        try
        {
            isTaken = await _all.WaitAsync(patience, cancel);
        }
        finally
        {
            if (!isTaken)
            {
                own.Release();
            }
        }

        return isTaken ? (new Slot(_all, own), null) : (null, CallProblems.NoRoom);
    }

    public void Dispose()
    {
        _all.Dispose();
        foreach (var own in _agents.Values)
        {
            own.Dispose();
        }
    }

    private sealed class Slot(SemaphoreSlim all, SemaphoreSlim own) : IDisposable
    {
        private bool _ended;

        public void Dispose()
        {
            if (!_ended)
            {
                _ended = true;
                own.Release();
                all.Release();
            }
        }
    }
}
