using System.Threading.Channels;

namespace ChatApprovals.Desk;

/// <summary>
/// The shape of all that works in the background: do what is due, sleep until the next is, or somebody wakes
/// it, or for half a minute; after an error, go on a second later.
/// </summary>
internal sealed class WorkLoop
{
    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_stumble = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    private readonly TimeProvider _clock;
    private readonly TimeSpan _settle;

    /// <param name="clock">Says what is due.</param>
    /// <param name="settle">How long it sleeps first, unless somebody wakes it.</param>
    public WorkLoop(TimeProvider clock, TimeSpan settle = default)
    {
        (_clock, _settle) = (clock, settle);
        UnderWay = new UnderWay(this, clock);
    }

    /// <summary>What it has begun and does not wait for.</summary>
    public UnderWay UnderWay { get; }

    /// <summary>Something may be due now. Never blocks; said several times, it is looked at once.</summary>
    public void Wake() => _signal.Writer.TryWrite(true);

    /// <summary>Returns when it is cancelled, and never throws.</summary>
    /// <param name="work">Does what is due; answers when the next is.</param>
    /// <param name="stumbled">Told of what <paramref name="work"/> throws.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task RunAsync(
        Func<CancellationToken, Task<DateTimeOffset>> work,
        Action<Exception> stumbled,
        CancellationToken cancel
    )
    {
        DateTimeOffset? rest = _settle > TimeSpan.Zero ? _clock.GetUtcNow() + _settle : null;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                var next = rest ?? await work(cancel);
                rest = null;
                await SleepAsync(next, cancel);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                stumbled(error);
                await Task.Delay(s_stumble, _clock, cancel)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task SleepAsync(DateTimeOffset until, CancellationToken cancel)
    {
        var left = until - _clock.GetUtcNow();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        timeout.CancelAfter(
            left <= TimeSpan.Zero ? TimeSpan.FromMilliseconds(1)
            : left < s_poll ? left + TimeSpan.FromMilliseconds(1)
            : s_poll
        );
        try
        {
            await _signal.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Time for the next look.
        }
    }
}
