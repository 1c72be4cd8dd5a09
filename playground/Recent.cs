using System.Collections.Concurrent;

namespace ChatApprovals.Playground;

/// <summary>The last so many things, oldest first. Bounded; safe from any thread.</summary>
public sealed class Recent<T>(int max)
{
    private readonly ConcurrentQueue<T> _items = new();

    public IReadOnlyList<T> Items => [.. _items];

    public void Clear() => _items.Clear();

    internal void Add(T item)
    {
        if (max <= 0)
        {
            return;
        }
        _items.Enqueue(item);
        while (_items.Count > max && _items.TryDequeue(out _)) { }
    }
}

/// <summary>Things by key, forgotten oldest first beyond the bound. Safe from any thread.</summary>
internal sealed class RecentByKey<T>(int max)
    where T : class
{
    private readonly ConcurrentDictionary<string, T> _items = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = new();

    public void Add(string key, T item)
    {
        _items[key] = item;
        _order.Enqueue(key);
        while (_order.Count > max && _order.TryDequeue(out var oldest))
        {
            _items.TryRemove(oldest, out _);
        }
    }

    public T? Find(string key) => _items.GetValueOrDefault(key);
}

/// <summary>One call that the bot made: the method's name, its arguments, and what it was answered.</summary>
public sealed record PlatformCall(
    string Method,
    System.Text.Json.JsonElement Arguments,
    int Status,
    string? Error,
    DateTimeOffset At
);
