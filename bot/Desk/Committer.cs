using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// The one writer. Commands wait in a bounded queue; it takes what is there (no timer: batches come by
/// themselves under load), runs each against the state that the one before left, writes entries,
/// projections, outbox, tree and signed checkpoint in one transaction, and only then tells the callers.
/// "First decision wins" has one judge: this thread.
/// A command that throws is told so and leaves nothing in its batch. A transaction that fails is forgotten
/// as a whole: memory is dropped, and after an I/O error no more is accepted (<see cref="Fault"/>).
/// </summary>
public sealed partial class Committer : IAsyncDisposable
{
    /// <summary>Commands that may wait; more are refused as unavailable, which agents retry.</summary>
    private const int QueueMax = 16_384;

    /// <summary>Group commit saturates near 64 entries a sync; larger batches only add latency.</summary>
    private const int BatchMax = 256;

    private readonly BlockingCollection<Work> _queue = new(QueueMax);
    private readonly IStore _store;
    private readonly LedgerHead _head;
    private readonly TimeProvider _clock;
    private readonly ILogger<Committer> _logger;
    private readonly Thread _thread;
    private ImmutableArray<Action<IReadOnlyCollection<Approval>>> _watchers = [];
    private volatile Register _register;
    private Pending _pending;
    private DateTimeOffset _lastAt;
    private bool _mustForget;
    private int _disposed;

    public Committer(
        IStore store,
        ECDsa key,
        string origin,
        TimeProvider clock,
        ILogger<Committer> logger
    )
    {
        _store = store;
        _clock = clock;
        _logger = logger;
        _head = LedgerHead.Open(store, key, origin);
        _lastAt = _head.LastAt;
        _register = Projection.Load(store.Documents());
        _pending = Pending.Load(store);
        _thread = new Thread(Run) { IsBackground = true, Name = "committer" };
        _thread.Start();
    }

    /// <summary>The register as of the last commit; what ends by itself is judged as of now.</summary>
    public Register Register => AsOf(_clock.GetUtcNow());

    /// <summary>Requests used last, as committed.</summary>
    public Recent Recent { get; } = new();

    /// <summary>The time of the last commit: what begins later is of this process.</summary>
    public DateTimeOffset LastAt => _lastAt;

    /// <summary>Why nothing can be written any more, or null.</summary>
    public string? Fault { get; private set; }

    /// <summary>
    /// Has itself told of every commit, with the requests that changed, on the committer's thread: only
    /// to wake others. Call before the first commit.
    /// </summary>
    public void Watch(Action<IReadOnlyCollection<Approval>> watcher) =>
        _watchers = _watchers.Add(watcher);

    /// <summary>
    /// Runs a command and answers after what it recorded is durable. The command runs on the committer's
    /// thread: it must be pure but for <see cref="Commit"/>, and quick.
    /// </summary>
    /// <exception cref="UnavailableException">Nothing was stored.</exception>
    public Task<T> CommitAsync<T>(Func<Commit, T> decide, CancellationToken cancel)
    {
        var work = new Work<T>(decide);
        if (Fault is { } fault)
        {
            throw new UnavailableException(fault);
        }

        if (_queue.IsAddingCompleted || !TryAdd(work))
        {
            throw new UnavailableException("too many requests wait to be written");
        }

        return work.Answer.WaitAsync(cancel);
    }

    /// <summary>Stops accepting, finishes what waits, and returns when the last commit is durable.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        _queue.CompleteAdding();
        await Task.Run(_thread.Join);
        _queue.Dispose();
    }

    private bool TryAdd(Work work)
    {
        try
        {
            return _queue.TryAdd(work);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private void Run()
    {
        List<Work> batch = [];
        while (_queue.TryTake(out var first, Timeout.Infinite))
        {
            batch.Clear();
            batch.Add(first);
            while (batch.Count < BatchMax && _queue.TryTake(out var next))
            {
                batch.Add(next);
            }

            RunBatch(batch);
        }
    }

    private void RunBatch(List<Work> batch)
    {
        if (Fault is { } fault)
        {
            batch.ForEach(w => w.Fail(new UnavailableException(fault)));
            return;
        }

        try
        {
            var changed = Write(batch);
            batch.ForEach(w => w.Tell());
            foreach (var watcher in _watchers)
            {
                watcher(changed);
            }
        }
        catch (Exception error)
        {
            Recent.Forget();
            _turned.Clear();
            Fault = error is IOException ? error.Message : Reopen();
            LogFailed(_logger, batch.Count, error);
            batch.ForEach(w =>
                w.Fail(new UnavailableException("the ledger could not be written", error))
            );
        }
    }

    /// <summary>After a failed commit the memory is the store's again; if it cannot be read, that is the end.</summary>
    private string? Reopen()
    {
        try
        {
            _head.Reload(_store);
            _register = Projection.Load(_store.Documents());
            _pending = Pending.Load(_store);
            return null;
        }
        catch (Exception error)
        {
            return $"the ledger cannot be read back after a failed write: {error.Message}";
        }
    }

    private Dictionary<RequestId, Approval>.ValueCollection Write(List<Work> batch)
    {
        using var store = _store.Begin();
        var now = Now();
        var register = AsOf(now);
        var changed = new Dictionary<RequestId, Approval>();
        var size = _head.Size;
        foreach (var work in batch)
        {
            var commit = new Commit(
                store,
                Recent,
                _pending,
                changed,
                register,
                now,
                _head.Size == 0
            );
            if (work.Run(commit))
            {
                Append(store, commit, changed, register);
                register = commit.Register;
            }
        }

        if (_head.Size > size)
        {
            store.PutHead(_head.Sign());
        }

        store.Commit();
        if (_mustForget)
        {
            Recent.Forget();
            _mustForget = false;
        }

        UseKeys(now);
        // Only now may anybody see it: what is not durable has not happened.
        foreach (var approval in changed.Values)
        {
            Recent.Remember(approval);
        }

        _lastAt = now;
        _register = register;
        return changed.Values;
    }

    private void Append(
        IStoreTransaction store,
        Commit commit,
        Dictionary<RequestId, Approval> changed,
        Register before
    )
    {
        var erased = new ErasedState();
        foreach (var fact in commit.Facts)
        {
            var entry = LedgerNotes.Write(_head.Size, commit.Now, fact);
            _head.Append(store, entry);
            Turn(fact);
            if (CallbackLine.Of(fact, entry, commit) is { } owed)
            {
                store.PutCallback(owed);
            }

            Projection.Put(store, commit.Register, fact, entry.Seq, commit.Now);
            erased.Take(store, fact, entry.Seq);
        }

        foreach (var approval in commit.Updated)
        {
            store.UpdateRequest(approval.Id, approval.Status, RequestState.Write(approval));
        }

        foreach (var approval in commit.Changed)
        {
            changed[approval.Id] = approval;
            _pending.Put(approval);
        }

        foreach (var approval in erased.Renew(store))
        {
            changed[approval.Id] = approval;
            _mustForget = true;
            Redraw(store, approval, commit.Now);
        }

        foreach (var approval in Outdated(commit).Concat(Recounted(commit, before)))
        {
            // Whoever draws is told of it too.
            changed[approval.Id] = approval;
            Redraw(store, approval, commit.Now);
        }

        commit.FlushWrites();
    }

    private DateTimeOffset Now()
    {
        var now = Rfc3339.Truncate(_clock.GetUtcNow());
        return now > _lastAt ? now : _lastAt;
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A batch of {Count} was not written; nothing of it is stored."
    )]
    private static partial void LogFailed(ILogger logger, int count, Exception error);
}
