using System.Collections.Concurrent;

namespace ChatApprovals.Playground;

/// <summary>One way in which a call to a platform can go wrong, to be met by the bot.</summary>
public abstract record Fault
{
    private Fault() { }

    /// <summary>429 with <c>Retry-After</c>; nothing is done.</summary>
    public sealed record RateLimited(int RetryAfterSeconds = 1) : Fault;

    /// <summary>A bare HTTP error of the platform's edge; nothing is done.</summary>
    public sealed record HttpError(int Status = 500) : Fault;

    /// <summary>The platform's own refusal: Slack <c>ok:false</c>, Teams 400 with this code.</summary>
    public sealed record Refused(string Code) : Fault;

    /// <summary>No answer until the caller gives up; nothing is done.</summary>
    public sealed record Hang : Fault;

    /// <summary>Done, but the connection drops before the answer: the caller cannot know.</summary>
    public sealed record DoneButUnheard : Fault;

    /// <summary>Done, but no answer comes: the caller cannot know, and waits.</summary>
    public sealed record DoneButSilent : Fault;

    /// <summary>Nothing is done until then; after it, all is as usual.</summary>
    public sealed record Held(Task Until) : Fault;
}

/// <summary>The faults that lie ahead, by method, first in first out. Safe from any thread.</summary>
public sealed class FaultPlan
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Fault>> _ahead = new(
        StringComparer.Ordinal
    );

    /// <summary>The next <paramref name="times"/> calls of the method meet this fault.</summary>
    public void Next(string method, Fault fault, int times = 1)
    {
        var queue = _ahead.GetOrAdd(method, _ => new());
        for (var i = 0; i < times; i++)
        {
            queue.Enqueue(fault);
        }
    }

    public void Clear() => _ahead.Clear();

    internal Fault? Take(string method) =>
        _ahead.TryGetValue(method, out var queue) && queue.TryDequeue(out var fault) ? fault : null;
}

/// <summary>How a platform that never answers waits.</summary>
internal static class Patience
{
    /// <summary>Until the caller has given up or is gone.</summary>
    public static async Task UntilGone(CancellationToken cancel) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, cancel)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
