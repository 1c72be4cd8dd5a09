namespace ChatApprovals.Slack;

/// <summary>
/// Remembers accepted signatures for as long as they can be valid, with the answer that was given: the
/// same bytes a second time get the same answer and have no second effect. In memory only: after a
/// restart a repeated decision changes nothing by the desk's own rules, and a repeated command by
/// <see cref="Admin.Asker.Delivery"/>.
/// </summary>
public sealed class ReplayCache(TimeProvider clock)
{
    /// <summary>Twice the signature's age, as a timestamp may also lie ahead of our clock.</summary>
    private static readonly TimeSpan RememberedFor = SlackSignature.AgeMax * 2;

    /// <summary>More than Slack delivers to one app in that time (30,000 events an hour).</summary>
    private const int EntriesMax = 50_000;
    private const long BytesMax = 16 * 1024 * 1024;

    private sealed record Entry(string Signature, DateTimeOffset At)
    {
        public TaskCompletionSource<SlackAnswer> Answer { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        public long Bytes { get; set; }
    }

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<Entry> _oldestFirst = new();
    private long _bytes;

    /// <summary>
    /// Acts once for a signature. A repeat, also one that arrives meanwhile, waits for and gets the first
    /// one's answer; after a failure (5xx or an exception) it acts again.
    /// </summary>
    public async Task<SlackAnswer> OnceAsync(string signature, Func<Task<SlackAnswer>> act)
    {
        var (entry, isFirst) = Take(signature, clock.GetUtcNow());
        if (!isFirst)
        {
            return await entry.Answer.Task;
        }

        var answer = SlackAnswer.Unavailable;
        try
        {
            answer = await act();
            return answer;
        }
        finally
        {
            Settle(entry, answer);
        }
    }

    private (Entry Entry, bool IsFirst) Take(string signature, DateTimeOffset now)
    {
        lock (_lock)
        {
            Forget(now);
            if (_entries.TryGetValue(signature, out var known))
            {
                return (known, false);
            }

            var entry = new Entry(signature, now);
            _entries[signature] = entry;
            _oldestFirst.Enqueue(entry);
            return (entry, true);
        }
    }

    private void Settle(Entry entry, SlackAnswer answer)
    {
        lock (_lock)
        {
            if (answer.Status >= StatusCodes.Status500InternalServerError)
            {
                Drop(entry);
            }
            else if (IsKept(entry))
            {
                entry.Bytes = answer.Body.Length;
                _bytes += entry.Bytes;
            }
        }

        entry.Answer.SetResult(answer.IsSecret ? SlackAnswer.Empty : answer);
    }

    private void Forget(DateTimeOffset now)
    {
        while (
            _oldestFirst.TryPeek(out var oldest)
            && (
                now - oldest.At > RememberedFor
                || _oldestFirst.Count >= EntriesMax
                || _bytes > BytesMax
            )
        )
        {
            _oldestFirst.Dequeue();
            Drop(oldest);
        }
    }

    private bool IsKept(Entry entry) =>
        _entries.TryGetValue(entry.Signature, out var kept) && ReferenceEquals(kept, entry);

    private void Drop(Entry entry)
    {
        if (IsKept(entry))
        {
            _entries.Remove(entry.Signature);
            _bytes -= entry.Bytes;
        }
    }
}
