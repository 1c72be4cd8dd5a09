using System.Text.Json;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>An entry as a bundle has it: with its line of <c>events.jsonl</c> and its content, where it must have them.</summary>
/// <param name="Head">Its head.</param>
/// <param name="Bytes">All of it.</param>
/// <param name="Document">The same, parsed; good until the next entry is asked for.</param>
/// <param name="Content">What is beside it; null: nothing is there.</param>
/// <param name="IsIn">Whether it is in the part that the bundle tells.</param>
internal sealed record BundleEntry(
    EntryHead Head,
    byte[] Bytes,
    JsonDocument Document,
    StoredContent? Content,
    bool IsIn
)
{
    public JsonElement Members => Document.RootElement;
    public bool HasDigest => EventLines.Text(Members, "content").Length > 0;
}

/// <summary>
/// Reads the entries of a bundle once more, when its tree is known to be the signed one, and holds them against their leaves,
/// <c>events.jsonl</c> and the contents. It reads a tile ahead, on a thread of its own: the other half of the work is to judge.
/// </summary>
internal sealed class BundleEntries(
    BundleFiles files,
    RebuiltTree tree,
    long from,
    long to,
    FileMarks expected
) : IDisposable
{
    private readonly BundleContents _contents = new(files, expected);
    private readonly IEnumerator<ReadOnlyMemory<byte>> _lines = files
        .Lines("events.jsonl")
        .GetEnumerator();
    private Task<Tile?> _ahead = Task.FromResult<Tile?>(null);
    private long _seq = -1;

    private sealed record Tile(IReadOnlyList<BundleEntry> Entries, FormatException? Wrong);

    /// <summary>All entries, in order.</summary>
    /// <param name="tiles">Their bytes, tile by tile.</param>
    /// <exception cref="FormatException">The first that is not as it must be, after those before it.</exception>
    public IEnumerable<BundleEntry> Read(IEnumerable<IReadOnlyList<ReadOnlyMemory<byte>>> tiles)
    {
        using var more = tiles.GetEnumerator();
        _ahead = Task.Run(() => Next(more));
        while (_ahead.GetAwaiter().GetResult() is { } tile)
        {
            _ahead = tile.Wrong is null ? Task.Run(() => Next(more)) : Task.FromResult<Tile?>(null);
            foreach (var entry in tile.Entries)
            {
                yield return entry;
                entry.Document.Dispose();
            }

            if (tile.Wrong is { } wrong)
            {
                throw wrong;
            }
        }

        Finish();
    }

    /// <summary>Nothing reads the files any more.</summary>
    public void Dispose()
    {
        ((Task)_ahead)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing)
            .GetAwaiter()
            .GetResult();
        _lines.Dispose();
    }

    private Tile? Next(IEnumerator<IReadOnlyList<ReadOnlyMemory<byte>>> tiles)
    {
        var entries = new List<BundleEntry>();
        try
        {
            if (!tiles.MoveNext())
            {
                return null;
            }

            foreach (var bytes in tiles.Current)
            {
                entries.Add(Next(bytes));
            }

            return new Tile(entries, Wrong: null);
        }
        catch (FormatException wrong)
        {
            return new Tile(entries, wrong);
        }
    }

    private BundleEntry Next(ReadOnlyMemory<byte> bytes)
    {
        _seq++;
        if (!MerkleTree.LeafHash(bytes.Span).AsSpan().SequenceEqual(tree.Leaf(_seq)))
        {
            throw new FormatException($"Entry {_seq} was changed while it was read.");
        }

        var isIn = _seq >= from && _seq < to;
        if (isIn && (!_lines.MoveNext() || !_lines.Current.Span.SequenceEqual(bytes.Span)))
        {
            throw new FormatException($"events.jsonl has not entry {_seq} at its place.");
        }

        var document = JsonDocument.Parse(bytes);
        var members = document.RootElement;
        var digest = EventLines.Text(members, "content");
        return new BundleEntry(
            Entry.HeadOf(members),
            bytes.ToArray(),
            document,
            digest.Length > 0 ? _contents.Of(_seq, digest) : null,
            isIn
        );
    }

    private void Finish()
    {
        _contents.Finish();
        if (_lines.MoveNext())
        {
            throw new FormatException("events.jsonl has more lines than entries.");
        }
    }
}
