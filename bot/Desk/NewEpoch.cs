using ChatApprovals.Approvals;
using ChatApprovals.Grants;

namespace ChatApprovals.Desk;

/// <summary>
/// How a ledger goes on from a backup. What happened after the backup is not known, so nothing that could have
/// been decided or used since may be: what waits is cancelled, and what was approved and not used is revoked,
/// whether it was used since or not. Whoever still needs it asks again.
/// </summary>
public static class NewEpoch
{
    private const string Why =
        "The ledger was restored from a backup, and what became of this since is not known: ask again.";

    /// <summary>
    /// Records that the ledger was restored, first of all, and ends whatever is open: one commit. Durable on
    /// return.
    /// </summary>
    /// <param name="committer">Of the restored ledger, before anything else uses it.</param>
    /// <param name="store">The same ledger, its projections rebuilt.</param>
    /// <param name="restored">What is recorded.</param>
    /// <param name="cancel">Gives up waiting; what was committed stays.</param>
    public static Task<Ended> BeginAsync(
        Committer committer,
        IStore store,
        Fact.LedgerRestored restored,
        CancellationToken cancel
    ) =>
        committer.CommitAsync(
            commit =>
            {
                commit.Record(restored);
                return new Ended(Cancel(commit, store), Revoke(commit, store));
            },
            cancel
        );

    private static int Cancel(Commit commit, IStore store)
    {
        var ids = Requests(store, RequestStatus.Pending).ToList();
        foreach (var id in ids)
        {
            foreach (var fact in Bench.Expire(commit.Find(id)!, commit.Now))
            {
                commit.Record(fact);
            }

            if (commit.Find(id)!.IsPending)
            {
                commit.Record(Confirming.Ended(commit.Find(id)!, Why));
            }
        }

        return ids.Count;
    }

    private static int Revoke(Commit commit, IStore store)
    {
        var open = Requests(store, RequestStatus.Approved)
            .Select(id => commit.Find(id)!)
            .Where(a => IsUsable(a, commit.Now))
            .ToList();
        open.ForEach(a => commit.Record(new Fact.GrantRevoked(a.Id, a.Grant?.Id, By: null)));
        return open.Count;
    }

    /// <summary>
    /// A grant may be asked for until the approval is over, and is good for <see cref="Grant.LifetimeMax"/>
    /// seconds then; what is older is worthless already.
    /// </summary>
    private static bool IsUsable(Approval approval, DateTimeOffset now) =>
        approval is { Change: null, Grant: null or { IsConsumed: false, IsRevoked: false } }
        && now < GrantCheck.ValidUntil(approval).AddSeconds(Grant.LifetimeMax);

    private static IEnumerable<RequestId> Requests(IStore store, RequestStatus status)
    {
        const int page = 1_000;
        RequestId? after = null;
        while (
            store.Requests(new RequestQuery(null, status, after, page, OldestFirst: true))
                is { Count: > 0 } rows
        )
        {
            foreach (var row in rows)
            {
                yield return row.Id;
            }

            after = rows[^1].Id;
        }
    }

    /// <summary>How many requests that waited were ended, and how many approvals revoked.</summary>
    public sealed record Ended(int Cancelled, int Revoked);
}
