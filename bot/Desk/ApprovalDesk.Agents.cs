using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>What agents ask for.</content>
public sealed partial class ApprovalDesk
{
    private readonly Committer _committer;
    private readonly IStore _store;
    private readonly Waiters _waiters;
    private readonly Directory _directory;
    private readonly Departed _departed;
    private readonly Opener _opener;
    private readonly DeskOptions _options;
    private readonly KeyCabinet _keys;
    private readonly TimeProvider _clock;

    public ApprovalDesk(
        Committer committer,
        IStore store,
        Waiters waiters,
        Directory directory,
        Departed departed,
        DeskOptions options,
        KeyCabinet keys,
        TimeProvider clock
    )
    {
        _keys = keys;
        _committer = committer;
        _store = store;
        _waiters = waiters;
        _directory = directory;
        _departed = departed;
        _opener = new Opener(options);
        _options = options;
        _clock = clock;
    }

    public partial Task<Opened> OpenAsync(
        AgentName agent,
        ActionRequest request,
        string bodyHash,
        string? idempotencyKey,
        CancellationToken cancel
    ) =>
        _committer.CommitAsync(
            commit => _opener.Open(commit, agent, request, bodyHash, idempotencyKey),
            cancel
        );

    public partial Task<bool> WouldAskAsync(
        AgentName agent,
        ActionRequest request,
        string bodyHash,
        CancellationToken cancel
    ) =>
        _committer.CommitAsync(
            commit => _opener.WouldAsk(commit, agent, request, bodyHash),
            cancel
        );

    public partial Task<Approval?> FindAsync(
        AgentName agent,
        RequestId id,
        CancellationToken cancel
    )
    {
        var found = Load(id);
        return Task.FromResult(found?.Opening.Agent == agent ? found : null);
    }

    public async partial Task<Approval?> WaitAsync(
        AgentName agent,
        RequestId id,
        TimeSpan wait,
        CancellationToken cancel
    )
    {
        var until = _clock.GetTimestamp() + (long)(wait.TotalSeconds * _clock.TimestampFrequency);
        while (true)
        {
            var next = _waiters.Next(id);
            var found = await FindAsync(agent, id, cancel);
            var left = _clock.GetElapsedTime(_clock.GetTimestamp(), until);
            if (found is not { IsPending: true } || left <= TimeSpan.Zero || _waiters.IsClosed)
            {
                _waiters.Release(id, next);
                return found;
            }

            await WokenAsync(id, next, left, cancel);
        }
    }

    public partial Task<IReadOnlyList<Approval>> ListAsync(
        AgentName agent,
        RequestStatus? status,
        RequestId? after,
        int limit,
        CancellationToken cancel
    ) => Task.FromResult(Load(new RequestQuery(agent, status, after, limit, OldestFirst: false)));

    public async partial Task<IReadOnlyList<Change>> ChangesAsync(
        RequestId id,
        long afterSeq,
        TimeSpan wait,
        CancellationToken cancel
    )
    {
        var next = _waiters.Next(id);
        var changes = _store.Changes(id, afterSeq, ChangesMax);
        if (changes.Count > 0 || wait <= TimeSpan.Zero || _waiters.IsClosed)
        {
            _waiters.Release(id, next);
            return changes;
        }

        await WokenAsync(id, next, wait, cancel);
        return _store.Changes(id, afterSeq, ChangesMax);
    }

    public partial Task<Closed> CancelAsync(
        AgentName agent,
        RequestId id,
        string? reason,
        CancellationToken cancel
    ) =>
        _committer.CommitAsync<Closed>(
            commit =>
            {
                if (commit.Find(id) is not { } found || found.Opening.Agent != agent)
                {
                    return new Closed.NotFound();
                }

                return End(commit, found, $"agent:{agent}", reason);
            },
            cancel
        );

    public partial Task<Closed> ReportAsync(
        AgentName agent,
        RequestId id,
        string outcome,
        string? detail,
        CancellationToken cancel
    ) =>
        _committer.CommitAsync<Closed>(
            commit =>
            {
                if (commit.Find(id) is not { } found || found.Opening.Agent != agent)
                {
                    return new Closed.NotFound();
                }

                if (found.Execution is { } earlier)
                {
                    return string.Equals(earlier.Outcome, outcome, StringComparison.Ordinal)
                        ? new Closed.Done(found)
                        : new Closed.NotNow(found);
                }

                // What the bot runs itself, it reports itself.
                if (
                    found.Status != RequestStatus.Approved
                    || found.Opening.Request.Call is not null
                )
                {
                    return new Closed.NotNow(found);
                }

                commit.Record(new Fact.ExecutionReported(id, outcome, detail));
                return new Closed.Done(commit.Find(id)!);
            },
            cancel
        );

    /// <summary>One event stream reads at most this many changes at a time.</summary>
    private const int ChangesMax = 100;

    private static Closed End(Commit commit, Approval found, string by, string? reason)
    {
        foreach (var fact in Bench.Expire(found, commit.Now))
        {
            commit.Record(fact);
        }

        var present = commit.Find(found.Id)!;
        if (!present.IsPending)
        {
            return new Closed.NotNow(present);
        }

        commit.Record(new Fact.RequestEnded(found.Id, RequestStatus.Cancelled, by, reason));
        return new Closed.Done(commit.Find(found.Id)!);
    }

    private async Task WokenAsync(
        RequestId id,
        Task<Approval> next,
        TimeSpan left,
        CancellationToken cancel
    )
    {
        try
        {
            await next.WaitAsync(left, _clock, cancel);
        }
        catch (TimeoutException)
        {
            _waiters.Release(id, next);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Another waiter gave up first: look again.
        }
    }

    private Approval? Load(RequestId id) =>
        _committer.Recent.Find(id)
        ?? (_store.Request(id) is { } row ? RequestState.Read(row) : null);

    private IReadOnlyList<Approval> Load(RequestQuery query) =>
        [.. _store.Requests(query).Select(RequestState.Read)];
}
