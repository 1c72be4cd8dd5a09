using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// Checks receipts and proofs on threads of their own while the entries go on, a bounded number at a time: signatures are
/// most of the work, and nothing waits for them. Of several that are wrong, the first in the ledger is told.
/// </summary>
internal sealed class ReceiptChecks(
    BundleFiles files,
    RebuiltTree tree,
    JwkSet keys,
    string note,
    KeyChain chain
) : IDisposable
{
    /// <summary>Own value: so many wait for a thread.</summary>
    private const int AtOnce = 64;

    private readonly InclusionPaths _paths = tree.Paths();
    private readonly string _origin = note.Split('\n')[0];
    private readonly string? _key = chain.ReceiptKeyOf(
        Checkpoint.Parse(SignedNote.Parse(note).Text).Size
    );
    private readonly List<(StoredEntry End, Approval Request)> _waiting = [];
    private Task<FormatException?> _checking = Task.FromResult<FormatException?>(null);

    /// <exception cref="FormatException">One of them is wrong.</exception>
    public void Add(StoredEntry end, Approval request)
    {
        _waiting.Add((end, request));
        if (_waiting.Count == AtOnce)
        {
            CheckWaiting();
        }
    }

    /// <summary>All of them are checked.</summary>
    /// <exception cref="FormatException">One of them is wrong.</exception>
    public void Finish()
    {
        CheckWaiting();
        TellChecked();
    }

    /// <summary>Nothing reads the files any more.</summary>
    public void Dispose() =>
        ((Task)_checking)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing)
            .GetAwaiter()
            .GetResult();

    private void CheckWaiting()
    {
        TellChecked();
        (StoredEntry End, Approval Request)[] batch = [.. _waiting];
        _waiting.Clear();
        _checking = Task.Run(() =>
            batch
                .AsParallel()
                .AsOrdered()
                .Select(w => WhyNot(w.End, w.Request))
                .FirstOrDefault(why => why is not null)
        );
    }

    private void TellChecked()
    {
        if (_checking.GetAwaiter().GetResult() is { } wrong)
        {
            throw wrong;
        }
    }

    private FormatException? WhyNot(StoredEntry end, Approval request)
    {
        try
        {
            Check(end, request);
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong;
        }
    }

    private void Check(StoredEntry end, Approval request)
    {
        var name = $"receipts/{end.Txn}.jws";
        var token = Tokens.Verified(files, keys, name, ReceiptClaims.Typ);
        if (!token.Kid!.Equals(_key, StringComparison.Ordinal))
        {
            throw new FormatException(
                $"{name} is signed by {token.Kid}, which was not the receipt key in use at this checkpoint."
            );
        }

        // The issuer is the service's address, which no entry tells; all else is compared byte for byte.
        var place = new ReceiptEntry(_origin, end.Seq, MerkleTree.LeafHash(end.Bytes));
        var claims = ReceiptClaims.Write(EventLines.Text(token.Payload, "iss"), request, place);
        if (!token.PayloadBytes.Span.SequenceEqual(claims))
        {
            throw new FormatException(
                $"{name} does not say what entry {end.Seq} and those before it say."
            );
        }

        var proof = new TlogProof(end.Seq, _paths.Of(end.Seq), note).ToString();
        name = $"proofs/{end.Txn}.tlog-proof";
        if (!files.Read(name).AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(proof)))
        {
            throw new FormatException($"{name} is not the proof of entry {end.Seq}.");
        }
    }
}
