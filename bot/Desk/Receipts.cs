using ChatApprovals.Approvals;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>
/// A portable proof of one decision: the service's signed word (compact JWS) and the C2SP tlog-proof that
/// the entry which ended the request is in the ledger.
/// </summary>
public sealed record Receipt(string Jws, string Proof);

/// <summary>Makes receipts of requests that have ended, from the ledger as it is; it keeps none.</summary>
/// <param name="store">The ledger.</param>
/// <param name="keys">Has the key for receipts, and for nothing else.</param>
/// <param name="issuer"><c>PublicUrl</c>.</param>
public sealed class Receipts(IStore store, KeyRing keys, string issuer)
{
    public SigningKey Key => keys[KeyRing.Receipt];
    public string Issuer => issuer;

    /// <summary>
    /// The receipt, or null while the request is pending. Each call signs anew: two receipts of one
    /// request say the same and have other signatures, and the later proof may be of a larger tree.
    /// </summary>
    public Receipt? Of(Approval approval)
    {
        if (
            approval.IsPending
            || store.Head() is not { } head
            || Ends.SeqOf(store, approval.Id) is not { } seq
        )
        {
            return null;
        }

        var path = MerkleProof.Inclusion(seq, head.Size, store.Hashes);
        var proof = new TlogProof(seq, path, head.Checkpoint);
        return Of(approval, store.Hashes(0, seq, 1)[0], proof, Key);
    }

    /// <summary>The same for who knows the leaf of the entry that ended it, the proof, and which key signs.</summary>
    internal Receipt Of(Approval approval, byte[] leaf, TlogProof proof, SigningKey key)
    {
        var note = proof.SignedCheckpoint;
        var origin = note[..note.IndexOf('\n', StringComparison.Ordinal)];
        var entry = new ReceiptEntry(origin, proof.Index, leaf);
        var claims = ReceiptClaims.Write(issuer, approval, entry);
        return new Receipt(key.Sign(ReceiptClaims.Typ, claims), proof.ToString());
    }
}
