namespace ChatApprovals.Ledger;

/// <summary>What a verifier says of a ledger.</summary>
public abstract record LedgerVerdict
{
    private LedgerVerdict() { }

    /// <summary>Every entry is in form and in place, and the signed root is the one that they make.</summary>
    public sealed record Sound(Checkpoint Checkpoint) : LedgerVerdict;

    /// <summary>The first thing that is wrong, in one sentence.</summary>
    public sealed record Wrong(string Sentence) : LedgerVerdict;
}

/// <summary>
/// Verifies a ledger the only safe way: by rebuilding the whole tree from the entries. It never looks at stored hashes or
/// tiles, because a forged entry with a forged tile satisfies a verifier that does (CVE-2026-56865 was one). It cannot see that a
/// ledger was cut back to an older, rightly signed checkpoint, unless it is given a later one to compare with.
/// </summary>
public sealed class LedgerVerifier
{
    private readonly Checkpoint _claimed;
    private readonly Queue<Checkpoint> _known;
    private string? _wrong;

    /// <param name="claimed">The ledger's opened checkpoint.</param>
    /// <param name="known">Opened checkpoints of the same ledger that the verifier kept from before.</param>
    public LedgerVerifier(Checkpoint claimed, params IEnumerable<Checkpoint> known)
    {
        _claimed = claimed;
        _known = new Queue<Checkpoint>(known.OrderBy(k => k.Size));
        _wrong = _known.Select(k => Contradiction(claimed, k)).FirstOrDefault(w => w is not null);
        CompareKnown();
    }

    /// <summary>The tree so far; after <see cref="LedgerVerdict.Sound"/>, to check tiles and proofs against.</summary>
    public RebuiltTree Tree { get; } = new();

    /// <summary>The head of the entry that was taken last.</summary>
    public EntryHead? Last { get; private set; }

    /// <summary>Verifies a ledger at hand.</summary>
    /// <param name="note">The signed checkpoint.</param>
    /// <param name="verifiers">The ledger's keys, from elsewhere than the ledger.</param>
    /// <param name="entries">All entries, in order.</param>
    /// <param name="knownNote">A signed checkpoint kept from before, if any.</param>
    public static LedgerVerdict Verify(
        string note,
        IReadOnlyCollection<NoteKey> verifiers,
        IEnumerable<ReadOnlyMemory<byte>> entries,
        string? knownNote
    )
    {
        LedgerVerifier verifier;
        try
        {
            Checkpoint[] known = knownNote is null ? [] : [Checkpoint.Open(knownNote, verifiers)];
            verifier = new LedgerVerifier(Checkpoint.Open(note, verifiers), known);
        }
        catch (FormatException wrong)
        {
            return new LedgerVerdict.Wrong(wrong.Message);
        }
        foreach (var entry in entries)
            if (!verifier.Add(entry))
                break;
        return verifier.Finish();
    }

    /// <summary>Takes the next entry; false once something is wrong, and no further entry changes what.</summary>
    public bool Add(ReadOnlyMemory<byte> entry)
    {
        _wrong ??= Fault(entry);
        if (_wrong is not null)
            return false;
        Tree.Append(entry.Span);
        CompareKnown();
        return _wrong is null;
    }

    /// <summary>The verdict, when there are no more entries.</summary>
    public LedgerVerdict Finish()
    {
        if (_wrong is null && Tree.Size < _claimed.Size)
            _wrong = $"The checkpoint covers {_claimed.Size} entries, but there are {Tree.Size}.";
        if (_wrong is null && !Tree.Root().AsSpan().SequenceEqual(_claimed.Root))
            _wrong = "The entries are not those that the checkpoint was signed over.";
        return _wrong is null ? new LedgerVerdict.Sound(_claimed) : new LedgerVerdict.Wrong(_wrong);
    }

    private string? Fault(ReadOnlyMemory<byte> entry)
    {
        if (Tree.Size == _claimed.Size)
            return $"There are more entries than the {_claimed.Size} that the checkpoint covers.";
        try
        {
            var before = Last;
            Last = Entry.Read(entry);
            return Last.Seq != Tree.Size ? $"Entry {Tree.Size} says that it is {Last.Seq}."
                : Last.At < before?.At
                    ? $"Entry {Tree.Size} is of an earlier time than the one before it."
                : null;
        }
        catch (FormatException wrong)
        {
            return $"Entry {Tree.Size}: {wrong.Message}";
        }
    }

    private void CompareKnown()
    {
        while (_known.TryPeek(out var next) && next.Size == Tree.Size)
        {
            _known.Dequeue();
            if (!Tree.Root().AsSpan().SequenceEqual(next.Root))
            {
                _wrong ??=
                    $"The first {next.Size} entries are not those of the known checkpoint: history was rewritten.";
            }
        }
    }

    private static string? Contradiction(Checkpoint claimed, Checkpoint known)
    {
        if (!string.Equals(claimed.Origin, known.Origin, StringComparison.Ordinal))
            return $"The known checkpoint is of {known.Origin}, the ledger of {claimed.Origin}.";
        return known.Size > claimed.Size
                ? $"The ledger ends at {claimed.Size} entries, but a known checkpoint covers {known.Size}: it was cut."
            : known.Size == claimed.Size && !known.IsSameAs(claimed)
                ? $"A known checkpoint of the same {known.Size} entries has another root: history was rewritten. Keep both, they prove it."
            : null;
    }
}
