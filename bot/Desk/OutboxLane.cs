using System.Collections.Concurrent;
using System.Threading.Channels;
using ChatApprovals.Approvals;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// The outbox of one surface. One copy is drawn by one worker at a time; a state that changed meanwhile
/// is drawn after it. A conversation's own pace is the surface's business.
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

    private static readonly TimeSpan s_stumble = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<string, byte> _drawing = new(StringComparer.Ordinal);
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    public bool IsIdle =>
        _drawing.IsEmpty && store.Due(surface.Kind, clock.GetUtcNow(), 1).Count == 0;

    /// <summary>Whether something is being drawn, or is to be by then.</summary>
    public bool OwesBy(DateTimeOffset then) =>
        !_drawing.IsEmpty || store.NextDue(surface.Kind) <= then;

    /// <summary>Something may be due now.</summary>
    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>Draws what is due, until it is told to stop.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                Dispatch(cancel);
                await SleepAsync(cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogLoop(logger, surface.Kind, error);
                await Task.Delay(s_stumble, clock, cancel)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Dispatch(CancellationToken cancel)
    {
        if (!drawing.CanRecord)
        {
            return;
        }

        // Taken before the store is asked: a line that is drawn in between is not drawn twice.
        var busy = _drawing.Keys.ToHashSet(StringComparer.Ordinal);
        var due = store.Due(surface.Kind, clock.GetUtcNow(), WorkersMax + busy.Count);
        var free = due.Where(l => !busy.Contains(l.Token)).Take(WorkersMax - busy.Count);
        foreach (var line in free)
        {
            _drawing[line.Token] = 0;
            _ = Task.Run(() => WorkAsync(line, cancel), CancellationToken.None);
        }
    }

    private async Task SleepAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // What is due already is being drawn, or became due since the dispatch: look again soon.
        var next =
            store.NextDue(surface.Kind) is not { } due ? s_poll
            : due > now ? due - now
            : s_soon;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(next < s_poll ? next + TimeSpan.FromMilliseconds(1) : s_poll);
        try
        {
            await _signal.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Time for the next look.
        }
    }

    private async Task WorkAsync(OutboxLine line, CancellationToken cancel)
    {
        try
        {
            await drawing.DrawAsync(line, surface, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The line stays: the next process draws it.
        }
        catch (Exception error)
        {
            LogDraw(logger, line.Request, error);
            await LaterAsync(line, cancel);
        }
        finally
        {
            _drawing.TryRemove(line.Token, out _);
            Wake();
        }
    }

    /// <summary>Nobody knows how far it came. Where not even that can be stored, it is not tried at once.</summary>
    private async Task LaterAsync(OutboxLine line, CancellationToken cancel)
    {
        drawing.Doubt(line);
        try
        {
            await drawing.RetryAsync(line, after: null, maybePosted: true);
        }
        catch (UnavailableException)
        {
            await Task.Delay(s_stumble, clock, cancel)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
