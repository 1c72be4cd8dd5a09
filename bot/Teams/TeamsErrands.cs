using System.Collections.Concurrent;

namespace ChatApprovals.Teams;

/// <summary>
/// Work that outlives the request that began it: a decision whose answer came too late, a reply. A request
/// that is aborted never stops a commit. Stopping waits for what is under way, as long as the host allows.
/// </summary>
public sealed partial class TeamsErrands(ILogger<TeamsErrands> log) : IHostedService, IDisposable
{
    /// <summary>More at once means that something hangs: refuse work rather than pile it up.</summary>
    private const int UnderWayMax = 500;

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, byte> _underWay = new();

    public bool HasRoom => _underWay.Count < UnderWayMax;

    /// <summary>Begins work whose result somebody may wait for. Its failure is the waiter's to see.</summary>
    public Task<T> Begin<T>(Func<CancellationToken, Task<T>> work)
    {
        var task = Task.Run(() => work(_stopping.Token), CancellationToken.None);
        Track(task);
        return task;
    }

    /// <summary>Begins work nobody waits for. Its failure is logged.</summary>
    public void Start(string what, Func<CancellationToken, Task> work) =>
        Track(Task.Run(() => GuardedAsync(what, work), CancellationToken.None));

    /// <summary>Waits until nothing is under way.</summary>
    public async Task IdleAsync(CancellationToken cancel)
    {
        while (!_underWay.IsEmpty)
        {
            await Task.WhenAll(_underWay.Keys)
                .WaitAsync(cancel)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancel.ThrowIfCancellationRequested();
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await IdleAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _stopping.CancelAsync();
    }

    public void Dispose() => _stopping.Dispose();

    private void Track(Task task)
    {
        _underWay[task] = 0;
        _ = task.ContinueWith(
            done => _underWay.TryRemove(done, out _),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
    }

    private async Task GuardedAsync(string what, Func<CancellationToken, Task> work)
    {
        try
        {
            await work(_stopping.Token);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // Stopping: the host has logged that.
        }
        catch (Exception e)
        {
            Failed(what, e);
        }
    }

    [LoggerMessage(EventId = 3202, Level = LogLevel.Error, Message = "Teams: {What} failed")]
    private partial void Failed(string what, Exception e);
}
