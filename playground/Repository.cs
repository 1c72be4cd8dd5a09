namespace ChatApprovals.Playground;

/// <summary>Where things lie, found from the running program upwards: works from <c>dotnet run</c>, from tests and from
/// any current directory.</summary>
internal static class Repository
{
    /// <summary>The folder with the solution; null when the program was copied elsewhere.</summary>
    public static string? Root { get; } = FindRoot();

    public static string Page =>
        Root is null
            ? Path.Combine(AppContext.BaseDirectory, "wwwroot")
            : Path.Combine(Root, "playground", "wwwroot");

    /// <summary>The bot as built in this program's own configuration.</summary>
    public static string BotProgram =>
        Root is null
            ? Path.Combine(AppContext.BaseDirectory, "ChatApprovals.dll")
            : Path.Combine(Root, "bot", "bin", Configuration, "net10.0", "ChatApprovals.dll");

    public static string DataDirectory =>
        Path.Combine(Root ?? Directory.GetCurrentDirectory(), ".playground", "data");

    /// <summary><c>Debug</c> or <c>Release</c>, read from <c>bin/Debug/net10.0</c>.</summary>
    private static string Configuration =>
        new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar))
            .Parent
            ?.Name
        ?? "Debug";

    private static string? FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (
            folder is not null && !File.Exists(Path.Combine(folder.FullName, "ChatApprovals.sln"))
        )
        {
            folder = folder.Parent;
        }
        return folder?.FullName;
    }
}
