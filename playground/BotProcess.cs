using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ChatApprovals.Playground;

/// <summary>The real bot as a child process: started, watched, killed without warning and started again on the same data
/// and address. It ends with the playground.</summary>
/// <remarks>One operation at a time; the state may be read from any thread.</remarks>
public sealed class BotProcess : IAsyncDisposable
{
    public const string RunsAlready = "The bot runs already.";

    private const int LogMax = 500;
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan ProbeEvery = TimeSpan.FromMilliseconds(100);

    private readonly string _program;
    private readonly IReadOnlyDictionary<string, string> _settings;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly HttpClient _http = BotClient.Create();
    private readonly Recent<string> _log = new(LogMax);
    private volatile Process? _process;

    /// <summary>Settings are given by configuration key, such as <c>Slack:BotToken</c>; they reach the bot by its
    /// environment, so that secrets stand in no process list.</summary>
    public BotProcess(
        string program,
        string dataDirectory,
        IReadOnlyDictionary<string, string> settings,
        TimeProvider time
    )
    {
        _program = program;
        _time = time;
        Url = new Uri($"http://127.0.0.1:{FreePort()}");
        _settings = new Dictionary<string, string>(settings, StringComparer.Ordinal)
        {
            ["Urls"] = Url.ToString().TrimEnd('/'),
            ["Data:Directory"] = dataDirectory,
        };
        AppDomain.CurrentDomain.ProcessExit += (_, _) => KillNow();
    }

    public Uri Url { get; }

    public int? Pid => _process is { HasExited: false } running ? running.Id : null;

    /// <summary>The last lines that the bot wrote, oldest first.</summary>
    public IReadOnlyList<string> Log => _log.Items;

    /// <summary>Starts, stops and lines of the log.</summary>
    public Changes Changes { get; } = new();

    /// <summary>Starts the bot and waits until it is ready. Null then; else a sentence about what went wrong.</summary>
    public async Task<string?> StartAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (Pid is not null)
            {
                return RunsAlready;
            }
            if (!File.Exists(_program))
            {
                return $"The bot is not built: {_program} is missing. Run: dotnet build";
            }
            Launch();
            return await WaitUntilReadyAsync(cancel);
        }
        finally
        {
            _turn.Release();
            Changes.Tell();
        }
    }

    /// <summary>Kills the bot as a power cut would (SIGKILL) and waits until it is gone.</summary>
    public async Task<string?> KillAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (_process is not { HasExited: false } running)
            {
                return "The bot does not run.";
            }
            running.Kill(entireProcessTree: true);
            await running.WaitForExitAsync(cancel);
            Say("(killed)");
            return null;
        }
        finally
        {
            _turn.Release();
            Changes.Tell();
        }
    }

    /// <summary>Asks the bot to end as a service supervisor does (SIGTERM). Its exit code, once it is gone.</summary>
    public async Task<int> Terminate(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            if (_process is not { HasExited: false } running)
            {
                throw new InvalidOperationException("the bot does not run");
            }
            using var signal = Process.Start("kill", ["-TERM", $"{running.Id}"]);
            await running.WaitForExitAsync(cancel);
            Say($"(ended with {running.ExitCode})");
            return running.ExitCode;
        }
        finally
        {
            _turn.Release();
            Changes.Tell();
        }
    }

    public async ValueTask DisposeAsync()
    {
        KillNow();
        if (_process is { } process)
        {
            await process.WaitForExitAsync(CancellationToken.None);
            process.Dispose();
            _process = null;
        }
        _http.Dispose();
        _turn.Dispose();
    }

    private void Launch()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = Repository.Root ?? Path.GetDirectoryName(_program)!,
        };
        start.ArgumentList.Add(_program);
        start.Environment.Remove("ASPNETCORE_URLS"); // ours is the only address
        foreach (var (key, value) in _settings)
        {
            start.Environment[key.Replace(":", "__", StringComparison.Ordinal)] = value;
        }
        var process = Process.Start(start) ?? throw new InvalidOperationException("no process");
        process.EnableRaisingEvents = true;
        process.OutputDataReceived += (_, line) => Say(line.Data);
        process.ErrorDataReceived += (_, line) => Say(line.Data);
        process.Exited += (_, _) => Changes.Tell();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        _process?.Dispose();
        _process = process;
    }

    private async Task<string?> WaitUntilReadyAsync(CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        var last = "it does not listen";
        while (_time.GetElapsedTime(started) < StartLimit)
        {
            if (_process is not { HasExited: false })
            {
                return $"The bot ended at once: {(Log is [.., var said] ? said : "it said nothing")}";
            }
            try
            {
                using var answer = await _http.GetAsync(new Uri(Url, "/readyz"), cancel);
                if (answer.IsSuccessStatusCode)
                {
                    return null;
                }
                last =
                    $"/readyz says {(int)answer.StatusCode}: "
                    + await answer.Content.ReadAsStringAsync(cancel);
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
            await Task.Delay(ProbeEvery, _time, cancel);
        }
        return $"The bot is not ready after {StartLimit.TotalSeconds:0} s: {last}";
    }

    private void KillNow()
    {
        try
        {
            _process?.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended by itself, or was disposed of.
        }
    }

    private void Say(string? line)
    {
        if (line is not null)
        {
            _log.Add(line);
            Changes.Tell();
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
