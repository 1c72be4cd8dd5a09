namespace ChatApprovals.Teams;

/// <summary>
/// Keeps each conversation within Teams' limits for a bot (learn.microsoft.com, "Optimize your bot with rate
/// limiting"; teams.md 2.4), so that a burst of cards is not answered with 429.
/// </summary>
public sealed class TeamsPace(TimeProvider clock)
{
    private static readonly (int Max, TimeSpan In)[] s_windows =
    [
        (7, TimeSpan.FromSeconds(1)),
        (8, TimeSpan.FromSeconds(2)),
        (60, TimeSpan.FromSeconds(30)),
        (1_800, TimeSpan.FromHours(1)),
    ];

    private const int ConversationsMax = 5_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<DateTimeOffset>> _sent = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _resting = new(StringComparer.Ordinal);

    /// <summary>Null: send now, it is counted. Else how long to wait; nothing is counted.</summary>
    public TimeSpan? Take(string conversation)
    {
        var now = clock.GetUtcNow();
        lock (_gate)
        {
            var sent = Of(TeamsSource.Base(conversation), now);
            var wait = RestOf(conversation, now);
            foreach (var (max, span) in s_windows)
            {
                if (sent.Count >= max && sent[^max] + span - now is var left && left > wait)
                {
                    wait = left;
                }
            }

            if (wait > TimeSpan.Zero)
            {
                return wait;
            }

            sent.Add(now);
            return null;
        }
    }

    /// <summary>Teams itself said that the conversation takes no more for so long.</summary>
    public void Rest(string conversation, TimeSpan wait)
    {
        lock (_gate)
        {
            _resting[TeamsSource.Base(conversation)] = clock.GetUtcNow() + wait;
        }
    }

    private TimeSpan RestOf(string conversation, DateTimeOffset now)
    {
        var name = TeamsSource.Base(conversation);
        if (!_resting.TryGetValue(name, out var until))
        {
            return TimeSpan.Zero;
        }

        if (until > now)
        {
            return until - now;
        }

        _resting.Remove(name);
        return TimeSpan.Zero;
    }

    private List<DateTimeOffset> Of(string conversation, DateTimeOffset now)
    {
        var longest = s_windows[^1];
        if (!_sent.TryGetValue(conversation, out var sent))
        {
            if (_sent.Count >= ConversationsMax)
            {
                foreach (var (key, old) in _sent.ToList())
                {
                    if (now - old[^1] > TimeSpan.FromMinutes(1))
                    {
                        _sent.Remove(key);
                    }
                }
            }

            sent = _sent[conversation] = [];
        }

        if (sent.Count >= 2 * longest.Max)
        {
            sent.RemoveRange(0, sent.Count - longest.Max);
        }

        return sent;
    }
}
