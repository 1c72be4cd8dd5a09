using ChatApprovals.Approvals;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>Where in the ledger a request ended.</summary>
internal static class Ends
{
    private const int ChangesPage = 500;

    /// <summary>The entry that put it into its terminal state; null while it is pending.</summary>
    public static long? SeqOf(IStore store, RequestId id)
    {
        long after = -1;
        while (store.Changes(id, after, ChangesPage) is { Count: > 0 } changes)
        {
            if (changes.FirstOrDefault(c => EntryKinds.IsEnd(c.Kind)) is { } end)
            {
                return end.Seq;
            }

            after = changes[^1].Seq;
        }

        return null;
    }
}
