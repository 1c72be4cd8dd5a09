using System.Collections.Concurrent;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// When who was first given a review over HTTP: what a policy's <c>dwell</c> is measured from. In memory only:
/// after a restart, or when there are very many, a review must be fetched once more. Bounded.
/// </summary>
internal sealed class ReviewsRead
{
    /// <summary>Own limit.</summary>
    private const int Max = 10_000;

    private readonly ConcurrentDictionary<(AccountId, RequestId), DateTimeOffset> _first = new();

    /// <summary>It is given now; answers when it first was.</summary>
    public DateTimeOffset Note(AccountId account, RequestId request, DateTimeOffset now)
    {
        MakeRoom();
        return _first.GetOrAdd((account, request), now);
    }

    /// <summary>Null: never, as far as is known.</summary>
    public DateTimeOffset? FirstAt(AccountId account, RequestId request) =>
        _first.TryGetValue((account, request), out var at) ? at : null;

    /// <summary>The older half goes.</summary>
    private void MakeRoom()
    {
        if (_first.Count < Max)
        {
            return;
        }

        foreach (var (key, _) in _first.OrderBy(r => r.Value).Take(Max / 2))
        {
            _first.TryRemove(key, out _);
        }
    }
}
