using System.Diagnostics;
using System.Runtime.InteropServices;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Playground;

/// <summary>The build brings the page's npm packages; a machine without Node.js is told what it misses.</summary>
public sealed class WithoutNodeTests
{
    [Fact]
    public async Task Where_Node_is_not_installed_the_build_says_so_and_succeeds()
    {
        var cancel = TestContext.Current.CancellationToken;
        Assert.SkipWhen(OperatingSystem.IsWindows(), "PATH without Node.js is made with sh alone");
        var empty = System.IO.Directory.CreateTempSubdirectory("no-node-");
        try
        {
            // What the build itself needs of PATH, and nothing else.
            File.CreateSymbolicLink(Path.Combine(empty.FullName, "sh"), "/bin/sh");
            var start = new ProcessStartInfo(
                Dotnet(),
                [
                    "msbuild",
                    Path.Combine(SourceTree.Root, "playground", "playground.csproj"),
                    "-t:RestorePage",
                    "-nologo",
                    "-nodeReuse:false",
                    // As if it had never been done: otherwise there would be nothing to do.
                    $"-p:PageStamp={Path.Combine(empty.FullName, "page.stamp")}",
                ]
            )
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            };
            start.Environment["PATH"] = empty.FullName;
            using var build = Process.Start(start)!;
            var said = await build.StandardOutput.ReadToEndAsync(cancel);
            await build.WaitForExitAsync(cancel);
            Assert.True(build.ExitCode == 0, said);
            Assert.Contains("Node.js is not installed: the playground will draw", said);
            Assert.Contains("Install Node.js 20 or later", said);
            Assert.DoesNotContain("warning", said);
            Assert.False(File.Exists(Path.Combine(empty.FullName, "page.stamp")));
        }
        finally
        {
            empty.Delete(recursive: true);
        }
    }

    /// <summary>The program that runs these tests, wherever PATH leads: dotnet/shared/Microsoft.NETCore.App/10.0.x.</summary>
    private static string Dotnet() =>
        Path.GetFullPath(
            Path.Combine(
                RuntimeEnvironment.GetRuntimeDirectory(),
                "..",
                "..",
                "..",
                OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"
            )
        );
}
