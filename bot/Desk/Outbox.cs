using System.Collections.Concurrent;
using System.Threading.Channels;
using ChatApprovals.Approvals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// Makes every copy of every card show the present state. A durable line per copy says "out of date"; it
/// is removed by the commit that records the drawing, so a crash only means drawing again. One copy is
/// drawn by one worker at a time; a state that changed meanwhile is drawn after it.
/// </summary>
public sealed partial class Outbox(
    Committer committer,
    IStore store,
    IEnumerable<ISurface> surfaces,
    TimeProvider clock,
    ILogger<Outbox> logger
) : BackgroundService
{
    /// <summary>Copies drawn at once over all surfaces; each surface paces itself.</summary>
    private const int WorkersMax = 32;

    private const int LookAhead = 256;
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_flush = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_flushPoll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_soon = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<Surface, ISurface> _surfaces = surfaces.ToDictionary(s => s.Kind);
    private readonly ConcurrentDictionary<string, byte> _drawing = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _workers = new(WorkersMax);
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <summary>Lines from before this moment may have been posted by an earlier process.</summary>
    private DateTimeOffset _startedAt;

    /// <summary>True when nothing is due or being drawn.</summary>
    public bool IsIdle => _drawing.IsEmpty && store.Due(clock.GetUtcNow(), 1).Count == 0;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _startedAt = clock.GetUtcNow();
        committer.Watch(_ => Wake());
        return base.StartAsync(cancellationToken);
    }

    /// <summary>Draws what is due for at most ten seconds more; the rest is drawn after the next start.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        var until = clock.GetUtcNow() + s_flush;
        while (!IsIdle && clock.GetUtcNow() < until && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(s_flushPoll, clock, CancellationToken.None);
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DispatchAsync(stoppingToken);
                await SleepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogLoop(logger, error);
                await Task.Delay(s_first, clock, stoppingToken);
            }
        }
    }

    private void Wake() => _signal.Writer.TryWrite(true);

    private async Task DispatchAsync(CancellationToken cancel)
    {
        var due = store.Due(clock.GetUtcNow(), LookAhead);
        foreach (var line in due)
        {
            if (!_drawing.TryAdd(line.Token, 0))
            {
                continue;
            }

            await _workers.WaitAsync(cancel);
            _ = Task.Run(() => WorkAsync(line, cancel), CancellationToken.None);
        }
    }

    private async Task SleepAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        // What is due already is being drawn, or became due since the dispatch: look again soon.
        var next =
            store.NextDue() is not { } due ? s_poll
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
            await DrawAsync(line, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The line stays: the next process draws it.
        }
        catch (Exception error)
        {
            LogDraw(logger, line.Request, error);
            await RetryAsync(line, after: null, maybePosted: true);
        }
        finally
        {
            _drawing.TryRemove(line.Token, out _);
            _workers.Release();
            Wake();
        }
    }

    private async Task DrawAsync(OutboxLine line, CancellationToken cancel)
    {
        var approval =
            committer.Recent.Find(line.Request)
            ?? (store.Request(line.Request) is { } row ? RequestState.Read(row) : null);
        var copy = approval?.CopyOf(line.Token);
        var maybePosted = line.MaybePosted || approval?.CreatedAt < _startedAt;
        if (
            approval is null
            || copy is null
            || !_surfaces.TryGetValue(copy.Surface, out var surface)
            || (copy.Message is null && !approval.IsPending && !maybePosted)
        )
        {
            await committer.CommitAsync(commit => Forget(commit, line), cancel);
            return;
        }

        var card = ApprovalCard.For(approval, committer.Register, copy, viewer: null, member: null);
        var drawing = await surface.DrawAsync(
            new CopyToDraw(
                copy.Token,
                copy.Conversation,
                copy.Message,
                copy.Message is null && maybePosted,
                card,
                approval.CreatedAt,
                Viewers(approval, copy.Surface)
            ),
            cancel
        );
        await RecordAsync(line, approval, drawing);
    }

    private Task<bool> RecordAsync(OutboxLine line, Approval drawn, Drawing drawing)
    {
        switch (drawing)
        {
            case Drawing.Drawn done:
                return committer.CommitAsync(
                    commit =>
                    {
                        RecordDisplay(commit, line, drawn, done);
                        return Forget(commit, line);
                    },
                    CancellationToken.None
                );
            case Drawing.Later later:
                LogLater(logger, line.Request, later.Why);
                return RetryAsync(line, later.After, later.MaybePosted);
            case Drawing.Never never:
                LogNever(logger, line.Request, never.Why);
                return committer.CommitAsync(
                    commit => Forget(commit, line),
                    CancellationToken.None
                );
            default:
                throw new InvalidOperationException(drawing.GetType().Name);
        }
    }

    /// <summary>A card with buttons was shown: evidence of what people decided on.</summary>
    private static void RecordDisplay(
        Commit commit,
        OutboxLine line,
        Approval drawn,
        Drawing.Drawn done
    )
    {
        var now = commit.Find(line.Request)!;
        var copy = now.CopyOf(line.Token)!;
        var isNew = !string.Equals(copy.Message, done.Message, StringComparison.Ordinal);
        if (!isNew && !drawn.IsPending)
        {
            return;
        }

        commit.Record(
            new Fact.RequestDisplayed(
                line.Request,
                now.Copies.IndexOf(copy),
                copy.Surface,
                copy.Conversation,
                done.Message,
                done.DisplayHash
            )
        );
    }

    private Task<bool> RetryAsync(OutboxLine line, TimeSpan? after, bool maybePosted)
    {
        var wait = after ?? s_first * Math.Pow(2, Math.Min(line.Attempts, 20));
        var due = clock.GetUtcNow() + (wait < s_longest ? wait : s_longest);
        return committer.CommitAsync(
            commit =>
            {
                commit.DrawAgain(line, due, maybePosted || line.MaybePosted);
                return true;
            },
            CancellationToken.None
        );
    }

    private static bool Forget(Commit commit, OutboxLine line)
    {
        commit.Drawn(line);
        return true;
    }

    /// <summary>Whose own view differs: those who may decide, and the ones behind the request.</summary>
    private List<AccountId> Viewers(Approval approval, Surface surface) =>
        approval.IsPending
            ?
            [
                .. approval
                    .Opening.Eligible.SelectMany(e => e)
                    .Concat(approval.Opening.Owners)
                    .Distinct()
                    .Select(committer.Register.Person)
                    .OfType<Person>()
                    .SelectMany(p => p.Accounts)
                    .Select(a => a.Id)
                    .Where(a => a.Surface == surface),
            ]
            : [];

    [LoggerMessage(Level = LogLevel.Error, Message = "The outbox stumbled and goes on.")]
    private static partial void LogLoop(ILogger logger, Exception error);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "A card of {Request} could not be drawn; it is tried again."
    )]
    private static partial void LogDraw(ILogger logger, RequestId request, Exception error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A card of {Request} waits: {Why}")]
    private static partial void LogLater(ILogger logger, RequestId request, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "A card of {Request} cannot be shown: {Why}")]
    private static partial void LogNever(ILogger logger, RequestId request, string why);
}
