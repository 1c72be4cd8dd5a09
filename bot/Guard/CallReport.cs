using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Guard;

/// <summary>
/// What became of one call that was let through: said once, the first time counts. Whoever waits for the
/// answer may leave; the report is written all the same.
/// </summary>
internal sealed partial class CallReport(
    ForwardDesk forwards,
    RequestId id,
    string guard,
    ILogger logger
)
{
    private bool _isSaid;

    public async Task SayAsync(string outcome, string detail, CancellationToken cancel)
    {
        if (_isSaid)
        {
            return;
        }

        _isSaid = true;
        try
        {
            await forwards.ReportAsync(id, guard, outcome, detail, cancel);
        }
        catch (UnavailableException error)
        {
            // The next start says that it is unknown.
            LogUnwritten(logger, id, error);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "What became of {Request} is not written")]
    private static partial void LogUnwritten(ILogger logger, RequestId request, Exception error);
}
