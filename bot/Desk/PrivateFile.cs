using ChatApprovals.Jose;
using Microsoft.Win32.SafeHandles;

namespace ChatApprovals.Desk;

/// <summary>
/// Whether only the user who runs the bot can read a file, and only they can put another in its place. On Windows
/// nothing is checked: protect the directory.
/// </summary>
public static class PrivateFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>What is wrong with an open file, so that it cannot be exchanged in between; or null.</summary>
    public static string? WhyNot(SafeFileHandle file) =>
        OperatingSystem.IsWindows() ? null
        : (File.GetUnixFileMode(file) & ~OwnerOnly) != UnixFileMode.None
            ? "is open to others: chmod 600 it, and replace what it holds."
        : !KeyFile.IsOwn(file) ? "belongs to another user: chown it to the user who runs the bot."
        : null;

    /// <summary>What is wrong with the directory it stands in, or null.</summary>
    public static string? WhyNotIn(string directory) =>
        OperatingSystem.IsWindows() ? null
        : (File.GetUnixFileMode(directory) & Others) != UnixFileMode.None
            ? "stands in a directory that others can write to: chmod 700 it."
        : !KeyFile.IsOwnOrRoots(directory)
            ? "stands in a directory of another user: chown it to the user who runs the bot."
        : null;
}
