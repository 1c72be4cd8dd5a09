namespace ChatApprovals.Tests.Benchmarks;

/// <summary>Where things lie, found from the running program upwards.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The bot itself, as built beside this program.</summary>
    public static string Bot =>
        Path.Combine(Root, "bot", "bin", Configuration, "net10.0", "ChatApprovals.dll");

    public static string Self =>
        Path.Combine(AppContext.BaseDirectory, "ChatApprovals.Benchmarks.dll");

    /// <summary><c>Debug</c> or <c>Release</c>, read from <c>bin/Release/net10.0</c>.</summary>
    public static string Configuration =>
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))
            .Parent!
            .Name;

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ChatApprovals.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("not in the repository");
        }

        return folder.FullName;
    }
}
