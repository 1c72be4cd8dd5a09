using System.Collections.Concurrent;
using ChatApprovals.Approvals;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// The outbox of one surface. One copy is drawn by one worker at a time; a state that changed meanwhile
/// is drawn after it. A conversation's own pace is the surface's business: where it says that one takes no
/// more, the queue rests, and its lines are neither read nor written meanwhile, however many there are.
/// </summary>
internal sealed partial class OutboxLane(
    ISurface surface,
    CopyDrawing drawing,
    IStore store,
    TimeProvider clock,
    ILogger logger
)
{
    /// <summary>Copies drawn at once on this surface.</summary>
    private const int WorkersMax = 32;

    /// <summary>
    /// After a start, whoever asks or clicks comes first, and what an earlier process left undrawn after them: on one
    /// core, the first drawing compiles for as long as all the rest of a start.
    /// </summary>
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _resting = new(
        StringComparer.Ordinal
    );
    private readonly WorkLoop _loop = new(clock, s_settle);

    public bool IsIdle =>
        _loop.UnderWay.IsEmpty && store.Queues(surface.Kind).All(q => q.DueAt > clock.GetUtcNow());

    /// <summary>Whether something is being drawn, or is to be by then.</summary>
    public bool OwesBy(DateTimeOffset then) =>
        !_loop.UnderWay.IsEmpty || store.Queues(surface.Kind).Any(q => TurnOf(q) <= then);

    /// <summary>Looks for what is due, unless all copies of these stand in queues that rest: their turn comes.</summary>
    public void WakeFor(IReadOnlyCollection<Approval> changed)
    {
        var now = clock.GetUtcNow();
        if (
            changed.Any(a =>
                a.Copies.Any(c =>
                    c.Surface == surface.Kind
                    && _resting.GetValueOrDefault(OutboxTurn.Of(a, c)) <= now
                )
            )
        )
        {
            _loop.Wake();
        }
    }

    /// <summary>Draws what is due, until it is told to stop.</summary>
    public Task RunAsync(CancellationToken cancel) =>
        _loop.RunAsync(
            c => Task.FromResult(Dispatch(c)),
            error => LogLoop(logger, surface.Kind, error),
            cancel
        );

    /// <summary>Begins what can be drawn now; answers when there is more to do, if nothing wakes it before.</summary>
    private DateTimeOffset Dispatch(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var next = DateTimeOffset.MaxValue;
        if (!drawing.CanRecord)
        {
            return next;
        }

        next = WakeRested(now, next);
        var busy = _loop.UnderWay.Names();
        foreach (var queue in store.Queues(surface.Kind))
        {
            if (TurnOf(queue) is var turn && turn > now)
            {
                next = turn < next ? turn : next;
                continue;
            }

            var due = store.Due(surface.Kind, queue.Name, now, WorkersMax + busy.Count);
            foreach (var line in due.Where(l => !busy.Contains(l.Token)))
            {
                Begin(line, queue.Name, cancel);
            }
        }

        return next;
    }

    /// <summary>Forgets the rests that are over; answers when the next one is, also where nothing waits yet.</summary>
    private DateTimeOffset WakeRested(DateTimeOffset now, DateTimeOffset next)
    {
        foreach (var (queue, until) in _resting)
        {
            if (until <= now)
            {
                _resting.TryRemove(KeyValuePair.Create(queue, until));
            }
            else if (until < next)
            {
                next = until;
            }
        }

        return next;
    }

    private DateTimeOffset TurnOf(OutboxTurn queue) =>
        _resting.GetValueOrDefault(queue.Name, queue.DueAt);

    /// <summary>Where no worker is free the line stays: a worker that ends wakes the lane.</summary>
    private void Begin(OutboxLine line, string queue, CancellationToken cancel)
    {
        if (_loop.UnderWay.Count < WorkersMax)
        {
            _loop.UnderWay.Begin(
                line.Token,
                c => WorkAsync(line, queue, c),
                error => LogDraw(logger, line.Request, error),
                cancel
            );
        }
    }

    /// <summary>After an error nobody knows how far it came: that is durable before it is tried again.</summary>
    private async Task WorkAsync(OutboxLine line, string queue, CancellationToken cancel)
    {
        try
        {
            if (await drawing.DrawAsync(line, surface, cancel) is { } rest)
            {
                _resting[queue] = clock.GetUtcNow() + rest;
            }
        }
        catch (Exception error)
            when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            LogDraw(logger, line.Request, error);
            drawing.Doubt(line);
            await drawing.RetryAsync(line, after: null, maybePosted: true);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The outbox of {Surface} stumbled and goes on."
    )]
    private static partial void LogLoop(ILogger logger, Surface surface, Exception error);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A card of {Request} could not be drawn; it is tried again."
    )]
    private static partial void LogDraw(ILogger logger, RequestId request, Exception error);
}
