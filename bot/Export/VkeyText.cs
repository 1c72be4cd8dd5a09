using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>The C2SP verifier key of a ledger, as text: of ECDSA P-256, or of Ed25519 for the second line.</summary>
public static class VkeyText
{
    /// <exception cref="FormatException">No verifier key, or of another type.</exception>
    public static NoteKey Read(string vkey) =>
        NoteKey.TryParse(vkey, out var note)
            ? note
            : throw new FormatException("This is not a verifier key of ECDSA P-256 or Ed25519.");

    /// <summary>The RFC 7638 thumbprint of the key: what its entry calls it.</summary>
    /// <exception cref="FormatException">No verifier key, or of another type.</exception>
    public static string Kid(string vkey) =>
        Read(vkey).Thumbprint ?? PublicKeys.Parse(vkey)!.Thumbprint;

    /// <summary>Whether it verifies the second line.</summary>
    public static bool IsLine(string vkey) => Read(vkey).Type == NoteKey.Ed25519;
}
