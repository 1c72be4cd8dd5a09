using System.Diagnostics;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>What was done in which time, and how much of it the server's processor worked.</summary>
internal sealed record Done(long Count, TimeSpan Took, TimeSpan Worked)
{
    public double PerSecond => Count / Took.TotalSeconds;

    /// <summary>Microseconds of the server's processor for each.</summary>
    public double Cost => Worked.TotalMicroseconds / Count;
}

/// <summary>
/// Counts from its making until <see cref="Stop"/>. The processor's time says where the time goes, and says the
/// same on a busy machine.
/// </summary>
internal sealed class Meter(Process server)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _before = Worked(server);

    public double Seconds => Stopwatch.GetElapsedTime(_started).TotalSeconds;

    public Done Stop(long count) =>
        new(count, Stopwatch.GetElapsedTime(_started), Worked(server) - _before);

    private static TimeSpan Worked(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }
}

/// <summary>Closed loops: each client sends its next request when it has the answer to the last one.</summary>
internal static class Load
{
    /// <summary>Runs that many clients for a time, each on its own connection.</summary>
    public static async Task<Done> ForAsync(
        Server server,
        int clients,
        double seconds,
        Func<Wire, int, Task> act,
        CancellationToken cancel
    )
    {
        var wires = new List<Wire>();
        for (var i = 0; i < clients; i++)
        {
            wires.Add(await Wire.OpenAsync(server.Url, cancel));
        }

        var meter = new Meter(server.Process);
        var counts = await Task.WhenAll(wires.Select((wire, i) => RunAsync(wire, i)));
        var done = meter.Stop(counts.Sum());
        wires.ForEach(w => w.Dispose());
        return done;

        async Task<long> RunAsync(Wire wire, int client)
        {
            var count = 0L;
            while (meter.Seconds < seconds)
            {
                await act(wire, client);
                count++;
            }

            return count;
        }
    }

    /// <summary>Runs that many clients until <paramref name="act"/> says that nothing is left to do.</summary>
    public static async Task<Done> AllAsync(
        Server server,
        int clients,
        Func<Wire, Task<bool>> act,
        CancellationToken cancel
    )
    {
        var meter = new Meter(server.Process);
        var counts = await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => RunAsync()));
        return meter.Stop(counts.Sum());

        async Task<long> RunAsync()
        {
            using var wire = await Wire.OpenAsync(server.Url, cancel);
            var count = 0L;
            while (await act(wire))
            {
                count++;
            }

            return count;
        }
    }
}

/// <summary>What is measured: where it listens, and its process.</summary>
internal sealed record Server(Uri Url, Process Process);
