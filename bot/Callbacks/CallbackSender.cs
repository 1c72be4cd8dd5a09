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

    private readonly WorkLoop _loop = new(clock);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        desk.Watch(Wake);
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

        var underWay = _loop.UnderWay;
        var busy = underWay.Names();
        foreach (var line in desk.Due(clock.GetUtcNow()).Where(l => !busy.Contains(l.Id)))
        {
            if (underWay.Count < UnderWayMax)
            {
                underWay.Begin(
                    line.Id,
                    c => SendAsync(line, c),
                    error => LogSend(logger, line.Request, error),
                    cancel
                );
            }
        }

        var next = desk.NextDue() ?? DateTimeOffset.MaxValue;
        return next <= clock.GetUtcNow() && !underWay.IsEmpty ? DateTimeOffset.MaxValue : next;
    }

    private async Task SendAsync(CallbackLine line, CancellationToken cancel)
    {
        if (desk.Register.Callback(line.Agent) is { Gone: false } callback)
        {
            var posted = await post.SendAsync(callback, line, cancel);
            await RecordAsync(callback, line, posted, cancel);
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
