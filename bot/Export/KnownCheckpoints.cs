using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>Checkpoints that an auditor kept: one in a file, or all in a directory such as an anchor's.</summary>
public static class KnownCheckpoints
{
    private const string Ending = ".checkpoint";

    /// <summary>The notes as they are; nothing is verified.</summary>
    /// <exception cref="IOException">They cannot be read, or a directory has none.</exception>
    public static IReadOnlyList<string> Read(string path)
    {
        if (!System.IO.Directory.Exists(path))
        {
            return [File.ReadAllText(path)];
        }

        string[] notes =
        [
            .. System
                .IO.Directory.EnumerateFiles(path, "*" + Ending, SearchOption.AllDirectories)
                .Select(File.ReadAllText),
        ];
        return notes.Length > 0 ? notes : throw new IOException($"{path} has no file *{Ending}");
    }

    /// <summary>Those of this ledger. One alone must be of it; among several there may be others' (anchors are shared).</summary>
    /// <param name="notes">The notes, also with a witness's cosignature.</param>
    /// <param name="keys">The ledger's.</param>
    /// <param name="what">What is held against them: "this bundle".</param>
    /// <exception cref="FormatException">One that says that it is of this ledger is not, or none is: one sentence.</exception>
    public static IReadOnlyList<Checkpoint> Open(
        IReadOnlyList<string> notes,
        IReadOnlyCollection<NoteKey> keys,
        string what
    )
    {
        var origin = keys.First().Name;
        Checkpoint[] opened =
        [
            .. notes
                .Where(n =>
                    notes.Count == 1 || n.StartsWith(origin + "\n", StringComparison.Ordinal)
                )
                .Select(n => Open(n, keys, what)),
        ];
        return opened.Length > 0 || notes.Count == 0
            ? opened
            : throw new FormatException($"None of the known checkpoints is of {origin}.");
    }

    private static Checkpoint Open(string note, IReadOnlyCollection<NoteKey> keys, string what)
    {
        var claimed = Claimed(note);
        if (!keys.Any(k => k.Name.Equals(claimed.Origin, StringComparison.Ordinal)))
        {
            throw new FormatException(
                $"The known checkpoint is of {claimed.Origin}, {what} of {keys.First().Name}."
            );
        }

        try
        {
            return Checkpoint.Open(note, keys);
        }
        catch (FormatException wrong)
        {
            throw new FormatException(
                $"The known checkpoint of {claimed.Size} entries was not signed by the key of {what}: it is another ledger, or one that somebody signed anew with another key. ({wrong.Message})",
                wrong
            );
        }
    }

    private static Checkpoint Claimed(string note)
    {
        try
        {
            return Checkpoint.Parse(SignedNote.Parse(note).Text);
        }
        catch (FormatException none)
        {
            throw new FormatException($"The known checkpoint: {none.Message}", none);
        }
    }
}
