using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// What the entries tell, held against the rest of a bundle while they go by: keys, contents, receipts, proofs, the
/// exact lines of <c>events.jsonl</c>, and that no step is without the one before it.
/// </summary>
internal sealed class BundleStory(
    BundleFiles files,
    RebuiltTree tree,
    BundleKeys keys,
    string note,
    long from,
    long to,
    FileMarks expected
)
{
    private readonly Dictionary<string, Approval> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BundleTrail> _trails = new(StringComparer.Ordinal);
    private readonly Dictionary<long, ErasureNote> _erased = [];
    private readonly IEnumerator<ReadOnlyMemory<byte>> _lines = files
        .Lines("events.jsonl")
        .GetEnumerator();
    private ReceiptChecks? _receipts;
    private long _seq = -1;

    /// <summary>Which key signs what, as far as the entries were learned.</summary>
    public KeyChain Chain { get; } = keys.Chain(note.Split('\n')[0]);

    private BundleContents Contents { get; } = new(files, expected);

    /// <summary>How many were checked.</summary>
    public int Receipts { get; private set; }

    /// <summary>What is gone, by entries that say so.</summary>
    public List<ErasureNote> Erasures { get; } = [];

    /// <summary>
    /// Looks for keys, before anything else: receipts are signed when they are asked for, so their key may be younger
    /// than the entries that they are of.
    /// </summary>
    public void Learn(EntryHead head, ReadOnlyMemory<byte> bytes)
    {
        if (
            head.Kind
            is not (EntryKinds.KeyCreated or EntryKinds.KeyRotated or EntryKinds.ErasurePerformed)
        )
        {
            return;
        }

        var entry = new StoredEntry(
            head.Seq,
            head.At,
            head.Kind,
            head.Txn,
            bytes.ToArray(),
            Content: null
        );
        if (Chain.WhyNot(entry) is { } wrong)
        {
            throw new FormatException(wrong);
        }

        if (head.Kind is EntryKinds.ErasurePerformed)
        {
            var erasure = ErasureNote.Of(entry);
            Erasures.Add(erasure);
            foreach (var seq in erasure.Entries)
            {
                _erased[seq] = erasure;
            }
        }
    }

    /// <summary>The next entry of a ledger whose root is known to be the signed one.</summary>
    public void Add(ReadOnlyMemory<byte> bytes)
    {
        _seq++;
        if (!MerkleTree.LeafHash(bytes.Span).AsSpan().SequenceEqual(tree.Leaf(_seq)))
        {
            throw new FormatException($"Entry {_seq} was changed while it was read.");
        }

        using var document = JsonDocument.Parse(bytes);
        var members = document.RootElement;
        var head = Entry.HeadOf(members);
        var isIn = _seq >= from && _seq < to;
        if (isIn && (!_lines.MoveNext() || !_lines.Current.Span.SequenceEqual(bytes.Span)))
        {
            throw new FormatException($"events.jsonl has not entry {_seq} at its place.");
        }

        var digest = EventLines.Text(members, "content");
        var content = digest.Length > 0 ? Contents.Of(_seq, digest) : null;
        var erased = _erased.GetValueOrDefault(_seq);
        CheckThere(isIn && digest.Length > 0, content, erased);

        if (RequestId.TryParse(head.Txn, provider: null, out _))
        {
            Follow(
                new StoredEntry(head.Seq, head.At, head.Kind, head.Txn, bytes.ToArray(), content)
                {
                    ErasedBy = erased?.Seq,
                },
                members,
                isIn
            );
        }
    }

    /// <summary>A content is there, or an entry says that it was erased: not both.</summary>
    private void CheckThere(bool isDue, StoredContent? content, ErasureNote? erased)
    {
        if (content is not null && erased is not null)
        {
            throw new FormatException(
                $"The content of entry {_seq} is there, but it was {erased.How}."
            );
        }

        if (isDue && content is null && erased is null)
        {
            throw new FormatException(
                $"The content of entry {_seq} is missing, and no entry says that it was erased."
            );
        }
    }

    public void Finish()
    {
        _receipts?.Finish();
        Contents.Finish();
        if (_lines.MoveNext())
        {
            throw new FormatException("events.jsonl has more lines than entries.");
        }

        keys.RequireNamed(Chain);
    }

    private void Follow(StoredEntry entry, JsonElement members, bool isIn)
    {
        if (!_trails.TryGetValue(entry.Txn, out var trail))
        {
            _trails.Add(entry.Txn, trail = new BundleTrail());
        }

        trail.Add(entry, members);
        if (entry.Seq >= to || !Replay.IsOfRequest(entry.Kind))
        {
            _open.Remove(entry.Seq >= to ? entry.Txn : "");
            return;
        }

        // Made before the part that the bundle is of, and not ended in it: its opening is not there.
        var isOpening = entry.Kind is EntryKinds.RequestCreated;
        if (isOpening ? entry is { Content: null, ErasedBy: null } : !_open.ContainsKey(entry.Txn))
        {
            return;
        }

        var request = Next(entry, members);
        _open[entry.Txn] = request;
        if (!request.IsPending)
        {
            _open.Remove(entry.Txn);
            if (isIn)
            {
                CheckReceipt(entry, request);
            }
        }
    }

    private Approval Next(StoredEntry entry, JsonElement members)
    {
        try
        {
            var fact = LedgerMembers.Read(entry, members)!;
            return Replay.Next(_open.GetValueOrDefault(entry.Txn), entry, fact);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or JsonException)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }

    private void CheckReceipt(StoredEntry end, Approval request)
    {
        expected.Add($"receipts/{end.Txn}.jws");
        expected.Add($"proofs/{end.Txn}.tlog-proof");
        _receipts ??= new ReceiptChecks(files, tree, keys.Tokens, note, Chain);
        _receipts.Add(end, request);
        Receipts++;
    }
}
