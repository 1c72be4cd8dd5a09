using System.Security.Cryptography;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using Directory = System.IO.Directory;

namespace ChatApprovals.Export;

/// <summary>An export in a file of its own; whoever asked for it deletes it.</summary>
/// <param name="Path">Readable by the bot's user alone.</param>
/// <param name="Name">What it is called where it arrives.</param>
/// <param name="Bytes">How long it is.</param>
/// <param name="Sha256">In lower-case hex, as <c>sha256sum</c> prints it.</param>
/// <param name="Size">How many entries the ledger has that it is of.</param>
/// <param name="Entries">How many of them were asked for.</param>
public sealed record ExportFile(
    string Path,
    string Name,
    long Bytes,
    string Sha256,
    long Size,
    long Entries
);

/// <summary>What making a file came to.</summary>
public abstract record ExportMade
{
    private ExportMade() { }

    public sealed record Done(ExportFile File) : ExportMade;

    /// <summary>Not now, in a sentence.</summary>
    public sealed record Not(string Why) : ExportMade;
}

/// <summary>
/// Makes exports as files, for chats, which want to know the length first. They are in a folder of the data directory
/// and short-lived: what a process before left is deleted.
/// </summary>
public sealed class ExportFiles(Exports exports, string dataDirectory)
{
    private const string Folder = "exports";
    private const int Buffer = 1 << 16;

    /// <summary>Own limit: the ledger itself must always have room to go on.</summary>
    private const long RoomLeft = 256 * 1024 * 1024;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly Lazy<string> _directory = new(() => Prepare(dataDirectory));
    private long _made;

    /// <summary>Writes it, piece by piece. Nobody has been given anything yet.</summary>
    /// <param name="asked">What of the ledger.</param>
    /// <param name="progress">Knows how far it is, meanwhile.</param>
    /// <param name="cancel">Nothing is left of the file then.</param>
    public async Task<ExportMade> MakeAsync(
        ExportAsked asked,
        ExportProgress progress,
        CancellationToken cancel
    )
    {
        using var slot = exports.Enter();
        if (slot is null)
        {
            return new ExportMade.Not(
                "Other exports are under way. Try again when one of them is done."
            );
        }

        if (!HasRoom())
        {
            return new ExportMade.Not(
                "The bot's disk has not enough room for the file. Make room, or take it over HTTP: /ledger/export."
            );
        }

        var path = Path.Combine(_directory.Value, $"{Interlocked.Increment(ref _made)}.export");
        try
        {
            return new ExportMade.Done(await WriteAsync(path, asked, progress, cancel));
        }
        catch (IOException full)
        {
            File.Delete(path);
            return new ExportMade.Not($"The file could not be written: {full.Message}");
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    /// <summary>That somebody gets this very file. Durable on return.</summary>
    /// <exception cref="UnavailableException">Nothing was stored.</exception>
    public Task RecordAsync(
        ExportFile file,
        ExportAsked asked,
        PersonId by,
        CancellationToken cancel
    ) =>
        exports.RecordAsync(
            new Fact.ExportCreated(by, asked.As, asked.From, asked.To)
            {
                Sha256 = file.Sha256,
                Size = file.Size,
            },
            cancel
        );

    /// <summary>
    /// Writes it to a file of that path, which must not be there; only its owner may read it. Whoever called deletes
    /// what is left when it throws.
    /// </summary>
    public async Task<ExportFile> WriteAsync(
        string path,
        ExportAsked asked,
        ExportProgress progress,
        CancellationToken cancel
    )
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            BufferSize = Buffer,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        await using var file = new FileStream(path, options);
        var span = exports.Span(asked) with { Progress = progress };
        progress.Expect(
            asked.As is "bundle" ? Export.Bundle.EntriesRead(span) : span.To - span.From
        );
        await exports.WriteAsync(file, asked, span, cancel);
        await file.FlushAsync(cancel);
        file.Position = 0;
        var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
        return new ExportFile(
            path,
            Exports.Name(asked, span),
            file.Length,
            hash,
            span.Head.Size,
            span.To - span.From
        );
    }

    /// <summary>A file is at most about twice as long as what it is of.</summary>
    private bool HasRoom()
    {
        var ledger = new FileInfo(Path.Combine(dataDirectory, "ledger.db"));
        var wanted = RoomLeft + 2 * (ledger.Exists ? ledger.Length : 0);
        return new DriveInfo(Path.GetFullPath(dataDirectory)).AvailableFreeSpace > wanted;
    }

    /// <summary>Takes away what a process that was killed left: nobody would fetch it, and an erasure does not reach it.</summary>
    public static void Clear(string dataDirectory)
    {
        var directory = Path.Combine(dataDirectory, Folder);
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Prepare(string dataDirectory)
    {
        var directory = Path.Combine(dataDirectory, Folder);
        if (Directory.Exists(directory))
        {
            Directory.Delete(directory, recursive: true);
        }

        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        }

        return directory;
    }
}
