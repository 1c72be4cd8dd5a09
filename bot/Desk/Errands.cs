using System.Collections.Concurrent;
using ChatApprovals.Approvals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// Work that outlives the request that began it: a decision whose answer came too late, a note to one
/// person, a reply. A request that is aborted never stops a commit. Stopping waits for what is under way,
/// as long as the host allows, and then cancels it. Each surface has errands of its own, registered under
/// its <see cref="Surface"/>: one that hangs takes no room from the other.
/// </summary>
public sealed partial class Errands(Surface surface, ILogger<Errands> log)
    : IHostedService,
        IDisposable
{
    /// <summary>More at once means that something hangs: refuse work rather than pile it up.</summary>
    private const int UnderWayMax = 500;

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<Task, byte> _underWay = new();

    /// <summary>Whether there is room for another errand.</summary>
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
            Failed(surface, what, e);
        }
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Error, Message = "{Surface}: {What} failed")]
    private partial void Failed(Surface surface, string what, Exception e);
}

/// <summary>How a surface gets its errands: <c>[FromKeyedServices(Surface.Slack)] Errands errands</c>.</summary>
public static class ErrandsRegistration
{
    public static IServiceCollection AddErrands(
        this IServiceCollection services,
        Surface surface
    ) =>
        services
            .AddKeyedSingleton(
                surface,
                (p, _) => new Errands(surface, p.GetRequiredService<ILogger<Errands>>())
            )
            // Not AddHostedService: that keeps only the first of a type.
            .AddSingleton<IHostedService>(p => p.GetRequiredKeyedService<Errands>(surface));
}
