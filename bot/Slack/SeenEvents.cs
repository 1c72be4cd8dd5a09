namespace ChatApprovals.Slack;

/// <summary>
/// The ids of events of the last hour. Slack delivers an event again, with a new timestamp and signature,
/// at once, after a minute and after five (docs.slack.dev, Events API, "Retries").
/// In memory; what a command of an event changed is not done again after a restart either
/// (<see cref="Admin.Asker.Delivery"/>).
/// </summary>
internal sealed class SeenEvents(TimeProvider clock)
{
    private static readonly TimeSpan RememberedFor = TimeSpan.FromHours(1);

    /// <summary>Slack delivers at most 30,000 an hour to one app in one workspace.</summary>
    private const int Max = 30_000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTimeOffset At)> _oldestFirst = new();

    /// <summary>True the first time.</summary>
    public bool IsNew(string id)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow();
            while (
                _oldestFirst.TryPeek(out var oldest)
                && (now - oldest.At > RememberedFor || _oldestFirst.Count >= Max)
            )
            {
                _ids.Remove(_oldestFirst.Dequeue().Id);
            }

            if (!_ids.Add(id))
            {
                return false;
            }

            _oldestFirst.Enqueue((id, now));
            return true;
        }
    }
}
