using System.Collections.Concurrent;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// The requests used last, as committed: spares reading and parsing a row. Read from any thread, written
/// by the committer alone; forgotten as a whole when a commit fails. Bounded by two generations.
/// </summary>
public sealed class Recent
{
    /// <summary>
    /// Requests per generation; about 5 KB each. Twice what is under way in a large company; an older one is
    /// read from its row.
    /// </summary>
    private const int GenerationMax = 1_024;

    private volatile ConcurrentDictionary<RequestId, Approval> _young = new();
    private volatile ConcurrentDictionary<RequestId, Approval> _old = new();

    public Approval? Find(RequestId id) =>
        _young.TryGetValue(id, out var approval) || _old.TryGetValue(id, out approval)
            ? approval
            : null;

    internal Approval Remember(Approval approval)
    {
        if (_young.Count >= GenerationMax)
        {
            _old = _young;
            _young = new ConcurrentDictionary<RequestId, Approval>();
        }

        _young[approval.Id] = approval;
        return approval;
    }

    internal void Forget()
    {
        _young = new ConcurrentDictionary<RequestId, Approval>();
        _old = new ConcurrentDictionary<RequestId, Approval>();
    }
}
