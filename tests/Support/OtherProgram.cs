using System.Diagnostics;

namespace ChatApprovals.Tests.Support;

/// <summary>Runs a program that judges our output independently (openssl, node); skips the test when it is not installed.</summary>
public static class OtherProgram
{
    public static async Task<(int Exit, string Output)> Run(
        string program,
        IEnumerable<string> arguments,
        string? input,
        CancellationToken cancel
    )
    {
        SharedData.SkipUnless(IsInstalled(program), $"{program} is not installed");
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancel);
        await process.StandardInput.WriteAsync((input ?? "").AsMemory(), cancel);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancel);
        return (process.ExitCode, await output);
    }

    public static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Any(directory => File.Exists(Path.Combine(directory, program)));
}
