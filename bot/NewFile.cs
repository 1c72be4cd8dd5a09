using System.Security.Cryptography;
using ChatApprovals.Jose;

namespace ChatApprovals;

/// <summary>
/// A file that a sub-command makes: under another name until it is whole and on the disk, so that nothing that broke
/// off is taken for it. Never overwrites.
/// </summary>
internal static class NewFile
{
    /// <summary>The name until then, beside it.</summary>
    /// <exception cref="IOException">There is something of that name.</exception>
    public static string PartialOf(string path) =>
        Path.Exists(path)
            ? throw new IOException($"{path} exists; nothing is overwritten: say another name")
            : $"{path}.{RandomNumberGenerator.GetHexString(8, lowercase: true)}.partial";

    /// <summary>On the disk before it has its name, and the name on the disk before it is said to be there.</summary>
    public static void Publish(string partial, string path)
    {
        using (var file = File.OpenHandle(partial, FileMode.Open, FileAccess.ReadWrite))
        {
            RandomAccess.FlushToDisk(file);
        }

        File.Move(partial, path, overwrite: false);
        KeyFile.SyncDirectory(Path.GetDirectoryName(path)!);
    }
}
