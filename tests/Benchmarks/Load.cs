using System.Diagnostics;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>Closed loops: each client sends its next request when it has the answer to the last one.</summary>
internal static class Load
{
    /// <summary>Runs that many clients, each on its own connection, and counts what they did each second.</summary>
    public static async Task<double> PerSecondAsync(
        Uri url,
        int clients,
        double seconds,
        Func<Wire, int, Task> act,
        CancellationToken cancel
    )
    {
        var wires = new List<Wire>();
        for (var i = 0; i < clients; i++)
        {
            wires.Add(await Wire.OpenAsync(url, cancel));
        }

        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(wires.Select((wire, i) => RunAsync(wire, i)));
        var rate = counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;
        wires.ForEach(w => w.Dispose());
        return rate;

        async Task<long> RunAsync(Wire wire, int client)
        {
            var count = 0L;
            while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
            {
                await act(wire, client);
                count++;
            }

            return count;
        }
    }

    /// <summary>As <see cref="PerSecondAsync"/>, but until nothing is left to do: <paramref name="act"/> says false.</summary>
    public static async Task<double> DrainAsync(
        Uri url,
        int clients,
        Func<Wire, Task<bool>> act,
        CancellationToken cancel
    )
    {
        var started = Stopwatch.GetTimestamp();
        var counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => RunAsync()));
        return counts.Sum() / Stopwatch.GetElapsedTime(started).TotalSeconds;

        async Task<long> RunAsync()
        {
            using var wire = await Wire.OpenAsync(url, cancel);
            var count = 0L;
            while (await act(wire))
            {
                count++;
            }

            return count;
        }
    }
}
