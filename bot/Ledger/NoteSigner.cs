using System.Security.Cryptography;

namespace ChatApprovals.Ledger;

/// <summary>
/// Signs notes under a name with a P-256 key (C2SP signed-note, type 0x02, DER). The public half and its id
/// are worked out once: that takes ten times as long as a signature. Not safe for several threads at once.
/// </summary>
public sealed class NoteSigner
{
    private readonly ECDsa _key;

    /// <exception cref="ArgumentException">The name breaks its grammar, or the key is not of P-256.</exception>
    public NoteSigner(string name, ECDsa key)
    {
        _key = key;
        Public = NoteKey.FromEcdsa(name, key);
    }

    /// <summary>What verifies the signatures.</summary>
    public NoteKey Public { get; }

    internal NoteSignature Sign(ReadOnlySpan<byte> text) =>
        new(
            Public.Name,
            Public.Id,
            _key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
        );
}
