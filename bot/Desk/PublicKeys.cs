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
/// <param name="vkeys">C2SP verifier keys of P-256 without a line's end, the first one first: the last signs.</param>
/// <param name="lines">Those of Ed25519, for the second line of checkpoints: as above, or none.</param>
public sealed class PublicKeys(
    KeyRing tokens,
    ImmutableArray<string> vkeys,
    params ImmutableArray<string> lines
)
{
    private ImmutableArray<string> _vkeys = vkeys;
    private ImmutableArray<string> _lines = lines;

    public JwkSet Tokens => tokens.Every;

    /// <summary>The one that signs checkpoints now.</summary>
    public string Vkey => Vkeys[^1];

    /// <summary>All that ever did, the first one first.</summary>
    public ImmutableArray<string> Vkeys => _vkeys;

    /// <summary>Those of the second line, the first one first; none on a platform without Ed25519 that never had one.</summary>
    public ImmutableArray<string> Lines => _lines;

    /// <summary>The one that signs the second line now; null: there is none.</summary>
    public string? Line => Ledger.Ed25519Key.IsSupported && Lines is [.., var last] ? last : null;

    /// <summary>All of both: what the bundle has, and what opens a checkpoint.</summary>
    public IReadOnlyList<NoteKey> Notes => [.. Vkeys.Concat(Lines).Select(Note)];

    /// <summary>The key of the second line with this thumbprint, or null.</summary>
    public NoteKey? LineOf(string kid) =>
        Lines
            .Select(Note)
            .FirstOrDefault(n => string.Equals(n.Thumbprint, kid, StringComparison.Ordinal));

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

    internal void AddLine(string vkey) =>
        ImmutableInterlocked.Update(ref _lines, (all, more) => all.Add(more), vkey);

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
