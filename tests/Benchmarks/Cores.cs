using System.Diagnostics;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>
/// Who runs where: what is measured has core 0 to itself; the clients and the played platforms share
/// core 1. A process is pinned from its first instruction (<c>taskset</c>), so that its runtime sizes itself
/// for one core too. Elsewhere than on Linux nothing is pinned, and the table says so.
/// </summary>
internal static class Cores
{
    private const string Servers = "0";
    private const string Clients = "1";
    private const string All = Servers + "," + Clients;
    private static readonly Dictionary<string, string> s_none = new(StringComparer.Ordinal);

    public static bool ArePinned { get; } =
        OperatingSystem.IsLinux()
        && Environment.GetEnvironmentVariable("PATH") is { } path
        && path.Split(':').Any(p => File.Exists(Path.Combine(p, "taskset")));

    /// <summary>Runs the measuring client on its core; answers its exit code.</summary>
    public static async Task<int> RunClientAsync(string[] args, CancellationToken cancel)
    {
        using var client = Start(Clients, [Repository.Self, "client", .. args], redirect: false);
        try
        {
            await client.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            await client.WaitForExitAsync(CancellationToken.None);
        }

        return client.ExitCode;
    }

    /// <summary>Starts a program of .NET on the servers' core, its output readable.</summary>
    public static Process StartServer(
        string[] command,
        IReadOnlyDictionary<string, string>? settings = null
    ) => Start(Servers, command, redirect: true, settings);

    /// <summary>Starts a program of .NET that runs alone, for both cores, its output readable.</summary>
    public static Process StartOnAll(string[] command) => Start(All, command, redirect: true);

    private static Process Start(
        string core,
        string[] command,
        bool redirect,
        IReadOnlyDictionary<string, string>? settings = null
    )
    {
        var start = new ProcessStartInfo(ArePinned ? "taskset" : "dotnet")
        {
            RedirectStandardOutput = redirect,
            UseShellExecute = false,
        };
        string[] words = ArePinned ? ["-c", core, "dotnet", .. command] : command;
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        start.Environment.Remove("ASPNETCORE_URLS"); // the settings' is the only address
        // Else each host watches every file beneath its folder: the data directory, at every write.
        start.Environment["DOTNET_hostBuilder__reloadConfigOnChange"] = "false";
        foreach (var (key, value) in settings ?? s_none)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return Process.Start(start)!;
    }
}
