using System.Collections.Concurrent;
using System.Diagnostics;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>
/// Agents that wait: each has one request under long poll, and asks again as soon as one is decided, so that
/// the same number is always pending.
/// </summary>
internal sealed class WaitingAgents : IAsyncDisposable
{
    private readonly Place _place;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, long> _releasedAt = new(StringComparer.Ordinal);
    private readonly bool _askAgain;
    private readonly List<Task> _loops = [];
    private long _cycles;
    private int _waiting;

    private WaitingAgents(Place place, bool askAgain) => (_place, _askAgain) = (place, askAgain);

    /// <summary>Requests that were asked for, decided, and whose agent was released.</summary>
    public long Cycles => Interlocked.Read(ref _cycles);

    /// <summary>When the agent of a request had its answer, as a timestamp; null while it waits.</summary>
    public long? ReleasedAt(string request) =>
        _releasedAt.TryGetValue(request, out var at) ? at : null;

    /// <summary>Returns when all of them wait.</summary>
    public static async Task<WaitingAgents> StartAsync(
        Place place,
        int count,
        bool askAgain,
        CancellationToken cancel
    )
    {
        var agents = new WaitingAgents(place, askAgain);
        using var few = new SemaphoreSlim(128);
        for (var i = 0; i < count; i++)
        {
            await few.WaitAsync(cancel);
            agents._loops.Add(agents.RunAsync(i, few, cancel));
        }

        while (Volatile.Read(ref agents._waiting) < count)
        {
            agents._loops.ForEach(Rethrow);
            await Task.Delay(10, cancel);
        }

        await Task.Delay(300, cancel);
        return agents;
    }

    /// <summary>They ask no more; who waits hangs up.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_loops);
        _stop.Dispose();
    }

    private async Task RunAsync(int agent, SemaphoreSlim few, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _stop.Token);
        try
        {
            using var wire = await Wire.OpenAsync(_place.Bot.Url, either.Token);
            var id = await AskAsync(wire, agent, either.Token);
            Interlocked.Increment(ref _waiting);
            few.Release();
            do
            {
                await WaitAsync(wire, agent, id, either.Token);
                Interlocked.Increment(ref _cycles);
                id = _askAgain ? await AskAsync(wire, agent, either.Token) : "";
            } while (_askAgain);
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    private async Task<string> AskAsync(Wire wire, int agent, CancellationToken cancel) =>
        Asking.IdOf((await wire.SendAsync(_place.Asking.Create(agent), cancel)).Must(201));

    private async Task WaitAsync(Wire wire, int agent, string id, CancellationToken cancel)
    {
        var poll = _place.Asking.Poll(agent, id);
        while (true)
        {
            var answer = (await wire.SendAsync(poll, cancel)).Must(200);
            if (answer.Body.Span.IndexOf("\"status\":\"approved\""u8) >= 0)
            {
                _releasedAt[id] = Stopwatch.GetTimestamp();
                return;
            }
        }
    }

    private static void Rethrow(Task loop)
    {
        if (loop.IsFaulted)
        {
            loop.GetAwaiter().GetResult();
        }
    }
}
