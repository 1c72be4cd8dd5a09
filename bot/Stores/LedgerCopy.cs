using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Stores;

/// <summary>
/// Copies a ledger from one file to another in pages, and verifies it. Entries never change, so pages that
/// are read one after the other, up to the size of a checkpoint that was read first, are a consistent copy,
/// however much the bot writes meanwhile.
/// </summary>
/// <param name="told">Is told of progress: so many entries.</param>
public sealed class LedgerCopy(Action<long> told)
{
    private const int Page = 1_000;

    /// <summary>After each page as long as it took: half of the disk's time is the bot's.</summary>
    private const double PauseShare = 1.0;

    /// <summary>
    /// Is shown each entry that is verified, after all else, and may find it wrong: a <see cref="FormatException"/>.
    /// </summary>
    public Action<StoredEntry> Also { get; init; } = _ => { };

    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly LedgerContents _contents = new();

    /// <summary>
    /// Writes a backup, file <paramref name="path"/>: entries, what is kept beside them, what anchors answered, and
    /// last of all the checkpoint, without which it is no backup. Projections are made anew from it.
    /// </summary>
    public async Task SaveAsync(
        LedgerFile source,
        StoredHead head,
        string path,
        CancellationToken cancel
    )
    {
        using var target = SqliteStore.CreateBackup(path);
        for (long from = 0; from < head.Size; )
        {
            var began = _clock.GetTimestamp();
            var page = source.Entries(from, (int)Math.Min(Page, head.Size - from));
            if (page.Count == 0)
            {
                throw Wrong($"entry {from} is missing");
            }

            using (var transaction = new SqliteTransactionScope(target))
            {
                foreach (var (entry, leaf) in page)
                {
                    transaction.Append(entry, leaf);
                }

                transaction.Commit();
            }

            from += page.Count;
            told(from);
            await Task.Delay(_clock.GetElapsedTime(began) * PauseShare, _clock, cancel);
        }

        using var last = new SqliteTransactionScope(target);
        foreach (var answered in source.Anchors().Where(a => a.Size <= head.Size))
        {
            last.PutAnchor(answered);
        }

        last.PutHead(head);
        last.Commit();
    }

    /// <summary>Puts a ledger into an empty store while it is verified; answers its epoch so far.</summary>
    /// <exception cref="LedgerMismatchException">The first thing that is wrong.</exception>
    public long Restore(
        LedgerFile source,
        StoredHead head,
        LedgerVerifier verifier,
        IStore target,
        CancellationToken cancel
    )
    {
        var (tree, completed, epoch) = (new MerkleTree(), new List<TileHash>(), 1L);
        for (
            var page = source.Entries(0, Page);
            page.Count > 0;
            page = source.Entries(tree.Size, Page)
        )
        {
            using var transaction = target.Begin();
            foreach (var (entry, leaf) in page)
            {
                Check(verifier, entry, leaf);
                completed.Clear();
                tree.Append(leaf, completed);
                transaction.Append(entry, leaf);
                completed.ForEach(node => transaction.PutNode(node.Level, node.Index, node.Hash));
                epoch += entry.Kind is EntryKinds.LedgerRestored ? 1 : 0;
            }

            transaction.Commit();
            cancel.ThrowIfCancellationRequested();
            told(tree.Size);
        }

        FinishAll(verifier, _ => null);
        using var last = target.Begin();
        foreach (var answered in source.Anchors())
        {
            last.PutAnchor(answered);
        }

        last.PutHead(head);
        last.Commit();
        return epoch;
    }

    /// <summary>All entries of a file, and what is kept beside them, against a checkpoint.</summary>
    /// <exception cref="LedgerMismatchException">The first thing that is wrong.</exception>
    public void Verify(LedgerFile file, LedgerVerifier verifier, CancellationToken cancel)
    {
        Walk(file, verifier, long.MaxValue, cancel);
        FinishAll(verifier, _ => null);
    }

    /// <summary>
    /// The same for the ledger of a bot that may be running: what it writes after the checkpoint is not looked at.
    /// </summary>
    /// <exception cref="LedgerMismatchException">The first thing that is wrong.</exception>
    public void VerifyUpTo(
        LedgerFile file,
        LedgerVerifier verifier,
        long size,
        CancellationToken cancel
    )
    {
        Walk(file, verifier, size, cancel);
        FinishAll(verifier, seq => file.Entries(seq, 1) is [var (entry, _)] ? entry : null);
        CheckNodes(file, verifier.Tree);
    }

    private void Walk(LedgerFile file, LedgerVerifier verifier, long size, CancellationToken cancel)
    {
        while (
            verifier.Tree.Size < size
            && file.Entries(verifier.Tree.Size, (int)Math.Min(Page, size - verifier.Tree.Size))
                is { Count: > 0 } page
        )
        {
            foreach (var (entry, leaf) in page)
            {
                Check(verifier, entry, leaf);
            }

            cancel.ThrowIfCancellationRequested();
            told(verifier.Tree.Size);
        }
    }

    /// <summary>An edited entry is named, as long as its leaf hash was not edited too; then the root says so.</summary>
    private void Check(LedgerVerifier verifier, StoredEntry entry, byte[] leaf)
    {
        var next = verifier.Tree.Size;
        if (entry.Seq != next)
        {
            throw Wrong($"entry {next} is missing");
        }

        if (!MerkleTree.LeafHash(entry.Bytes).AsSpan().SequenceEqual(leaf))
        {
            throw Wrong($"entry {next} is not the one that was signed");
        }

        if (!verifier.Add(entry.Bytes))
        {
            Finish(verifier);
        }

        if (_contents.WhyNot(entry) is { } why)
        {
            throw Wrong(char.ToLowerInvariant(why[0]) + why[1..]);
        }

        Also(entry);
    }

    /// <summary>The hashes that are stored above the leaves, from which a bot makes tiles, proofs and checkpoints.</summary>
    private static void CheckNodes(LedgerFile file, RebuiltTree tree)
    {
        for (var level = 1; tree.Read(level, 0, 1).Count > 0; level++)
        {
            for (long from = 0; tree.Read(level, from, Page) is { Count: > 0 } made; from += Page)
            {
                var stored = file.Hashes(level, from, made.Count);
                for (var i = 0; i < made.Count; i++)
                {
                    if (i >= stored.Count || !stored[i].AsSpan().SequenceEqual(made[i]))
                    {
                        throw Wrong(
                            $"the stored hash {from + i} of level {level} is not the one that the entries make"
                        );
                    }
                }
            }
        }
    }

    private void FinishAll(LedgerVerifier verifier, Func<long, StoredEntry?> later)
    {
        Finish(verifier);
        if (_contents.WhyNotWhole(verifier.Tree.Size, later) is { } why)
        {
            throw Wrong(char.ToLowerInvariant(why[0]) + why[1..]);
        }
    }

    private static void Finish(LedgerVerifier verifier)
    {
        if (verifier.Finish() is LedgerVerdict.Wrong wrong)
        {
            throw Wrong(wrong.Sentence);
        }
    }

    private static LedgerMismatchException Wrong(string what) => new(what);
}
