using ChatApprovals.Approvals;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>
/// Carries an erasure out, in the transaction that records it: contents are emptied, and every request that one
/// of them was of is made anew from what its entries say now, by the same rules as a rebuild.
/// </summary>
internal sealed class ErasedState
{
    private readonly HashSet<string> _requests = new(StringComparer.Ordinal);

    /// <summary>Empties what a fact says is gone; nothing for any other.</summary>
    public void Take(IStoreTransaction store, Fact fact, long by)
    {
        var entries = fact switch
        {
            Fact.RequestErased f => f.Entries,
            Fact.PersonErased f => f.Entries,
            _ => [],
        };
        foreach (var seq in entries)
        {
            if (store.Erase(seq, by) is { } txn && RequestId.TryParse(txn, null, out _))
            {
                _requests.Add(txn);
            }
        }

        if (fact is Fact.RequestErased erased)
        {
            _requests.Add(erased.Id.ToString());
        }
    }

    /// <summary>The requests as they are from now on, and stored so.</summary>
    public IEnumerable<Approval> Renew(IStoreTransaction store)
    {
        foreach (var id in _requests)
        {
            var entries = store.EntriesOf(id);
            var approval = Rebuild.One(entries);
            store.ReplaceRequest(Projection.Row(approval, entries[0].Seq));
            yield return approval;
        }
    }
}
