using ChatApprovals.Approvals;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Desk;

/// <summary>
/// Reads the platforms' groups every <see cref="Every"/> while some group of ours is backed by one, so that
/// no request and no click has to wait for it. When it fails, what was read counts for a minute and then
/// nobody is eligible by it.
/// </summary>
public sealed partial class GroupWatch(
    UserGroups groups,
    TimeProvider clock,
    ILogger<GroupWatch> logger
) : BackgroundService
{
    /// <summary>Slack allows 20 a minute (tier 2); a minute is what an answer may be old.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(20);

    /// <summary>The start waits so long, so that the first requests find approvers.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    private string? _fault;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(s_patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            patience.Token
        );
        try
        {
            await ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Read again soon; until then nobody is eligible by a platform's group.
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var wait = await ReadAsync(stoppingToken);
                await Task.Delay(wait, clock, stoppingToken);
                await groups.TidyAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                LogLoop(logger, error);
                await Task.Delay(Every, clock, stoppingToken);
            }
        }
    }

    /// <summary>How long to wait then: longer when the platform says so.</summary>
    private async Task<TimeSpan> ReadAsync(CancellationToken cancel)
    {
        if (!groups.HasAny(Surface.Slack))
        {
            return Every;
        }

        var read = await groups.ReadAsync(Surface.Slack, [], cancel);
        var fault = read.Why ?? (read.Missing.IsEmpty ? null : string.Join(", ", read.Missing));
        if (fault is not null && !string.Equals(fault, _fault, StringComparison.Ordinal))
        {
            LogUnread(logger, fault);
        }

        _fault = fault;
        return read.After is { } after && after > Every ? after : Every;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Reading user groups stumbled and goes on.")]
    private static partial void LogLoop(ILogger logger, Exception error);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "User groups cannot be read, nobody is eligible by them: {Why}."
    )]
    private static partial void LogUnread(ILogger logger, string why);
}
