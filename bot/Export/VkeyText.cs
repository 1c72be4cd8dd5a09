using System.Security.Cryptography;
using ChatApprovals.Jose;
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
        var typed = Convert.FromBase64String(vkey.Split('+', 3)[2]);
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(typed.AsSpan(1), out _);
        return Jwk.FromEcdsa(key).Thumbprint;
    }
}
