using System.Collections.Concurrent;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Callbacks;

/// <summary>
/// Sends the callbacks that are owed, each until it is taken, given up or not wanted any more. What is owed is
/// durable: a process that ends goes on after its next start. A receiver may get one twice, never with two ids.
/// </summary>
public sealed partial class CallbackSender(
    CallbackDesk desk,
    CallbackPost post,
    TimeProvider clock,
    ILogger<CallbackSender> logger
) : BackgroundService
{
    /// <summary>Sent at once, to all agents together.</summary>
    private const int UnderWayMax = 16;

    private static readonly TimeSpan s_stumble = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, byte> _underWay = new(StringComparer.Ordinal);
    private readonly WorkLoop _loop = new(clock);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        desk.Watch(WakeFor);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Looks again for what is due.</summary>
    public void Wake() => _loop.Wake();

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _loop.RunAsync(
            cancel => Task.FromResult(Begin(cancel)),
            error => LogLoop(logger, error),
            stoppingToken
        );

    /// <summary>Begins what is due; answers when more is. What is under way is due still: its end wakes the loop.</summary>
    private DateTimeOffset Begin(CancellationToken cancel)
    {
        if (!desk.CanRecord)
        {
            return DateTimeOffset.MaxValue;
        }

        foreach (var line in desk.Due(clock.GetUtcNow()))
        {
            if (_underWay.Count < UnderWayMax && _underWay.TryAdd(line.Id, 0))
            {
                _ = Task.Run(() => SendAsync(line, cancel), CancellationToken.None);
            }
        }

        var next = desk.NextDue() ?? DateTimeOffset.MaxValue;
        return next <= clock.GetUtcNow() && !_underWay.IsEmpty ? DateTimeOffset.MaxValue : next;
    }

    private async Task SendAsync(CallbackLine line, CancellationToken cancel)
    {
        try
        {
            if (desk.Register.Callback(line.Agent) is { Gone: false } callback)
            {
                await RecordAsync(
                    callback,
                    line,
                    await post.SendAsync(callback, line, cancel),
                    cancel
                );
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // It is still owed: the next process sends it.
        }
        catch (Exception error)
        {
            LogSend(logger, line.Request, error);
            await Task.Delay(s_stumble, clock, cancel)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _underWay.TryRemove(line.Id, out _);
            Wake();
        }
    }

    private Task RecordAsync(
        AgentCallback callback,
        CallbackLine line,
        Posted posted,
        CancellationToken cancel
    )
    {
        switch (posted)
        {
            case Posted.Taken:
                return desk.DeliveredAsync(line, cancel);
            case Posted.Gone:
                LogGone(logger, line.Agent);
                return desk.GoneAsync(callback, cancel);
            case Posted.Failed(var why, var after):
                var wait = CallbackRetries.After(line.Attempts + 1, after);
                LogFailed(logger, line.Agent, why);
                return desk.FailedAsync(line, why, clock.GetUtcNow() + wait, cancel);
            default:
                throw new InvalidOperationException("posted in no way");
        }
    }

    private void WakeFor(IReadOnlyCollection<Approval> changed)
    {
        if (changed.Any(a => desk.Register.Callback(a.Opening.Agent) is not null))
        {
            Wake();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The callbacks stumbled and go on.")]
    private static partial void LogLoop(ILogger logger, Exception error);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A callback of {Request} could not be sent or recorded; it is tried again."
    )]
    private static partial void LogSend(ILogger logger, RequestId request, Exception error);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A callback of agent {Agent} was not taken: {Why}"
    )]
    private static partial void LogFailed(ILogger logger, AgentName agent, string why);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The callback of agent {Agent} answered 410 and is off."
    )]
    private static partial void LogGone(ILogger logger, AgentName agent);
}
