namespace ChatApprovals.Guard;

/// <summary>Broken in- and output towards an upstream; the message is for the ledger and holds nothing of a call.</summary>
internal sealed class UpstreamException(string why) : Exception(why)
{
    /// <summary>Runs something of the upstream's; whatever goes wrong in it is an <see cref="UpstreamException"/>.</summary>
    public static async Task<T> InTimeAsync<T>(
        Func<CancellationToken, Task<T>> run,
        TimeSpan within,
        CancellationToken cancel
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(within);
        try
        {
            return await run(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new UpstreamException("The upstream did not answer in time.");
        }
        catch (HttpRequestException error)
        {
            throw new UpstreamException(
                $"The call of the upstream broke: {error.HttpRequestError}."
            );
        }
        catch (IOException)
        {
            throw new UpstreamException("The upstream's answer broke off.");
        }
    }
}
