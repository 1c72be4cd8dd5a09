using ChatApprovals.Approvals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// Writes <c>ledger.heartbeat</c> at each full hour, so that an auditor can tell silence from a ledger that was
/// cut or a bot that stood still.
/// </summary>
public sealed partial class Heartbeat(
    Committer committer,
    TimeProvider clock,
    ILogger<Heartbeat> logger
) : BackgroundService
{
    private static readonly TimeSpan s_every = TimeSpan.FromHours(1);

    /// <summary>How long it is from now until the next beat: never nothing.</summary>
    public static TimeSpan Until(DateTimeOffset now) =>
        s_every - TimeSpan.FromTicks(now.UtcTicks % s_every.Ticks);

    /// <summary>One beat; durable on return.</summary>
    public Task BeatAsync(CancellationToken cancel) =>
        committer.CommitAsync(
            commit =>
            {
                commit.Record(new Fact.Heartbeat());
                return true;
            },
            cancel
        );

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(Until(clock.GetUtcNow()), clock, stoppingToken);
                await BeatAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (UnavailableException error)
            {
                LogMissed(logger, error);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A heartbeat could not be written")]
    private static partial void LogMissed(ILogger logger, Exception error);
}
