using System.Diagnostics;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>
/// What a ledger costs as it grows: how fast it takes entries when it is small and when it is large, what an approval weighs,
/// and how fast and in how much memory the bot's own commands write its bundle and verify it.
/// </summary>
internal sealed class Growth(Plan plan, Figures figures)
{
    /// <summary>Entries of another ledger that are written first, so that all code was compiled.</summary>
    private const int WarmUp = 5_000;

    private readonly string _data = Path.Combine(plan.Folder, Path.GetRandomFileName());

    private long Tenth => plan.Entries / 10;

    public async Task MeasureAsync(CancellationToken cancel)
    {
        try
        {
            await MeasureAsync("tenth", Tenth, cancel);
            await MeasureAsync("whole", plan.Entries, cancel);
            var requests = plan.Entries / LargeLedger.EntriesOfRequest;
            figures.Add(
                "request",
                new FileInfo(Path.Combine(_data, "ledger.db")).Length / requests
            );
        }
        finally
        {
            Directory.Delete(_data, recursive: true);
        }
    }

    /// <summary>Prints what one grown ledger says of itself: entries appended a second at last, and approvals in it.</summary>
    public static async Task<int> GrowAsync(
        string data,
        long to,
        long timed,
        CancellationToken cancel
    )
    {
        var warm = Directory.CreateTempSubdirectory("warm-").FullName;
        await using (var ledger = await LargeLedger.OpenAsync(warm, cancel))
        {
            await ledger.GrowAsync(WarmUp, cancel);
        }

        Directory.Delete(warm, recursive: true);
        await using var grown = await LargeLedger.OpenAsync(data, cancel);
        await grown.GrowAsync(to - timed, cancel);
        var (before, began) = (grown.Store.Head()!.Size, Stopwatch.GetTimestamp());
        await grown.GrowAsync(to, cancel);
        var added = grown.Store.Head()!.Size - before;
        Console.WriteLine(added / Stopwatch.GetElapsedTime(began).TotalSeconds);
        return 0;
    }

    public static IEnumerable<Figures.Row> Rows(Plan plan)
    {
        var (all, tenth) = ($"{plan.Entries:#,0} entries", $"{plan.Entries / 10:#,0}");
        yield return new("appended tenth", $"entries appended, the first {tenth}", "/s");
        yield return new(
            "appended whole",
            $"entries appended, the last {tenth} of {all}",
            "/s",
            "appended tenth",
            "the first"
        );
        yield return new("request", $"ledger.db for each request, at {all}", " bytes");
        foreach (var what in (string[])["export", "verify"])
        {
            var (small, large) = ($"{what} tenth", $"{what} whole");
            yield return new(small, $"{what} of {tenth}", " entries/s");
            yield return new(large, $"{what} of {all}", " entries/s", small, $"{tenth}'s");
            yield return new($"{small} memory", $"{what} of {tenth}, memory at most", " MB");
            yield return new(
                $"{large} memory",
                $"{what} of {all}, memory at most",
                " MB",
                $"{small} memory",
                $"{tenth}'s"
            );
        }
    }

    private async Task MeasureAsync(string name, long entries, CancellationToken cancel)
    {
        string[] grow = [Repository.Self, "grow", _data, $"{entries}", $"{Tenth}"];
        Directory.CreateDirectory(_data);
        var (said, _, _) = await RunAsync(grow, cancel);
        figures.Add($"appended {name}", double.Parse(said));
        var bundle = Path.Combine(_data, "bundle.zip");
        File.Delete(bundle);
        string[] settings = [$"--Data:Directory={_data}", $"--Ledger:Origin={LargeLedger.Origin}"];
        string[] export = [Repository.Bot, "export", "--out", bundle, .. settings];
        foreach (var command in (string[][])[export, [Repository.Bot, "verify", bundle]])
        {
            var (_, seconds, peak) = await RunAsync(command, cancel);
            figures.Add($"{command[1]} {name}", entries / seconds);
            figures.Add($"{command[1]} {name} memory", peak);
        }
    }

    /// <summary>On both cores; what it said, how long it took, and the MB it had resident at most.</summary>
    private static async Task<(string Said, double Seconds, double Peak)> RunAsync(
        string[] command,
        CancellationToken cancel
    )
    {
        var began = Stopwatch.GetTimestamp();
        using var process = Cores.StartOnAll(command);
        var said = process.StandardOutput.ReadToEndAsync(cancel);
        var peak = 0L;
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(50)))
        {
            cancel.ThrowIfCancellationRequested();
            process.Refresh();
            peak = Math.Max(peak, process.PeakWorkingSet64);
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        return process.ExitCode == 0
            ? (await said, seconds, peak / 1e6)
            : throw new InvalidOperationException($"{string.Join(' ', command)}: {await said}");
    }
}
