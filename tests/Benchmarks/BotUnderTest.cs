using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>The real bot: its own process on the servers' core, its own data directory on the real disk.</summary>
internal sealed class BotUnderTest : IDisposable
{
    private static readonly Dictionary<string, string> s_limits = new(StringComparer.Ordinal)
    {
        // A benchmark's agent asks for as much as a thousand real ones.
        ["Limits:SubmissionsPerMinute"] = "1000000",
        ["Limits:Burst"] = "1000000",
        ["Limits:PendingPerAgent"] = "100000",
        ["Logging:LogLevel:Default"] = "Error",
    };

    private readonly Dictionary<string, string> _settings;
    private Process? _process;

    public BotUnderTest(Platforms platforms, string folder)
    {
        Folder = folder;
        Url = new Uri($"http://127.0.0.1:{FreePort()}");
        _settings = platforms.BotSettings();
        foreach (var (key, value) in s_limits)
        {
            _settings[key] = value;
        }

        _settings["Urls"] = $"http://127.0.0.1:{Url.Port}";
        _settings["Data:Directory"] = folder;
    }

    public Uri Url { get; }

    public Server Server => new(Url, _process!);

    /// <summary>The data directory.</summary>
    public string Folder { get; }

    /// <summary>Megabytes (10^6 bytes) of memory that the process holds.</summary>
    public double Megabytes
    {
        get
        {
            _process!.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Starts the process and returns its first connection.</summary>
    public async Task<Wire> StartAsync(CancellationToken cancel)
    {
        _process = Cores.StartServer([Repository.Bot], _settings);
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } said && said.Contains("fail:", StringComparison.Ordinal))
            {
                Console.Error.WriteLine("bot: " + said);
            }
        };
        _process.BeginOutputReadLine();
        while (true)
        {
            try
            {
                return await Wire.OpenAsync(Url, cancel);
            }
            catch (SocketException) when (!_process.HasExited)
            {
                await Task.Delay(2, cancel);
            }
        }
    }

    /// <summary>Ends it as a power cut would.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public void Dispose()
    {
        if (_process is not null)
        {
            Kill();
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
