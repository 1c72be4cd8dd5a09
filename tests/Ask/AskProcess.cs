using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Journeys;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Ask;

/// <summary>The real <c>ask</c> as a process of its own, as a pipeline starts it: no terminal, keys in the environment.</summary>
internal sealed partial class AskProcess : IAsyncDisposable
{
    /// <summary>Only ends a test that would hang.</summary>
    private static readonly TimeSpan s_patience = Eventually.Patience;

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly StringBuilder _output = new();

    private AskProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Add(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Errors => Read(_errors);
    public string Output => Read(_output);
    public string All => $"{Output}\n{Errors}";

    /// <summary>What it was started with, to start another program in its place.</summary>
    public static ProcessStartInfo Info(Uri bot, string key, params string[] words)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [new PlaygroundOptions().BotProgram, "ask", .. words]
        )
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["APPROVALS_URL"] = bot.ToString();
        start.Environment["APPROVALS_KEY"] = key;
        start.Environment["APPROVALS_INITIATOR"] = "alice@acme.example";
        return start;
    }

    public static AskProcess Start(ProcessStartInfo start) => new(start);

    /// <summary>Asks the site's bot as its agent.</summary>
    public static AskProcess Start(Site site, params string[] words) =>
        new(Info(site.Bot.Url, site.AgentKey, words));

    /// <summary>Waits until it has said that it asked, and until people see it.</summary>
    public async Task<Asked> AskedAsync(Site site)
    {
        var asked = await SaysAsync();
        await site.StoredAsync(asked);
        return asked;
    }

    /// <summary>Waits until it has said that it asked.</summary>
    public async Task<Asked> SaysAsync()
    {
        await SaysAsync("apr_");
        var match = Told().Match(Errors);
        return new Asked(match.Groups["id"].Value, match.Groups["code"].Value, "", new object());
    }

    public Task SaysAsync(string text) =>
        Eventually.TrueAsync(
            () => All.Contains(text, StringComparison.Ordinal) || _process.HasExited,
            $"it says {text}, not\n{All}"
        );

    public Task TypeAsync(string text) => _process.StandardInput.WriteAsync(text);

    public Task FlushAsync() => _process.StandardInput.FlushAsync(Site.Cancel);

    public void EndInput() => _process.StandardInput.Close();

    /// <summary>As <c>kill -TERM</c> does.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process.Id}"]);
        await kill.WaitForExitAsync(Site.Cancel);
    }

    /// <summary>Its exit code, when it has ended and all that it said is read.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(Site.Cancel).WaitAsync(s_patience, Site.Cancel);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static void Add(StringBuilder all, string? line)
    {
        lock (all)
        {
            all.Append(line).Append('\n');
        }
    }

    private static string Read(StringBuilder all)
    {
        lock (all)
        {
            return all.ToString();
        }
    }

    [GeneratedRegex(
        "(?<id>apr_[a-z0-9]+), code (?<code>[A-Z0-9-]+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Told();
}
