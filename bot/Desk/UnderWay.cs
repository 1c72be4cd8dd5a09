using System.Collections.Concurrent;

namespace ChatApprovals.Desk;

/// <summary>
/// What a loop has begun and what has not ended, each by its name and once. Every end wakes the loop. What is done is
/// durable elsewhere: where it fails, or the process ends, it is due still.
/// </summary>
internal sealed class UnderWay(WorkLoop loop, TimeProvider clock)
{
    /// <summary>How long one that failed counts as under way: what cannot be recorded is not tried at once.</summary>
    private static readonly TimeSpan s_stumble = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, byte> _names = new(StringComparer.Ordinal);

    public int Count => _names.Count;

    public bool IsEmpty => _names.IsEmpty;

    /// <summary>
    /// Ask before the store is asked what is due: one that ends in between is looked at again, not begun twice.
    /// </summary>
    public IReadOnlySet<string> Names() => _names.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>Begins it, unless it is under way.</summary>
    /// <param name="name">Of what is done.</param>
    /// <param name="work">Does it, and records that it is done.</param>
    /// <param name="stumbled">Told of what <paramref name="work"/> throws.</param>
    /// <param name="cancel">The process ends.</param>
    public void Begin(
        string name,
        Func<CancellationToken, Task> work,
        Action<Exception> stumbled,
        CancellationToken cancel
    )
    {
        if (_names.TryAdd(name, 0))
        {
            _ = Task.Run(() => RunAsync(name, work, stumbled, cancel), CancellationToken.None);
        }
    }

    private async Task RunAsync(
        string name,
        Func<CancellationToken, Task> work,
        Action<Exception> stumbled,
        CancellationToken cancel
    )
    {
        try
        {
            await work(cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // It is still due: the next process does it.
        }
        catch (Exception error)
        {
            stumbled(error);
            await Task.Delay(s_stumble, clock, cancel)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            _names.TryRemove(name, out _);
            loop.Wake();
        }
    }
}
