using System.Security.Cryptography;

namespace ChatApprovals.Ledger;

/// <summary>
/// Signs notes under a name: with a P-256 key (C2SP signed-note, type 0x02, DER) or an Ed25519 key (type 0x01). The public
/// half and its id are worked out once: that takes ten times as long as a signature. Not safe for several threads at once.
/// </summary>
public sealed class NoteSigner
{
    private readonly Func<byte[], byte[]> _sign;

    /// <exception cref="ArgumentException">The name breaks its grammar, or the key is not of P-256.</exception>
    public NoteSigner(string name, ECDsa key)
    {
        Public = NoteKey.FromEcdsa(name, key);
        _sign = text =>
            key.SignData(text, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <exception cref="ArgumentException">The name breaks its grammar.</exception>
    public NoteSigner(string name, Ed25519Key key)
    {
        Public = NoteKey.FromEd25519(name, key.Public);
        _sign = key.Sign;
    }

    /// <summary>What verifies the signatures.</summary>
    public NoteKey Public { get; }

    internal NoteSignature Sign(byte[] text) => new(Public.Name, Public.Id, _sign(text));
}
