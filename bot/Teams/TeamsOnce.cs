using System.Collections.Concurrent;

namespace ChatApprovals.Teams;

/// <summary>
/// Teams delivers an activity again when the answer took too long: the repeat gets the first one's answer,
/// and the work is done once. Remembered for ten minutes, in memory; after a
/// restart a decision counts once by the desk's own rules, a command by <see cref="Admin.Asker.Delivery"/>.
/// </summary>
public sealed class TeamsOnce(TimeProvider clock)
{
    private static readonly TimeSpan s_rememberedFor = TimeSpan.FromMinutes(10);
    private const int EntriesMax = 10_000;

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    public async Task<TeamsAnswer> RunAsync(string key, Func<Task<TeamsAnswer>> work)
    {
        var now = clock.GetUtcNow();
        MakeRoom(now);
        var mine = new Entry(new Lazy<Task<TeamsAnswer>>(work), now);
        var entry = _entries.GetOrAdd(key, mine);
        if (now - entry.At > s_rememberedFor)
        {
            entry = _entries[key] = mine;
        }

        try
        {
            var answer = await entry.Work.Value;
            if (!answer.IsFinal)
            {
                _entries.TryRemove(KeyValuePair.Create(key, entry));
            }

            return answer;
        }
        catch
        {
            _entries.TryRemove(KeyValuePair.Create(key, entry));
            throw;
        }
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (_entries.Count < EntriesMax)
        {
            return;
        }

        foreach (var (key, entry) in _entries.OrderBy(e => e.Value.At).Take(EntriesMax / 2))
        {
            if (now - entry.At > s_rememberedFor || entry.Work is { IsValueCreated: true })
            {
                _entries.TryRemove(key, out _);
            }
        }
    }

    private sealed record Entry(Lazy<Task<TeamsAnswer>> Work, DateTimeOffset At);
}
