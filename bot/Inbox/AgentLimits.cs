using System.Runtime.InteropServices;
using ChatApprovals.Approvals;

namespace ChatApprovals.Inbox;

/// <summary>
/// A token bucket for each agent: <c>Limits:Burst</c> at once, <c>Limits:SubmissionsPerMinute</c> over
/// time. Charged before a body is read; what nobody is asked for (a body refused for its form, a repeat)
/// gets most of it back, so that whoever debugs an agent sees what is wrong and not 429. In memory only: a
/// restart fills every bucket. Bounded: a bucket that is full again is forgotten.
/// </summary>
public sealed class AgentLimits(InboxOptions options, TimeProvider clock)
{
    private const int BucketsMax = 10_000;

    /// <summary>Ten bodies that nobody is asked for cost as much as one that somebody is.</summary>
    private const double Refunded = 0.9;

    private readonly Lock _lock = new();
    private readonly Dictionary<AgentName, Bucket> _buckets = [];
    private readonly double _perSecond = options.SubmissionsPerMinute / 60.0;

    /// <summary>Null when it may go on; else how long until it may.</summary>
    public TimeSpan? Charge(AgentName agent)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            var tokens = TokensOf(agent, now);
            if (tokens < 1)
            {
                _buckets[agent] = new Bucket(tokens, now);
                return TimeSpan.FromSeconds((1 - tokens) / _perSecond);
            }

            MakeRoom(now);
            _buckets[agent] = new Bucket(tokens - 1, now);
            return null;
        }
    }

    /// <summary>The last charge was for something that no person will see.</summary>
    public void Refund(AgentName agent)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            var tokens = Math.Min(options.Burst, TokensOf(agent, now) + Refunded);
            _buckets[agent] = new Bucket(tokens, now);
        }
    }

    private double TokensOf(AgentName agent, long now) =>
        _buckets.TryGetValue(agent, out var bucket) ? Refilled(bucket, now) : options.Burst;

    private double Refilled(Bucket bucket, long now) =>
        Math.Min(
            options.Burst,
            bucket.Tokens + (clock.GetElapsedTime(bucket.At, now).TotalSeconds * _perSecond)
        );

    private void MakeRoom(long now)
    {
        if (_buckets.Count < BucketsMax)
        {
            return;
        }

        foreach (var (agent, bucket) in _buckets)
        {
            if (Refilled(bucket, now) >= options.Burst)
            {
                _buckets.Remove(agent);
            }
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Bucket(double Tokens, long At);
}
