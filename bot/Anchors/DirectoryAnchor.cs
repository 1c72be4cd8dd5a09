using System.Globalization;
using System.Text;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using Directory = System.IO.Directory;

namespace ChatApprovals.Anchors;

/// <summary>
/// A directory that others keep (a git work tree, a mount with object lock): one file for each checkpoint, named after
/// ledger and size, whole or not there, never overwritten. Several ledgers may share one.
/// </summary>
public sealed class DirectoryAnchor(string directory, IReadOnlyCollection<NoteKey> keys) : IAnchor
{
    private const string Ending = ".checkpoint";
    private const int Digits = 12;

    /// <summary>Far above any checkpoint with its signatures.</summary>
    private const int NoteMax = 1 << 16;

    public const string Kind = "directory";

    public string Name => Kind;

    public async Task<Anchored> PutAsync(SignedCheckpoint checkpoint, CancellationToken cancel)
    {
        try
        {
            return Contradiction(checkpoint.Checkpoint)
                ?? await WriteAsync(checkpoint, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new Anchored.Failed($"it cannot be written: {error.Message}", After: null);
        }
    }

    /// <summary>
    /// The checkpoints of a ledger that are there, the largest first: what bears no signature of the ledger's
    /// keys is none, whoever put it there.
    /// </summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public IEnumerable<SignedCheckpoint> Known(string origin) =>
        Directory
            .EnumerateFiles(directory, Stem(origin) + "*" + Ending)
            .OrderDescending(StringComparer.Ordinal)
            .Select(Read)
            .OfType<SignedCheckpoint>()
            .Where(c => c.Checkpoint.Origin.Equals(origin, StringComparison.Ordinal));

    private Anchored.Contradicted? Contradiction(Checkpoint ours)
    {
        var known = Known(ours.Origin).FirstOrDefault(k => k.Checkpoint.Size >= ours.Size);
        return known switch
        {
            { Checkpoint: var theirs } when theirs.Size > ours.Size => new Anchored.Contradicted(
                $"it has a checkpoint of {theirs.Size} entries, and the ledger has {ours.Size}: it was cut back"
            ),
            { Checkpoint: var theirs } when !theirs.IsSameAs(ours) => new Anchored.Contradicted(
                $"it has another checkpoint of {theirs.Size} entries: the ledger was rewritten. Keep both, they prove it"
            ),
            _ => null,
        };
    }

    private async Task<Anchored> WriteAsync(SignedCheckpoint checkpoint, CancellationToken cancel)
    {
        var path = Path.Combine(directory, FileName(checkpoint.Checkpoint));
        if (File.Exists(path))
        {
            return Read(path) is { } there && there.Checkpoint.IsSameAs(checkpoint.Checkpoint)
                ? new Anchored.Done([])
                : new Anchored.Contradicted(
                    $"{Path.GetFileName(path)} is there, and is not this checkpoint"
                );
        }

        var partial = Path.Combine(directory, $".{Path.GetRandomFileName()}.partial");
        try
        {
            await using (var file = new FileStream(partial, FileMode.CreateNew))
            {
                await file.WriteAsync(Encoding.UTF8.GetBytes(checkpoint.Note), cancel);
                file.Flush(flushToDisk: true);
            }

            File.Move(partial, path, overwrite: false);
            KeyFile.SyncDirectory(directory);
        }
        finally
        {
            File.Delete(partial);
        }

        return new Anchored.Done([]);
    }

    private SignedCheckpoint? Read(string file)
    {
        try
        {
            if (new FileInfo(file).Length > NoteMax)
            {
                return null;
            }

            var note = File.ReadAllText(file, new UTF8Encoding(false, true));
            return new SignedCheckpoint(Checkpoint.Open(note, keys), note);
        }
        catch (Exception none) when (none is FormatException or ArgumentException)
        {
            return null;
        }
    }

    public static string FileName(Checkpoint checkpoint) =>
        Stem(checkpoint.Origin)
        + checkpoint.Size.ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0')
        + Ending;

    /// <summary>The origin as a file's name: what could be part of a path is an underline.</summary>
    private static string Stem(string origin) =>
        string.Concat(origin.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'))
        + "-";
}
