using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// The callbacks that are owed: what is due, what became of an attempt, what was given up. Every change is
/// durable on return; each throws <see cref="UnavailableException"/> when nothing can be written.
/// </summary>
public sealed class CallbackDesk(Committer committer, IStore store)
{
    /// <summary>Of one agent, sent at the same time.</summary>
    private const int AtOnce = 2;

    private Action? _wake;
    private ImmutableSortedDictionary<string, AgentCallback>? _seen;

    /// <summary>
    /// Has itself told when something may be owed now: requests of agents that are called back changed, somebody
    /// named another address, or what was given up is to be sent. On any thread: only to wake others.
    /// </summary>
    public void Watch(Action wake)
    {
        _wake = wake;
        committer.Watch(changed =>
        {
            var callbacks = committer.Register.Callbacks;
            if (
                !ReferenceEquals(_seen, callbacks)
                || changed.Any(a => callbacks.ContainsKey(a.Opening.Agent.ToString()))
            )
            {
                _seen = callbacks;
                wake();
            }
        });
    }

    /// <summary>Whether what becomes of an attempt can be written down; else nothing should be sent.</summary>
    public bool CanRecord => committer.Fault is null;

    /// <summary>The register as of the last commit.</summary>
    public Register Register => committer.Register;

    /// <summary>What is to be sent by now: a few of each agent's, the longest due first.</summary>
    public IReadOnlyList<CallbackLine> Due(DateTimeOffset now) =>
        [
            .. committer
                .Register.Callbacks.Values.Where(c => !c.Gone)
                .SelectMany(c => store.CallbacksDue(c.Agent, now, AtOnce)),
        ];

    /// <summary>When the next is due, or null.</summary>
    public DateTimeOffset? NextDue() =>
        committer
            .Register.Callbacks.Values.Where(c => !c.Gone)
            .Select(c => store.NextCallback(c.Agent))
            .Min();

    /// <summary>What an agent is owed, given up first, then the oldest.</summary>
    public IReadOnlyList<CallbackLine> Owed(AgentName agent, int limit) =>
        store.CallbacksOf(agent, limit);

    /// <summary>The receiver has it.</summary>
    public Task DeliveredAsync(CallbackLine line, CancellationToken cancel) =>
        WriteAsync(s => s.CallbackDone(line.Id), cancel);

    /// <summary>It was not taken: again then, or (null) never by itself.</summary>
    public Task FailedAsync(
        CallbackLine line,
        string why,
        DateTimeOffset? again,
        CancellationToken cancel
    ) => WriteAsync(s => s.CallbackFailed(line.Id, again, why), cancel);

    /// <summary>The receiver wants no more (410): the agent's callback is off, which the ledger says.</summary>
    public Task GoneAsync(AgentCallback callback, CancellationToken cancel) =>
        committer.CommitAsync(
            commit =>
            {
                if (commit.Register.Callback(callback.Agent) == callback)
                {
                    commit.Record(
                        Configuration.Change(
                            commit,
                            new ConfigRuling.Set(
                                "callback",
                                callback.Agent.ToString(),
                                callback with
                                {
                                    Gone = true,
                                },
                                Widens: false
                            ),
                            by: null
                        )
                    );
                }

                return true;
            },
            cancel
        );

    /// <summary>What was given up, or waits for its next attempt, is sent at once.</summary>
    public async Task RetryAsync(AgentName agent, CancellationToken cancel)
    {
        await WriteAsync(s => s.RetryCallbacks(agent, committer.LastAt), cancel);
        _wake?.Invoke();
    }

    /// <summary>How many an agent is owed.</summary>
    public int CountOwed(AgentName agent) => store.CountCallbacks(agent);

    /// <summary>Nothing is owed to it any more.</summary>
    public Task ForgetAsync(AgentName agent, CancellationToken cancel) =>
        WriteAsync(s => s.ForgetCallbacks(agent), cancel);

    private Task<bool> WriteAsync(Action<IStoreTransaction> write, CancellationToken cancel) =>
        committer.CommitAsync(
            commit =>
            {
                commit.Write(write);
                return true;
            },
            cancel
        );
}
