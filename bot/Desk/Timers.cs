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

    private readonly WorkLoop _loop = new(clock);

    private DateTimeOffset _next = DateTimeOffset.MaxValue;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        committer.Watch(WakeForSooner);
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _loop.RunAsync(ExpireAsync, error => LogLoop(logger, error), stoppingToken);

    /// <summary>Answers when the next request runs out.</summary>
    private async Task<DateTimeOffset> ExpireAsync(CancellationToken cancel)
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

        // Until it is known again every new request wakes: one that is stored while it is being read must not be
        // held against what was next before.
        _next = DateTimeOffset.MaxValue;
        return _next = store.NextExpiry() ?? DateTimeOffset.MaxValue;
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

    private void WakeForSooner(IReadOnlyCollection<Approval> changed)
    {
        if (changed.Any(a => a.IsPending && a.Opening.ExpiresAt < _next))
        {
            _loop.Wake();
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The timers stumbled and go on.")]
    private static partial void LogLoop(ILogger logger, Exception error);
}
