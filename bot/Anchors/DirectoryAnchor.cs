using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using Directory = System.IO.Directory;

namespace ChatApprovals.Anchors;

/// <summary>
/// A directory that others keep (a git work tree, a mount with object lock): one file for each checkpoint, named after
/// ledger and size, whole or not there, never overwritten. Several ledgers may share one.
/// </summary>
/// <param name="directory">Must be there.</param>
/// <param name="keys">The ledger's: what none of them signed says nothing.</param>
/// <param name="hashes">The ledger's tree.</param>
public sealed class DirectoryAnchor(
    string directory,
    Func<IReadOnlyCollection<NoteKey>> keys,
    ReadHashes hashes
) : IAnchor
{
    private const string Ending = ".checkpoint";
    private const int Digits = 12;
    private const int HashDigits = 8;

    /// <summary>Far above any checkpoint with its signatures.</summary>
    private const int NoteMax = 1 << 16;

    public const string Kind = "directory";

    public string Name => Kind;

    public bool Remembers => true;

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
    public static IEnumerable<SignedCheckpoint> Known(
        string directory,
        string origin,
        IReadOnlyCollection<NoteKey> keys
    ) =>
        Directory
            .EnumerateFiles(directory, Stem(origin) + "*" + Ending)
            .OrderDescending(StringComparer.Ordinal)
            .Select(f => Read(f, keys))
            .OfType<SignedCheckpoint>()
            .Where(c => c.Checkpoint.Origin.Equals(origin, StringComparison.Ordinal));

    /// <summary>
    /// The largest checkpoint there that says it is of a ledger, and that none of these keys signed: somebody's forgery, or
    /// by a key that came later and is not known here. Null: there is none.
    /// </summary>
    /// <exception cref="IOException">The directory cannot be read.</exception>
    public static long? LargestUnknown(
        string directory,
        string origin,
        IReadOnlyCollection<NoteKey> keys
    ) =>
        Directory
            .EnumerateFiles(directory, Stem(origin) + "*" + Ending)
            .Where(f => Read(f, keys) is null)
            .Select(f => Claimed(f, origin))
            .Max();

    private static long? Claimed(string file, string origin)
    {
        try
        {
            var claimed = Checkpoint.Parse(SignedNote.Parse(File.ReadAllText(file)).Text);
            return claimed.Origin.Equals(origin, StringComparison.Ordinal) ? claimed.Size : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private Anchored.Contradicted? Contradiction(Checkpoint ours)
    {
        if (
            Known(directory, ours.Origin, keys()).FirstOrDefault() is not { Checkpoint: var theirs }
        )
        {
            return null;
        }

        if (theirs.Size > ours.Size)
        {
            return new Anchored.Contradicted(
                $"it has a checkpoint of {theirs.Size} entries, and the ledger has {ours.Size}: it was cut back"
            );
        }

        var root =
            theirs.Size == ours.Size ? ours.Root : MerkleTree.Restore(theirs.Size, hashes).Root();
        return root.AsSpan().SequenceEqual(theirs.Root)
            ? null
            : new Anchored.Contradicted(
                $"it has a checkpoint of {theirs.Size} entries that are not this ledger's: the ledger was rewritten. Keep both, they prove it"
            );
    }

    private async Task<Anchored> WriteAsync(SignedCheckpoint checkpoint, CancellationToken cancel)
    {
        var path = Path.Combine(directory, FileName(checkpoint.Checkpoint));
        if (File.Exists(path))
        {
            return
                Read(path, keys()) is { } there && there.Checkpoint.IsSameAs(checkpoint.Checkpoint)
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

    private static SignedCheckpoint? Read(string file, IReadOnlyCollection<NoteKey> keys)
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

    /// <summary>
    /// The origin as a file's name: what could be part of a path is an underline, and the hash of all of it tells apart two that
    /// would be the same then.
    /// </summary>
    private static string Stem(string origin) =>
        string.Concat(origin.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '_'))
        + "-"
        + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(origin)))[..HashDigits]
        + "-";
}
