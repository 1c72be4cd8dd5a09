namespace ChatApprovals.Playground;

/// <summary>Tells whoever waits that something changed. Not a queue: many changes may be one wake-up.</summary>
public sealed class Changes
{
    private TaskCompletionSource _next = Fresh();

    /// <summary>Completes at the next change. Take it before looking, so that none is missed.</summary>
    public Task Next => Volatile.Read(ref _next).Task;

    public void Tell() => Interlocked.Exchange(ref _next, Fresh()).TrySetResult();

    /// <summary>Looks now and after every change until the probe finds something.</summary>
    public async Task<T> Until<T>(Func<T?> probe, CancellationToken cancel)
        where T : class
    {
        while (true)
        {
            var next = Next;
            if (probe() is { } found)
            {
                return found;
            }
            await next.WaitAsync(cancel);
        }
    }

    private static TaskCompletionSource Fresh() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
