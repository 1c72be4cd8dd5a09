using System.Collections.Immutable;
using ChatApprovals.Approvals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// Makes every copy of every card show the present state. A durable line per copy says "out of date"; it
/// is removed by the commit that records the drawing, so a crash only means drawing again. Each surface
/// has a lane of its own: one that hangs delays nothing of the other. Lines of a surface that is switched
/// off stay until it is on again.
/// </summary>
public sealed class Outbox : BackgroundService
{
    private static readonly TimeSpan s_flush = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_flushPoll = TimeSpan.FromMilliseconds(50);

    private readonly Committer _committer;
    private readonly TimeProvider _clock;
    private readonly CopyDrawing _drawing;
    private readonly ImmutableArray<OutboxLane> _lanes;

    public Outbox(
        Committer committer,
        IStore store,
        IEnumerable<ISurface> surfaces,
        Undrawn undrawn,
        TimeProvider clock,
        ILogger<Outbox> logger
    )
    {
        _committer = committer;
        _clock = clock;
        _drawing = new CopyDrawing(
            committer,
            store,
            undrawn,
            new TalkTelling(logger),
            clock,
            logger
        );
        _lanes = [.. surfaces.Select(s => new OutboxLane(s, _drawing, store, clock, logger))];
    }

    /// <summary>True when nothing is due or being drawn.</summary>
    public bool IsIdle => _lanes.All(l => l.IsIdle);

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // The ledger's time, which never goes back: a clock that was set back would hide an earlier process.
        _drawing.StartedAt = _committer.LastAt;
        _committer.Watch(WakeFor);
        return base.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Draws what is due, or becomes due, within ten seconds more; the rest is drawn after the next start.
    /// </summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        var until = _clock.GetUtcNow() + s_flush;
        while (
            _committer.Fault is null
            && _lanes.Any(l => l.OwesBy(until))
            && _clock.GetUtcNow() < until
            && !cancellationToken.IsCancellationRequested
        )
        {
            await Task.Delay(s_flushPoll, _clock, CancellationToken.None);
        }

        await base.StopAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(_lanes.Select(l => Task.Run(() => l.RunAsync(stoppingToken), stoppingToken)));

    /// <summary>Only a request that changed makes lines that are due; a worker that ends wakes its own lane.</summary>
    private void WakeFor(IReadOnlyCollection<Approval> changed)
    {
        foreach (var lane in _lanes)
        {
            lane.WakeFor(changed);
        }
    }
}
