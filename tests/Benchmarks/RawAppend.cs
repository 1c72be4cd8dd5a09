using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>
/// Baseline (b): how often a second the disk makes 4 KiB more of a file durable, one after the other. No
/// ledger that answers after each entry can be faster for one client.
/// </summary>
internal static class RawAppend
{
    private const int Block = 4096;

    /// <summary>Prints appends per second.</summary>
    public static int Measure(string file, double seconds)
    {
        var block = new byte[Block];
        block.AsSpan().Fill((byte)'x');
        using var handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write);
        var (count, started) = (0L, Stopwatch.GetTimestamp());
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds)
        {
            RandomAccess.Write(handle, block, count * Block);
            Sync(handle);
            count++;
        }

        Console.WriteLine(count / Stopwatch.GetElapsedTime(started).TotalSeconds);
        return 0;
    }

    /// <summary>Runs the loop as a process of its own on the servers' core.</summary>
    public static async Task<double> MeasureAsync(
        string folder,
        double seconds,
        CancellationToken cancel
    )
    {
        var file = Path.Combine(folder, "append");
        using var process = Cores.StartServer([Repository.Self, "append", file, $"{seconds}"]);
        var answer = await process.StandardOutput.ReadToEndAsync(cancel);
        await process.WaitForExitAsync(cancel);
        File.Delete(file);
        return double.Parse(answer);
    }

    private static void Sync(Microsoft.Win32.SafeHandles.SafeFileHandle handle)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(handle);
        }
        else if (Fdatasync(handle) != 0)
        {
            throw new IOException("fdatasync failed");
        }
    }

    [DllImport("libc", EntryPoint = "fdatasync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fdatasync(SafeHandle file);
}
