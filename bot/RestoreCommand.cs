using ChatApprovals.Anchors;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;

namespace ChatApprovals;

/// <summary>
/// <c>restore FILE [--known-checkpoint FILE] [--force-older]</c>: a ledger that goes on from a backup, in a
/// Data:Directory that has the keys and nothing else. All of it is verified before it has its name; killed
/// before that, the directory has no ledger.
/// </summary>
internal static class RestoreCommand
{
    public const string Usage =
        "restore FILE [--known-checkpoint FILE] [--force-older] [--Setting:Name=value]…";

    private const string Scratch = ".restoring";

    private static readonly string[] s_mayBeThere =
    [
        "keys",
        "secrets",
        Scratch,
        DirectoryLock.FileName,
    ];

    public static async Task<int> RunAsync(string[] args, CancellationToken cancel)
    {
        var asked = Read(args) ?? throw new SettingsException([$"Usage: {Usage}"]);
        var options = CommandSettings.Read(asked.Settings);
        try
        {
            return await RestoreAsync(options, asked, cancel);
        }
        catch (Exception error) when (error is FormatException || CommandFault.Is(error))
        {
            return CommandFault.Say($"Nothing was restored: {error.Message}");
        }
    }

    private static async Task<int> RestoreAsync(
        BotOptions options,
        Asked asked,
        CancellationToken cancel
    )
    {
        using var file = LedgerFile.Open(Path.GetFullPath(asked.File), options.SqliteLibrary);
        if (!file.IsBackup || file.Head() is not { } head)
        {
            throw new IOException(
                $"{asked.File} is not a whole backup: it was not made by the command backup, or not finished"
            );
        }

        var directory = options.DataDirectory;
        using var held = DirectoryLock.Take(directory);
        RequireEmpty(directory);
        var origin = head.Checkpoint.Split('\n')[0];
        if (options.IsOriginSet && !string.Equals(origin, options.Origin, StringComparison.Ordinal))
        {
            throw new LedgerMismatchException(
                $"Ledger:Origin is '{options.Origin}', but the backup is of '{origin}': leave the setting out"
            );
        }

        var keys = Path.Combine(directory, "keys");
        using var key = RestoreKeys.LedgerKey(keys, head);
        NoteKey[] vkeys = [NoteKey.FromEcdsa(origin, key), .. RestoreKeys.Known(keys, origin)];
        var claimed = Open(head, vkeys[0]);
        var known = await KnownElsewhere.FindAsync(
            new SignedCheckpoint(claimed, head.Checkpoint),
            vkeys,
            asked.Known,
            CommandSettings.Anchors(asked.Settings),
            asked.Force,
            cancel
        );
        RequireNew(claimed, known, asked.Force);
        var scratch = Path.Combine(directory, Scratch);
        var restored = new RestoredLedger(file, head, claimed, known);
        var (said, named) = await restored.BuildAsync(
            scratch,
            key,
            keys,
            options.SqliteLibrary,
            cancel
        );
        RequireClosed(scratch);
        File.Move(Path.Combine(scratch, "ledger.db"), Path.Combine(directory, "ledger.db"));
        KeyFile.SyncDirectory(directory);
        System.IO.Directory.Delete(scratch, recursive: true);
        Console.WriteLine(said + known.Unasked);
        RestoreKeys.WarnOfMissing(keys, origin, named);
        return 0;
    }

    /// <summary>What was written is in the file itself, not in a log beside it that would be left behind.</summary>
    private static void RequireClosed(string scratch)
    {
        if (new FileInfo(Path.Combine(scratch, "ledger.db-wal")) is { Exists: true, Length: > 0 })
        {
            throw new IOException($"{scratch} could not be finished: try again");
        }
    }

    private static void RequireEmpty(string directory)
    {
        var there = System
            .IO.Directory.EnumerateFileSystemEntries(directory)
            .Select(Path.GetFileName)
            .FirstOrDefault(n => !s_mayBeThere.Contains(n, StringComparer.Ordinal));
        if (there is not null)
        {
            throw new IOException(
                $"{directory} has {there} in it: restore goes only into a Data:Directory with nothing but keys and secrets"
            );
        }

        var scratch = Path.Combine(directory, Scratch);
        if (System.IO.Directory.Exists(scratch))
        {
            System.IO.Directory.Delete(scratch, recursive: true);
        }
    }

    private static void RequireNew(Checkpoint claimed, KnownElsewhere known, bool force)
    {
        if (known.Size > claimed.Size && !force)
        {
            throw new LedgerMismatchException(
                $"the backup ends at {claimed.Size} entries, but {known.Source} covers {known.Size}: look for a newer backup, or give up the entries after it (--force-older; the ledger will say so)"
            );
        }
    }

    private static Checkpoint Open(StoredHead head, NoteKey key)
    {
        try
        {
            var claimed = Checkpoint.Open(head.Checkpoint, [key]);
            return claimed.Size == head.Size
                ? claimed
                : throw new LedgerMismatchException("the backup's checkpoint is of another size");
        }
        catch (FormatException wrong)
        {
            throw new LedgerMismatchException(
                $"the backup's checkpoint was not signed by keys/ledger.pem, nor by a later key of the ledger there, for {key.Name}: {wrong.Message}"
            );
        }
    }

    private static Asked? Read(string[] args)
    {
        var asked = new Asked("", null, false, []);
        for (var i = 0; i < args.Length; i++)
        {
            var next = args[i] switch
            {
                "--known-checkpoint" when i + 1 < args.Length => asked with { Known = args[++i] },
                "--force-older" => asked with { Force = true },
                ['-', ..] setting => CommandSettings.IsSetting(setting)
                    ? asked with
                    {
                        Settings = [.. asked.Settings, setting],
                    }
                    : null,
                var file when asked.File.Length == 0 => asked with { File = file },
                _ => null,
            };
            if (next is null)
            {
                return null;
            }

            asked = next;
        }

        return asked.File.Length > 0 ? asked : null;
    }

    private sealed record Asked(string File, string? Known, bool Force, string[] Settings);
}
