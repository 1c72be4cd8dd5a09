using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>The C2SP verifier key of a ledger, as text.</summary>
public static class VkeyText
{
    /// <exception cref="FormatException">No verifier key, or of another type.</exception>
    public static NoteKey Read(string vkey) =>
        NoteKey.TryParse(vkey, out var note) && note.Type == NoteKey.Ecdsa
            ? note
            : throw new FormatException("This is not a verifier key of ECDSA P-256.");

    /// <summary>The RFC 7638 thumbprint of its P-256 key: what <c>key.created</c> calls it.</summary>
    /// <exception cref="FormatException">No verifier key, or of another type.</exception>
    public static string Kid(string vkey)
    {
        _ = Read(vkey);
        return PublicKeys.Parse(vkey)!.Thumbprint;
    }
}
