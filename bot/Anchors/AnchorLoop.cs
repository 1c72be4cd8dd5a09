using ChatApprovals.Desk;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Anchors;

/// <summary>
/// Gives every anchor the newest checkpoint: after each export, once a day, and again after a failure; those that can
/// contradict, at each start too. Each by itself:
/// one that hangs delays no other. What is due is durable, so a process that ends goes on after its next start.
/// </summary>
public sealed partial class AnchorLoop(
    AnchorDesk desk,
    IReadOnlyList<IAnchor> anchors,
    TimeProvider clock,
    ILogger<AnchorLoop> logger
) : BackgroundService
{
    /// <summary>
    /// Channels and authorities that others use too are not asked more often, however many exports there are (what
    /// Sectigo asks of users of its authority).
    /// </summary>
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(15);

    private readonly HashSet<string> _unasked = anchors
        .Where(a => a.Remembers)
        .Select(a => a.Name)
        .ToHashSet(StringComparer.Ordinal);

    private readonly WorkLoop _loop = new(clock);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        desk.Watch(_loop.Wake);
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _loop.RunAsync(
            cancel => Task.FromResult(Begin(cancel)),
            error => LogLoop(logger, error),
            stoppingToken
        );

    /// <summary>Begins what is due; answers when more is. What is under way wakes the loop at its end.</summary>
    private DateTimeOffset Begin(CancellationToken cancel)
    {
        var next = DateTimeOffset.MaxValue;
        if (anchors.Count == 0 || !desk.CanRecord || desk.Newest() is null)
        {
            return next;
        }

        var busy = _loop.UnderWay.Names();
        foreach (var turn in desk.Turns().Where(t => !busy.Contains(t.Anchor)))
        {
            var anchor = anchors.First(a => a.Name.Equals(turn.Anchor, StringComparison.Ordinal));
            var due = DueOf(turn, anchor);
            if (due > clock.GetUtcNow())
            {
                next = due < next ? due : next;
            }
            else
            {
                _unasked.Remove(turn.Anchor);
                _loop.UnderWay.Begin(
                    turn.Anchor,
                    c => PutAsync(anchor, turn, c),
                    error => LogPut(logger, turn.Anchor, error),
                    cancel
                );
            }
        }

        return next;
    }

    private DateTimeOffset DueOf(AnchorTurn turn, IAnchor anchor)
    {
        if (_unasked.Contains(turn.Anchor))
        {
            return DateTimeOffset.MinValue;
        }

        var rested = anchor.Remembers ? null : turn.DoneAt + s_rest;
        return rested > turn.DueAt ? rested.Value : turn.DueAt;
    }

    private async Task PutAsync(IAnchor anchor, AnchorTurn turn, CancellationToken cancel)
    {
        var checkpoint = desk.Newest()!;
        var result = await anchor.PutAsync(checkpoint, cancel);
        Log(turn, result);
        await desk.RecordAsync(turn, checkpoint, result, cancel);
    }

    private void Log(AnchorTurn turn, Anchored result)
    {
        switch (result)
        {
            case Anchored.Failed failed:
                LogLate(logger, turn.Anchor, failed.Why);
                break;
            case Anchored.Contradicted contradicted:
                LogContradicted(logger, turn.Anchor, contradicted.Why);
                break;
            default:
                break;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The anchors stumbled and go on.")]
    private static partial void LogLoop(ILogger logger, Exception error);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The anchor {Anchor} could not be used; it is tried again."
    )]
    private static partial void LogPut(ILogger logger, string anchor, Exception error);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The anchor {Anchor} has not taken the checkpoint: {Why}. It is tried again."
    )]
    private static partial void LogLate(ILogger logger, string anchor, string why);

    [LoggerMessage(
        Level = LogLevel.Critical,
        Message = "The anchor {Anchor} contradicts this ledger: {Why}"
    )]
    private static partial void LogContradicted(ILogger logger, string anchor, string why);
}
