using System.Collections.Concurrent;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Lets long polls and event streams sleep until a request changes. Knows nothing durable: whoever wakes
/// up looks at the state itself.
/// </summary>
public sealed class Waiters
{
    private readonly ConcurrentDictionary<RequestId, TaskCompletionSource<Approval>> _waiting =
        new();
    private volatile bool _closed;

    public Waiters(Committer committer) => committer.Watch(Wake);

    /// <summary>True once the process is stopping: nobody should begin to wait.</summary>
    public bool IsClosed => _closed;

    /// <summary>The process is stopping: everybody who waits is woken and answers with what is.</summary>
    public void Close()
    {
        _closed = true;
        foreach (var id in _waiting.Keys)
        {
            if (_waiting.TryRemove(id, out var source))
            {
                source.TrySetCanceled();
            }
        }
    }

    /// <summary>
    /// The next change of a request. Ask first, then look at the state, then await: a change in between is
    /// not missed.
    /// </summary>
    public Task<Approval> Next(RequestId id) =>
        _waiting
            .GetOrAdd(
                id,
                static _ => new TaskCompletionSource<Approval>(
                    TaskCreationOptions.RunContinuationsAsynchronously
                )
            )
            .Task;

    /// <summary>Forgets a waiter nobody awaits any more (it timed out), so that memory stays bounded.</summary>
    public void Release(RequestId id, Task<Approval> waiting)
    {
        if (_waiting.TryGetValue(id, out var source) && source.Task == waiting)
        {
            // Others may share it: they are woken and look again.
            _waiting.TryRemove(KeyValuePair.Create(id, source));
            source.TrySetCanceled();
        }
    }

    private void Wake(IReadOnlyCollection<Approval> changed)
    {
        foreach (var approval in changed)
        {
            if (_waiting.TryRemove(approval.Id, out var source))
            {
                source.TrySetResult(approval);
            }
        }
    }
}
