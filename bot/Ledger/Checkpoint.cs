using System.Globalization;
using System.Security.Cryptography;

namespace ChatApprovals.Ledger;

/// <summary>
/// The head of a ledger's tree: which ledger, how many entries, and the RFC 6962 root over them (C2SP tlog-checkpoint without
/// extension lines). Whoever signs one promises never to sign another that is inconsistent with it.
/// </summary>
public sealed record Checkpoint(string Origin, long Size, byte[] Root)
{
    /// <summary>The note text: origin, size in decimal, root in base64, each with a line feed.</summary>
    public string Format() =>
        IsValid()
            ? $"{Origin}\n{Size.ToString(CultureInfo.InvariantCulture)}\n{Convert.ToBase64String(Root)}\n"
            : throw new InvalidOperationException("This checkpoint cannot be written.");

    /// <summary>Reads a note text, and only one that <see cref="Format"/> would print: no extension lines, no other spelling.</summary>
    /// <exception cref="FormatException">Anything else.</exception>
    public static Checkpoint Parse(string text)
    {
        var lines = text.Split('\n');
        if (
            lines is [var origin, var size, var root, ""]
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var leaves)
            && StrictBase64.TryDecode(root, out var hash)
        )
        {
            var checkpoint = new Checkpoint(origin, leaves, hash);
            if (
                checkpoint.IsValid()
                && string.Equals(checkpoint.Format(), text, StringComparison.Ordinal)
            )
                return checkpoint;
        }
        throw new FormatException("A checkpoint is not exactly an origin, a size and a root hash.");
    }

    /// <summary>The signed note, ready to store: a signature line of each signer under its name, which should be the
    /// origin. Sign last, after the entries are safe.</summary>
    public string Sign(params ReadOnlySpan<NoteSigner> signers) =>
        SignedNote.Sign(Format(), signers).ToString();

    /// <summary>As above, by a key that signs this once.</summary>
    public string Sign(ECDsa key, string name) => Sign(new NoteSigner(name, key));

    /// <summary>The checkpoint in a signed note, if a known key whose name is the origin signed it and no known key's
    /// signature fails.</summary>
    /// <exception cref="FormatException">Any other note; the message is one sentence.</exception>
    public static Checkpoint Open(string note, IReadOnlyCollection<NoteKey> verifiers)
    {
        var checkpoint = Parse(SignedNote.Open(note, verifiers, out var signers));
        return signers.Contains(checkpoint.Origin)
            ? checkpoint
            : throw new FormatException(
                $"The checkpoint is not signed by {checkpoint.Origin} itself."
            );
    }

    /// <summary>The same ledger, size and root. (The record's own equality compares the root by reference.)</summary>
    public bool IsSameAs(Checkpoint other) =>
        Size == other.Size
        && string.Equals(Origin, other.Origin, StringComparison.Ordinal)
        && Root.AsSpan().SequenceEqual(other.Root);

    private bool IsValid() =>
        NoteKey.IsName(Origin) && Size >= 0 && Root.Length == MerkleTree.HashSize;
}
