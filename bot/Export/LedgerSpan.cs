using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// The ledger as of one signed checkpoint, and the part of it that was asked for: entries from
/// <see cref="From"/> until before <see cref="To"/>. Nothing later is seen, however long an export takes.
/// Read a page at a time.
/// </summary>
public sealed record LedgerSpan(IStore Store, StoredHead Head, long From, long To)
{
    private const int Page = 128;

    /// <summary>Own limit: what one request's timeline shows. All its entries are in the ledger.</summary>
    private const int TimelineMax = 1_000;

    /// <summary>Told of every page that is read in order; null: nobody wants to know.</summary>
    public ExportProgress? Progress { get; init; }

    public string Origin =>
        Head.Checkpoint[..Head.Checkpoint.IndexOf('\n', StringComparison.Ordinal)];

    public static LedgerSpan Of(
        IStore store,
        StoredHead head,
        DateTimeOffset? from,
        DateTimeOffset? to
    ) =>
        new(
            store,
            head,
            from is { } first ? IndexOf(store, head.Size, first) : 0,
            to is { } last ? IndexOf(store, head.Size, last) : head.Size
        );

    /// <summary>The entries asked for, in order.</summary>
    public IEnumerable<StoredEntry> Entries() => Entries(From, To);

    public IEnumerable<StoredEntry> Entries(long from, long to)
    {
        while (from < to)
        {
            var page = Store.Entries(from, (int)Math.Min(Page, to - from));
            Progress?.Read(page.Count);
            foreach (var entry in page)
            {
                yield return Whole(entry);
            }

            from += Page;
        }
    }

    /// <summary>The entries of one request up to the checkpoint, the first ones if there are very many.</summary>
    public IReadOnlyList<StoredEntry> EntriesOf(string request) =>
        [.. Store.EntriesOf(request, Head.Size, TimelineMax).Select(Whole)];

    /// <summary>All earlier entries of an entry's request: none, if it is the one that made it.</summary>
    public IEnumerable<StoredEntry> EntriesBefore(StoredEntry entry) =>
        entry.Kind is EntryKinds.RequestCreated
            ? []
            : Store.EntriesOf(entry.Txn, entry.Seq, int.MaxValue).Select(Whole);

    /// <summary>
    /// The requests that were made or ended in the part asked for, each once, with all their entries.
    /// </summary>
    public IEnumerable<IReadOnlyList<StoredEntry>> Requests() =>
        from entry in Entries()
        where
            entry.Kind is EntryKinds.RequestCreated
            || (EntryKinds.IsEnd(entry.Kind) && Store.EntriesOf(entry.Txn, From, 1).Count > 0)
        select EntriesOf(entry.Txn);

    /// <summary>The entries asked for, each with its request as it is with that entry, if it is about one.</summary>
    /// <param name="next">How much of it is wanted.</param>
    internal IEnumerable<(StoredEntry Entry, RequestGist? Request)> Told(
        Func<RequestGist?, StoredEntry, RequestGist?> next
    )
    {
        var requests = new RequestStates<RequestGist>(this, next);
        return Entries()
            .Select(e =>
                (e, RequestId.TryParse(e.Txn, provider: null, out _) ? requests.With(e) : null)
            );
    }

    /// <summary>The requests that ended in the part asked for: the entry that ended each, and what it was then.</summary>
    public IEnumerable<(StoredEntry End, Approval Request)> Ended()
    {
        var requests = new RequestStates<Approval>(this, Replay.Next);
        foreach (var entry in Entries().Where(e => Replay.IsOfRequest(e.Kind)))
        {
            var request = requests.With(entry);
            if (EntryKinds.IsEnd(entry.Kind))
            {
                yield return (entry, request!);
            }
        }
    }

    /// <summary>
    /// The entries whose contents belong to the part: its own, the earlier ones of requests that ended in it, however long
    /// ago they were made, and the earlier ones of the configuration, by which those are judged.
    /// </summary>
    public IEnumerable<StoredEntry> WithContent()
    {
        foreach (var seq in Earlier())
        {
            yield return Whole(Store.Entries(seq, 1)[0]);
        }

        foreach (var entry in Entries().Where(e => e.Content is not null))
        {
            yield return entry;
        }
    }

    /// <summary>How an entry's content was erased; null: it was not.</summary>
    public ErasureNote? ErasureOf(StoredEntry entry) =>
        entry.ErasedBy is { } by ? ErasureNote.Of(Store.Entries(by, 1)[0]) : null;

    /// <summary>An entry's own members.</summary>
    public static JsonElement Members(StoredEntry entry) => JsonElement.Parse(entry.Bytes);

    /// <summary>What was erased since the checkpoint is missed by nobody who has a later one.</summary>
    private StoredEntry Whole(StoredEntry entry) =>
        entry.ErasedBy < Head.Size || entry.ErasedBy is null
            ? entry
            : throw new IOException("something in it was erased meanwhile: export it again");

    private SortedSet<long> Earlier()
    {
        SortedSet<long> earlier = [];
        if (From == 0 || From >= To)
        {
            return earlier;
        }

        foreach (var end in Entries().Where(e => EntryKinds.IsEnd(e.Kind)))
        {
            earlier.UnionWith(
                Store
                    .EntriesOf(end.Txn, From, int.MaxValue)
                    .Where(e => e.Content is not null)
                    .Select(e => e.Seq)
            );
        }

        var before = From;
        while (Store.Configurations(before, Page) is { Count: > 0 } page)
        {
            earlier.UnionWith(
                page.Where(e =>
                        e
                            is {
                                Kind: EntryKinds.ConfigChanged or EntryKinds.ConfigProposed,
                                Content: not null
                            }
                    )
                    .Select(e => e.Seq)
            );
            before = page[^1].Seq;
        }

        return earlier;
    }

    /// <summary>The first entry at or after a time; the ledger's time never goes back.</summary>
    private static long IndexOf(IStore store, long size, DateTimeOffset time)
    {
        var (low, high) = (0L, size);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) =
                store.Entries(middle, 1)[0].At < time ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
