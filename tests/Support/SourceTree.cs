namespace ChatApprovals.Tests.Support;

/// <summary>The repository's own text, without what a build or a package manager puts beside it.</summary>
internal static class SourceTree
{
    private static readonly HashSet<string> s_notOurs = new(StringComparer.Ordinal)
    {
        "bin",
        "obj",
        "node_modules",
        "vendor",
        "TestResults",
    };

    public static string Root { get; } = SharedData.InRepository("");

    /// <summary>Paths relative to the root, with <c>/</c>, of files with one of these extensions.</summary>
    public static IEnumerable<string> Files(params string[] extensions) =>
        Folders(new DirectoryInfo(Root))
            .SelectMany(f => f.EnumerateFiles())
            .Where(f => extensions.Contains(f.Extension, StringComparer.Ordinal))
            .Select(f => Relative(f.FullName))
            .Order(StringComparer.Ordinal);

    public static string[] Lines(string relative) =>
        File.ReadAllLines(Path.Combine(Root, relative));

    public static string Relative(string full) =>
        Path.GetRelativePath(Root, full).Replace('\\', '/');

    private static IEnumerable<DirectoryInfo> Folders(DirectoryInfo folder) =>
        folder
            .EnumerateDirectories()
            .Where(f => !s_notOurs.Contains(f.Name) && f.Name[0] != '.')
            .SelectMany(Folders)
            .Prepend(folder);
}
