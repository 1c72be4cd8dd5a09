using ChatApprovals.Desk;

namespace ChatApprovals.Http;

/// <summary>Of the two places where exceptions are caught, the one for HTTP: nothing of them gets out.</summary>
internal static partial class Calls
{
    /// <summary>
    /// Runs a call that answers itself and returns null, or says why not. What breaks is answered as a
    /// problem too: 400, 408 and 413 for a body that is not framed as HTTP says, 503, 500.
    /// </summary>
    public static async Task AnswerAsync(
        HttpContext http,
        Func<HttpContext, CancellationToken, Task<Problem?>> run,
        ILogger logger
    )
    {
        Problem? problem;
        try
        {
            problem = await run(http, http.RequestAborted);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (BadHttpRequestException e)
        {
            problem = Problems.Malformed(e.StatusCode);
        }
        catch (UnavailableException e)
        {
            LogUnavailable(logger, e);
            problem = Problems.Unavailable;
        }
        catch (MembershipUnknownException e)
        {
            var silent = string.Join(" and ", e.Silent);
            LogMembershipUnknown(logger, silent);
            problem = Problems.MembershipUnknown(silent);
        }
        catch (Exception e)
        {
            LogBroken(logger, e, http.TraceIdentifier);
            problem = Problems.Internal(http.TraceIdentifier);
        }

        if (problem is not null && !http.Response.HasStarted)
        {
            http.Response.Clear();
            await problem.WriteAsync(http, http.RequestAborted);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The ledger cannot be written")]
    private static partial void LogUnavailable(ILogger logger, Exception e);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Nothing may run: {Platforms} did not say whether those who approved are still members"
    )]
    private static partial void LogMembershipUnknown(ILogger logger, string platforms);

    [LoggerMessage(Level = LogLevel.Error, Message = "A call broke ({Trace})")]
    private static partial void LogBroken(ILogger logger, Exception e, string trace);
}
