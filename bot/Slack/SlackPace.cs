using System.Collections.Concurrent;

namespace ChatApprovals.Slack;

/// <summary>
/// Slack takes about one message a second in a channel, with short bursts
/// (docs.slack.dev/apis/web-api/rate-limits, chat.postMessage): a bucket of <see cref="Burst"/> for each.
/// </summary>
internal sealed class SlackPace(TimeProvider clock)
{
    private const int Burst = 3;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>More channels than this at once means that the oldest ones are long idle.</summary>
    private const int ChannelsMax = 10_000;

    /// <summary>When the channel's bucket is full again.</summary>
    private readonly ConcurrentDictionary<string, DateTimeOffset> _fullAt = new(
        StringComparer.Ordinal
    );
    private readonly Lock _lock = new();

    /// <summary>Takes one place and answers how long to wait until it is its turn (zero: now).</summary>
    public TimeSpan Take(string channel, TimeSpan waitMax)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var from = _fullAt.TryGetValue(channel, out var at) && at > now ? at : now;
            var wait = from + Every - now - Burst * Every;
            if (wait > waitMax)
            {
                return wait;
            }

            Forget(now);
            _fullAt[channel] = from + Every;
            return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
        }
    }

    /// <summary>Slack takes nothing more in the channel for so long; then one after the other.</summary>
    public void Rest(string channel, TimeSpan after)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            var until = now + after + (Burst - 1) * Every;
            Forget(now);
            _fullAt[channel] = _fullAt.TryGetValue(channel, out var at) && at > until ? at : until;
        }
    }

    private void Forget(DateTimeOffset now)
    {
        if (_fullAt.Count < ChannelsMax)
        {
            return;
        }

        foreach (var (channel, _) in _fullAt.Where(c => c.Value <= now))
        {
            _fullAt.TryRemove(channel, out _);
        }
    }
}
