using System.Text.RegularExpressions;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests;

/// <summary>What git keeps builds anywhere: it names no machine's folders and no package registry of one's own.</summary>
public sealed partial class TrackedFilesTests
{
    [Fact]
    public async Task No_tracked_file_names_somebodys_folders()
    {
        var (_, found) = await GitAsync("grep", "-nIE", "(^|[^a-z.])/(work|root|home)/[a-z]");
        Assert.Equal("", found);
    }

    [Fact]
    public async Task No_tracked_file_names_a_package_registry()
    {
        var (_, files) = await GitAsync("ls-files", "*.json", "*.config", "*.props", "*.npmrc");
        var named =
            from file in files.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            from line in SourceTree.Lines(file)
            where Registry().IsMatch(line)
            select $"{file}: {line.Trim()}";
        Assert.Empty(named);
    }

    private static Task<(int Exit, string Output)> GitAsync(params string[] arguments)
    {
        var git = Path.Combine(SourceTree.Root, ".git");
        SharedData.SkipUnless(Directory.Exists(git) || File.Exists(git), "this is not a git clone");
        return OtherProgram.Run(
            "git",
            ["-C", SourceTree.Root, .. arguments],
            null,
            TestContext.Current.CancellationToken
        );
    }

    // A lock file's "resolved" with an address, npm's registry=, NuGet's package sources.
    [GeneratedRegex(
        @"""resolved"": ""https?:|registry\s*=\s*\S*://|packageSources|RestoreSources",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1_000
    )]
    private static partial Regex Registry();
}
