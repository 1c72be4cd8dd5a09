using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;

namespace ChatApprovals.Ask;

/// <summary>
/// The command that is asked for. What its first word means is looked up once, before anybody is asked, and
/// exactly that file is started.
/// </summary>
internal sealed record AskProgram(string Path, string Directory, ImmutableArray<string> Words)
{
    /// <summary>The agent's and a guard's key: not for the command.</summary>
    private static readonly string[] s_ours = [AskSettings.Key, AskSettings.GuardKey];

    /// <exception cref="AskException">There is no such program, or it is none.</exception>
    public static AskProgram Find(ImmutableArray<string> words, string directory, string searchPath)
    {
        var found = Candidates(words[0], directory, searchPath).Where(File.Exists).ToArray();
        return found.FirstOrDefault(IsExecutable) is { } path
                ? new AskProgram(System.IO.Path.GetFullPath(path), directory, words)
            : found is []
                ? throw new AskException(AskExit.NotFound, $"there is no program '{words[0]}'")
            : throw new AskException(AskExit.CannotRun, $"'{found[0]}' may not be executed");
    }

    /// <summary>Its own standard streams are ours. <paramref name="grant"/>: null when it is used up already.</summary>
    public ProcessStartInfo Start(string request, AskGrant? grant)
    {
        var start = new ProcessStartInfo(Path, Words.Skip(1))
        {
            UseShellExecute = false,
            WorkingDirectory = Directory,
        };
        foreach (var name in s_ours)
        {
            start.Environment.Remove(name);
        }

        start.Environment["APPROVAL_ID"] = request;
        Put(start, "APPROVAL_GRANT", grant?.Token);
        Put(start, "APPROVAL_GRANT_KEY", grant?.BoundTo);
        return start;
    }

    private static void Put(ProcessStartInfo start, string name, string? value)
    {
        start.Environment.Remove(name);
        if (value is not null)
        {
            start.Environment[name] = value;
        }
    }

    /// <summary>What the system says when it does not start.</summary>
    public static AskException NotStarted(Win32Exception error)
    {
        const int noSuchFile = 2;
        var exit = error.NativeErrorCode == noSuchFile ? AskExit.NotFound : AskExit.CannotRun;
        return new AskException(exit, $"the command does not start: {error.Message}");
    }

    private static IEnumerable<string> Candidates(string word, string directory, string searchPath)
    {
        var isPath = word.AsSpan().ContainsAny('/', System.IO.Path.DirectorySeparatorChar);
        string[] places = isPath
            ? [directory]
            : searchPath.Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] endings = OperatingSystem.IsWindows() ? ["", ".exe", ".cmd", ".bat"] : [""];
        return from place in places
            from ending in endings
            select System.IO.Path.Combine(directory, place, word + ending);
    }

    private static bool IsExecutable(string path)
    {
        const UnixFileMode execute =
            UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        return OperatingSystem.IsWindows()
            || (File.GetUnixFileMode(path) & execute) != UnixFileMode.None;
    }
}
