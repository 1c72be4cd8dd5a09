using System.Threading.Channels;
using ChatApprovals.Approvals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// Ends requests whose time is over, to the second, and those whose time ran out while the process was
/// down as soon as it is up. A decision never depends on it: the rules look at the clock themselves.
/// </summary>
public sealed partial class Timers(
    Committer committer,
    IStore store,
    Directory directory,
    TimeProvider clock,
    ILogger<Timers> logger
) : BackgroundService
{
    private const int BatchMax = 500;
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_afterError = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    private DateTimeOffset _next = DateTimeOffset.MaxValue;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        committer.Watch(WakeForSooner);
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ExpireAsync(stoppingToken);
                await SleepAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogLoop(logger, error);
                await Task.Delay(s_afterError, clock, stoppingToken);
            }
        }
    }

    private async Task ExpireAsync(CancellationToken cancel)
    {
        for (
            var due = store.Expired(clock.GetUtcNow(), BatchMax);
            due.Count > 0;
            due = store.Expired(clock.GetUtcNow(), BatchMax)
        )
        {
            var changes = await committer.CommitAsync(commit => Expire(commit, due), cancel);
            foreach (var change in changes)
            {
                ConfirmedNote.Tell(directory, change, key: null);
            }
        }
    }

    /// <summary>The changes of the configuration among them: whoever proposed one is told.</summary>
    private static List<Approval> Expire(Commit commit, IReadOnlyList<RequestId> due)
    {
        var facts = due.SelectMany(id => Bench.Expire(commit.Find(id)!, commit.Now)).ToList();
        facts.ForEach(commit.Record);
        return
        [
            .. facts
                .OfType<Fact.RequestEnded>()
                .Select(f => commit.Find(f.Id)!)
                .Where(a => a.Change is not null),
        ];
    }

    private async Task SleepAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        _next = store.NextExpiry() ?? DateTimeOffset.MaxValue;
        var wait = _next - now;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(
            wait <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1)
            : wait < s_poll ? wait + TimeSpan.FromMilliseconds(1)
            : s_poll
        );
        try
        {
            await _signal.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Time for the next look.
        }
    }

    private void WakeForSooner(IReadOnlyCollection<Approval> changed)
    {
        if (changed.Any(a => a.IsPending && a.Opening.ExpiresAt < _next))
        {
            _signal.Writer.TryWrite(true);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The timers stumbled and go on.")]
    private static partial void LogLoop(ILogger logger, Exception error);
}
