using System.Globalization;
using System.Text;

namespace ChatApprovals.Ledger;

/// <summary>
/// C2SP tlog-proof v1 without extra data: one file that shows, offline, that an entry is in a ledger. It does not carry the
/// entry, only where it is, the way up to the root, and the signed checkpoint (cosignatures and all).
/// </summary>
public sealed record TlogProof(long Index, IReadOnlyList<byte[]> Hashes, string SignedCheckpoint)
{
    private const string FirstLine = "c2sp.org/tlog-proof@v1\n";

    /// <summary>The proof as a text file.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(FirstLine).Append(
            CultureInfo.InvariantCulture,
            $"index {Index}\n"
        );
        foreach (var hash in Hashes)
            text.Append(Convert.ToBase64String(hash)).Append('\n');
        return text.Append('\n').Append(SignedCheckpoint).ToString();
    }

    /// <summary>Reads a proof, and only one that <see cref="ToString"/> would print. Verifies nothing.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static TlogProof Parse(string text)
    {
        var end = text.IndexOf("\n\n", StringComparison.Ordinal);
        var lines = end < 0 ? [] : text[..end].Split('\n');
        if (
            lines is [_, ['i', 'n', 'd', 'e', 'x', ' ', .. var number], .. var rest]
            && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
        )
        {
            var proof = new TlogProof(index, [.. rest.Select(Hash)], text[(end + 2)..]);
            if (string.Equals(proof.ToString(), text, StringComparison.Ordinal))
                return proof;
        }
        throw new FormatException("This is not a tlog-proof without extra data.");
    }

    /// <summary>The checkpoint, if known keys signed it and the entry is in its tree at <see cref="Index"/>.</summary>
    /// <exception cref="FormatException">Otherwise; the message is one sentence.</exception>
    public Checkpoint Verify(ReadOnlySpan<byte> entry, IReadOnlyCollection<NoteKey> verifiers)
    {
        var checkpoint = Checkpoint.Open(SignedCheckpoint, verifiers);
        return MerkleProof.VerifyInclusion(
            MerkleTree.LeafHash(entry),
            Index,
            checkpoint.Size,
            Hashes,
            checkpoint.Root
        )
            ? checkpoint
            : throw new FormatException($"The entry is not number {Index} of the ledger.");
    }

    private static byte[] Hash(string line) =>
        StrictBase64.TryDecode(line, out var hash) && hash.Length == MerkleTree.HashSize
            ? hash
            : throw new FormatException("A tlog-proof has a line that is not a hash.");
}
