using System.Diagnostics;
using ChatApprovals.Playground;

namespace ChatApprovals.Tests.Support;

/// <summary>The real bot, run until it ends by itself: what an operator sees who starts it.</summary>
public sealed record BotRun(int Exit, string[] Errors, string Output)
{
    /// <summary>Every run of a test has this one, on whatever port.</summary>
    public const string Origin = "bot.test/ledger";

    public static async Task<BotRun> StartAsync(
        string directory,
        CancellationToken cancel,
        params (string Name, string Value)[] settings
    )
    {
        var start = Start(directory);
        start.Environment["Ledger__Origin"] = Origin;
        foreach (var (name, value) in settings)
        {
            start.Environment[name.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        return await RunAsync(start, cancel);
    }

    /// <summary>A sub-command on a data directory, by its words.</summary>
    public static Task<BotRun> CommandAsync(
        string directory,
        CancellationToken cancel,
        params string[] words
    ) => RunAsync(Start(directory, words), cancel);

    /// <summary>How the program is started on a data directory.</summary>
    public static ProcessStartInfo Start(string directory, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [new PlaygroundOptions().BotProgram, .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment.Remove("ASPNETCORE_URLS");
        start.Environment["Urls"] = "http://127.0.0.1:0";
        start.Environment["Data__Directory"] = directory;
        return start;
    }

    private static async Task<BotRun> RunAsync(ProcessStartInfo start, CancellationToken cancel)
    {
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(cancel);
            var output = process.StandardOutput.ReadToEndAsync(cancel);
            await process.WaitForExitAsync(cancel);
            var lines = (await errors).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            return new BotRun(process.ExitCode, lines, await output);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
