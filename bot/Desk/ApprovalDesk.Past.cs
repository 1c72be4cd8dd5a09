using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>One change of the configuration, as the ledger has it.</summary>
public sealed record Configured(long Seq, DateTimeOffset At, Fact.ConfigChanged Change);

/// <content>What was.</content>
public sealed partial class ApprovalDesk
{
    private const int PastPage = 200;

    /// <summary>Changes of one thing of the configuration, newest first, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<Configured>> HistoryAsync(
        string area,
        string name,
        int limit,
        CancellationToken cancel
    )
    {
        List<Configured> found = [];
        var before = long.MaxValue;
        while (
            found.Count < limit && _store.Configurations(before, PastPage) is { Count: > 0 } page
        )
        {
            cancel.ThrowIfCancellationRequested();
            found.AddRange(
                page.Select(e => (Entry: e, Fact: LedgerNotes.Read(e) as Fact.ConfigChanged))
                    .Where(e =>
                        e.Fact is { } fact
                        && string.Equals(fact.Area, area, StringComparison.Ordinal)
                        && string.Equals(fact.Name, name, StringComparison.Ordinal)
                    )
                    .Select(e => new Configured(e.Entry.Seq, e.Entry.At, e.Fact!))
            );
            before = page[^1].Seq;
        }

        return Task.FromResult<IReadOnlyList<Configured>>([.. found.Take(limit)]);
    }

    /// <summary>Requests of everybody made since then, newest first, at most <paramref name="limit"/>.</summary>
    public Task<IReadOnlyList<Approval>> SinceAsync(
        DateTimeOffset since,
        int limit,
        CancellationToken cancel
    )
    {
        List<Approval> found = [];
        RequestId? after = null;
        while (found.Count < limit)
        {
            cancel.ThrowIfCancellationRequested();
            var page = Load(new RequestQuery(null, null, after, PastPage, OldestFirst: false));
            found.AddRange(page.Where(a => a.CreatedAt >= since && a.Change is null));
            if (page.Count < PastPage || page[^1].CreatedAt < since)
            {
                break;
            }

            after = page[^1].Id;
        }

        return Task.FromResult<IReadOnlyList<Approval>>([.. found.Take(limit)]);
    }
}
