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
    private readonly LedgerRules _rules = new();
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

    /// <summary>How many approvals were held against their policy, and how many could not be.</summary>
    public (int Judged, int Unjudged) Approvals => (_rules.Judged, _rules.Unjudged);

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
                if (seq >= erasure.Seq || !_erased.TryAdd(seq, erasure))
                {
                    throw new FormatException(erasure.Nothing(seq));
                }
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
        CheckErased(head, members, digest.Length > 0, erased);

        var entry = new StoredEntry(
            head.Seq,
            head.At,
            head.Kind,
            head.Txn,
            bytes.ToArray(),
            content
        )
        {
            ErasedBy = erased?.Seq,
        };
        if (
            _rules.Add(entry, members) is { Request.IsPending: false } ended
            && isIn
            && EntryKinds.IsEnd(entry.Kind)
        )
        {
            CheckThere(ended);
            CheckReceipt(entry, ended.Request);
        }
    }

    /// <summary>What a receipt says of a request is all there.</summary>
    private static void CheckThere(OpenRequest ended)
    {
        if (ended.Missing is { } seq)
        {
            throw new FormatException(
                $"The content of entry {seq} is missing, and no entry says that it was erased."
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

    /// <summary>What is gone is something that can be erased, by an entry of the same request or person.</summary>
    private static void CheckErased(
        EntryHead head,
        JsonElement members,
        bool hadContent,
        ErasureNote? erased
    )
    {
        var wrong =
            erased is null ? null
            : !hadContent ? erased.Nothing(head.Seq)
            : erased.WhyNot(head.Seq, head.Kind, head.Txn, EventLines.Text(members, "account"));
        if (wrong is not null)
        {
            throw new FormatException(wrong);
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

    private void CheckReceipt(StoredEntry end, Approval request)
    {
        expected.Add($"receipts/{end.Txn}.jws");
        expected.Add($"proofs/{end.Txn}.tlog-proof");
        _receipts ??= new ReceiptChecks(files, tree, keys.Tokens, note, Chain);
        _receipts.Add(end, request);
        Receipts++;
    }
}
