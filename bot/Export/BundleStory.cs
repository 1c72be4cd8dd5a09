using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// What the entries tell, while they go by: keys, what was erased, receipts, proofs, and that no step is without the one
/// before it.
/// </summary>
internal sealed class BundleStory(
    BundleFiles files,
    RebuiltTree tree,
    BundleKeys keys,
    string note,
    FileMarks expected
) : IDisposable
{
    private readonly LedgerRules _rules = new(size => MerkleTree.Restore(size, tree.Read).Root());
    private readonly Dictionary<long, ErasureNote> _erased = [];
    private ReceiptChecks? _receipts;

    /// <summary>Which key signs what, as far as the entries were learned.</summary>
    public KeyChain Chain { get; } = keys.Chain(note.Split('\n')[0]);

    /// <summary>How many were checked.</summary>
    public int Receipts { get; private set; }

    /// <summary>How many approvals were held against their policy, and how many could not be.</summary>
    public (int Judged, int Unjudged) Approvals => (_rules.Judged, _rules.Unjudged);

    /// <summary>How many changes one administrator made alone, though there were others.</summary>
    public int Alone => _rules.Alone;

    /// <summary>Where it goes on from a backup.</summary>
    public IReadOnlyList<EpochNote> Epochs => _rules.Epochs;

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
    public void Add(BundleEntry next)
    {
        var (head, members) = (next.Head, next.Members);
        var erased = _erased.GetValueOrDefault(head.Seq);
        CheckThere(next, erased);
        CheckErased(next, erased);
        var entry = new StoredEntry(
            head.Seq,
            head.At,
            head.Kind,
            head.Txn,
            next.Bytes,
            next.Content
        )
        {
            ErasedBy = erased?.Seq,
        };
        if (
            _rules.Add(entry, members) is { Request.IsPending: false } ended
            && next.IsIn
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
    private static void CheckThere(BundleEntry next, ErasureNote? erased)
    {
        var seq = next.Head.Seq;
        if (next.Content is not null && erased is not null)
        {
            throw new FormatException(
                $"The content of entry {seq} is there, but it was {erased.How}."
            );
        }

        if (next is { IsIn: true, HasDigest: true, Content: null } && erased is null)
        {
            throw new FormatException(
                $"The content of entry {seq} is missing, and no entry says that it was erased."
            );
        }
    }

    /// <summary>What is gone is something that can be erased, by an entry of the same request or person.</summary>
    private static void CheckErased(BundleEntry next, ErasureNote? erased)
    {
        var (head, account) = (next.Head, EventLines.Text(next.Members, "account"));
        var wrong =
            erased is null ? null
            : !next.HasDigest ? erased.Nothing(head.Seq)
            : erased.WhyNot(head.Seq, head.Kind, head.Txn, account);
        if (wrong is not null)
        {
            throw new FormatException(wrong);
        }
    }

    public void Finish()
    {
        _receipts?.Finish();
        keys.RequireNamed(Chain);
    }

    /// <summary>Nothing reads the files any more.</summary>
    public void Dispose() => _receipts?.Dispose();

    private void CheckReceipt(StoredEntry end, Approval request)
    {
        expected.Add($"receipts/{end.Txn}.jws");
        expected.Add($"proofs/{end.Txn}.tlog-proof");
        _receipts ??= new ReceiptChecks(files, tree, keys.Tokens, note, Chain);
        _receipts.Add(end, request);
        Receipts++;
    }
}
