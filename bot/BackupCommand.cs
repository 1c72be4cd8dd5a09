using System.Globalization;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;

namespace ChatApprovals;

/// <summary>
/// <c>backup FILE</c>: the ledger and what is kept beside it, in one file that only its owner may read, while
/// the bot runs or not. Never overwrites; what has the name FILE was verified. No private key is in it: keys are
/// kept apart, where another may hold them.
/// </summary>
internal static class BackupCommand
{
    public const string Usage = "backup FILE [--Setting:Name=value]…";

    public static async Task<int> RunAsync(string[] args, CancellationToken cancel)
    {
        if (args is not [[not '-', ..] file, .. var rest] || !rest.All(CommandSettings.IsSetting))
        {
            throw new SettingsException([$"Usage: {Usage}"]);
        }

        var options = CommandSettings.Read(rest);
        var path = Path.GetFullPath(file);
        try
        {
            return await SaveAsync(options, path, cancel);
        }
        catch (Exception error) when (CommandFault.Is(error))
        {
            return CommandFault.Say($"No backup was made: {error.Message}");
        }
    }

    private static async Task<int> SaveAsync(
        BotOptions options,
        string path,
        CancellationToken cancel
    )
    {
        var partial = NewFile.PartialOf(path);
        using var source = LedgerFile.Open(
            Path.Combine(options.DataDirectory, "ledger.db"),
            options.SqliteLibrary
        );
        var head = source.Head() ?? throw new IOException("the ledger has no entry yet");
        var claimed = Opened(head, options.DataDirectory);
        try
        {
            CreatePrivate(partial);
            var progress = new CommandProgress(head.Size);
            await new LedgerCopy(progress.Copied).SaveAsync(source, head, partial, cancel);
            Check(partial, options, claimed, progress, cancel);
            NewFile.Publish(partial, path);
        }
        finally
        {
            File.Delete(partial);
        }

        Say(options, path, claimed);
        return 0;
    }

    /// <summary>The checkpoint, by the public keys that lie beside the ledger: private ones are not touched.</summary>
    private static Checkpoint Opened(StoredHead head, string dataDirectory)
    {
        var origin = head.Checkpoint.Split('\n')[0];
        var keys = System
            .IO.Directory.GetFiles(Path.Combine(dataDirectory, "keys"), "*.vkey")
            .Select(f => NoteKey.TryParse(File.ReadAllText(f).Trim(), out var key) ? key : null)
            .OfType<NoteKey>()
            .Where(k => string.Equals(k.Name, origin, StringComparison.Ordinal))
            .ToArray();
        try
        {
            return Checkpoint.Open(head.Checkpoint, keys);
        }
        catch (FormatException wrong)
        {
            throw new LedgerMismatchException(
                $"the last checkpoint does not verify with keys/*.vkey: {wrong.Message}"
            );
        }
    }

    /// <summary>What was written, read back: nothing is a backup before.</summary>
    private static void Check(
        string partial,
        BotOptions options,
        Checkpoint claimed,
        CommandProgress progress,
        CancellationToken cancel
    )
    {
        using var written = LedgerFile.Open(partial, options.SqliteLibrary);
        new LedgerCopy(progress.Verified).Verify(written, new LedgerVerifier(claimed), cancel);
    }

    private static void CreatePrivate(string path)
    {
        var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        new FileStream(path, create).Dispose();
    }

    private static void Say(BotOptions options, string path, Checkpoint tree)
    {
        var size = new FileInfo(path).Length.ToString("N0", CultureInfo.InvariantCulture);
        Console.WriteLine(
            $"BACKUP: {path}, {size} bytes; {tree.Origin}, {tree.Size} entries, root {Convert.ToBase64String(tree.Root)}; verified."
        );
        Console.WriteLine(
            $"No private key is in it. Keep {Path.Combine(options.DataDirectory, "keys")} (and secrets, if there is one) apart from it: without keys/ledger.pem nothing can go on from a backup."
        );
    }
}
