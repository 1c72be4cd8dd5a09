using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>What was.</content>
public sealed partial class ApprovalDesk
{
    private const int PastPage = 200;

    /// <summary>
    /// Requests of everybody made since then that are not erased, newest first, at most <paramref name="limit"/>.
    /// </summary>
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
            found.AddRange(
                page.Where(a =>
                    a.CreatedAt >= since && a is { Change: null, Opening.IsErased: false }
                )
            );
            if (page.Count < PastPage || page[^1].CreatedAt < since)
            {
                break;
            }

            after = page[^1].Id;
        }

        return Task.FromResult<IReadOnlyList<Approval>>([.. found.Take(limit)]);
    }
}
