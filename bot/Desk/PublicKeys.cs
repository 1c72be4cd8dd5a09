using System.Collections.Immutable;
using System.Security.Cryptography;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>
/// What everybody may know of the keys, present and past: verifier keys of the ledger's checkpoints, and the tokens'
/// keys. Any thread reads.
/// </summary>
/// <param name="tokens">The ring of those that sign tokens.</param>
/// <param name="vkeys">C2SP verifier keys without a line's end, the first one first: the last signs.</param>
public sealed class PublicKeys(KeyRing tokens, ImmutableArray<string> vkeys)
{
    private ImmutableArray<string> _vkeys = vkeys;

    public JwkSet Tokens => tokens.Every;

    /// <summary>The one that signs checkpoints now.</summary>
    public string Vkey => Vkeys[^1];

    /// <summary>All that ever did, the first one first.</summary>
    public ImmutableArray<string> Vkeys => _vkeys;

    public IReadOnlyList<NoteKey> Notes => [.. Vkeys.Select(Note)];

    /// <summary>The verifier key with this thumbprint, or null.</summary>
    public NoteKey? NoteOf(string kid) =>
        Vkeys
            .Where(v => string.Equals(Parse(v)?.Thumbprint, kid, StringComparison.Ordinal))
            .Select(Note)
            .FirstOrDefault();

    /// <summary>A public half by its RFC 7638 thumbprint, or null.</summary>
    public Jwk? Find(string kid) =>
        Tokens.Find(kid)
        ?? Vkeys
            .Select(Parse)
            .FirstOrDefault(k => string.Equals(k?.Thumbprint, kid, StringComparison.Ordinal));

    /// <summary>A verifier key or a JWK, as text; null: neither, or not of P-256.</summary>
    public static Jwk? Parse(string text) =>
        !NoteKey.TryParse(text, out var note)
            ? JwkSet.Parse(System.Text.Encoding.UTF8.GetBytes($"{{\"keys\":[{text}]}}"))?.Keys
                is [var only]
                ? only
                : null
            : note.Type == NoteKey.Ecdsa
                ? Spki(Convert.FromBase64String(text.Split('+', 3)[2]))
                : null;

    internal void Add(string vkey) =>
        ImmutableInterlocked.Update(ref _vkeys, (all, more) => all.Add(more), vkey);

    private static NoteKey Note(string vkey) =>
        NoteKey.TryParse(vkey, out var note)
            ? note
            : throw new InvalidOperationException("a key of our own that is none");

    private static Jwk Spki(byte[] typed)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(typed.AsSpan(1), out _);
        return Jwk.FromEcdsa(key);
    }
}
