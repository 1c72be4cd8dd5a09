namespace ChatApprovals.Admin;

/// <summary>Says of work that takes long how far it is, every few seconds; of work that does not, nothing.</summary>
public static class LongWork
{
    /// <param name="work">Has begun already.</param>
    /// <param name="said">What to say now; the last time when the work has ended.</param>
    /// <param name="tell">Where.</param>
    /// <param name="every">The pause before the first time, and between two.</param>
    /// <param name="clock">What the pauses are measured by.</param>
    /// <param name="cancel">Ends the telling; the work has its own.</param>
    public static async Task<T> TellAsync<T>(
        Task<T> work,
        Func<Reply> said,
        Tell tell,
        TimeSpan every,
        TimeProvider clock,
        CancellationToken cancel
    )
    {
        var isTold = false;
        while (await Task.WhenAny(work, Task.Delay(every, clock, cancel)) != work)
        {
            cancel.ThrowIfCancellationRequested();
            await tell(said(), cancel);
            isTold = true;
        }

        if (isTold && work.IsCompletedSuccessfully)
        {
            await tell(said(), cancel);
        }

        return await work;
    }
}
