using ChatApprovals.Desk;

namespace ChatApprovals.Export;

/// <summary>
/// What is to be known of each request while a ledger goes by: made from its entries, one after the other. Kept of those
/// that an entry was of last, so memory is bounded; an entry of another makes its state from the store anew,
/// whether it was forgotten or the request was made before the part that is read.
/// </summary>
/// <param name="span">The part that goes by.</param>
/// <param name="next">The state after one more entry; null: before the first.</param>
internal sealed class RequestStates<T>(LedgerSpan span, Func<T?, StoredEntry, T?> next)
    where T : class
{
    /// <summary>Own value: some MB of whole requests.</summary>
    private const int Kept = 2_048;

    private Dictionary<string, T?> _last = new(Kept, StringComparer.Ordinal);
    private Dictionary<string, T?> _before = new(Kept, StringComparer.Ordinal);

    /// <summary>The state of an entry's request with that entry, the next one of it.</summary>
    public T? With(StoredEntry entry)
    {
        var state = next(Before(entry), entry);
        if (_last.Count >= Kept && !_last.ContainsKey(entry.Txn))
        {
            (_last, _before) = (_before, _last);
            _last.Clear();
        }

        return _last[entry.Txn] = state;
    }

    private T? Before(StoredEntry entry) =>
        _last.TryGetValue(entry.Txn, out var state) ? state
        : _before.Remove(entry.Txn, out state) ? state
        : span.EntriesBefore(entry).Aggregate(default(T), next);
}
