namespace ChatApprovals.Tests.Support;

/// <summary>Test data that lies beside the repository, in <c>../shared</c>, because it belongs to others. A test that
/// cannot find it is skipped with the reason; under CI=true it fails, so that nothing is skipped unseen there.</summary>
public static class SharedData
{
    internal static readonly bool IsCi = string.Equals(
        Environment.GetEnvironmentVariable("CI"),
        "true",
        StringComparison.OrdinalIgnoreCase
    );

    private static readonly string? Root = FindRoot();

    /// <summary>The full path of a file or directory under <c>shared</c>, such as <c>data/jcs/testdata</c>.</summary>
    public static string Path(string relative)
    {
        var full = Root is null ? null : System.IO.Path.Combine(Root, relative);
        SkipUnless(
            full is not null && (File.Exists(full) || Directory.Exists(full)),
            $"../shared/{relative} is not there"
        );
        return full!;
    }

    public static byte[] Bytes(string relative) => File.ReadAllBytes(Path(relative));

    public static string Text(string relative) => File.ReadAllText(Path(relative));

    /// <summary>Skips the test with the reason when what it needs is missing; fails it under CI=true.</summary>
    public static void SkipUnless(bool condition, string reason)
    {
        if (IsCi)
            Assert.True(condition, reason);
        else
            Assert.SkipUnless(condition, reason);
    }

    /// <summary>The full path of a file of the repository itself.</summary>
    public static string InRepository(string relative) =>
        System.IO.Path.Combine(
            Repository()
                ?? throw new DirectoryNotFoundException("ChatApprovals.sln is nowhere above."),
            relative
        );

    private static string? FindRoot() =>
        Repository() is { } repository && Directory.GetParent(repository) is { } parent
            ? System.IO.Path.Combine(parent.FullName, "shared")
            : null;

    // The solution marks the repository's root; shared is its sibling.
    private static string? Repository()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (
            directory is not null
            && !File.Exists(System.IO.Path.Combine(directory.FullName, "ChatApprovals.sln"))
        )
            directory = directory.Parent;
        return directory?.FullName;
    }
}
