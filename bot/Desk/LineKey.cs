using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>
/// The Ed25519 key of the second signature line of checkpoints: for verifiers and witnesses that know nothing else. It adds
/// to the P-256 key and replaces it nowhere; where the platform has no Ed25519 there is none, and no second line.
/// </summary>
public sealed record LineKey(Ed25519Key Key, NoteKey Public)
{
    public string Kid { get; } = Public.Thumbprint!;

    public static LineKey Of(string origin, Ed25519Key key) =>
        new(key, NoteKey.FromEd25519(origin, key.Public));

    /// <summary>
    /// What the key in use signs so that another takes its place: a signed note, which any reader of notes opens. Its
    /// second line is no number, so it is no checkpoint.
    /// </summary>
    internal string Prove(NoteKey next) =>
        SignedNote
            .Sign(ProofText(Public.Name, Kid, next), new NoteSigner(Public.Name, Key))
            .ToString();

    /// <summary>Whether a key signed that another takes its place.</summary>
    internal static bool IsProven(string? proof, NoteKey previous, NoteKey next)
    {
        try
        {
            return proof is not null
                && string.Equals(
                    SignedNote.Open(proof, [previous], out _),
                    ProofText(previous.Name, previous.Thumbprint!, next),
                    StringComparison.Ordinal
                );
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string ProofText(string origin, string previous, NoteKey next) =>
        $"{origin}\nkey.rotated {KeyChain.Ed25519}\n{previous}\n{next}\n";
}

/// <summary>Its files: <c>ledger-ed25519.pem</c>, later ones with their thumbprint, each private to its owner.</summary>
internal sealed class LineKeyFiles
{
    /// <summary>PKCS#8 of an Ed25519 key is this and its 32 bytes (RFC 8410 section 7).</summary>
    private static readonly byte[] s_pkcs8 = Convert.FromHexString(
        "302E020100300506032B657004220420"
    );

    private readonly string _directory;
    private readonly string _origin;
    private readonly List<LineKey> _keys = [];

    private LineKeyFiles(string directory, string origin) =>
        (_directory, _origin) = (directory, origin);

    /// <summary>Those that are there; none where the platform has no Ed25519.</summary>
    /// <exception cref="Jose.KeyFileException">See <see cref="Jose.KeyFile.Load(string)"/>.</exception>
    public static LineKeyFiles Read(string directory, string origin)
    {
        var files = new LineKeyFiles(directory, origin);
        if (Ed25519Key.IsSupported && System.IO.Directory.Exists(directory))
        {
            foreach (
                var path in System
                    .IO.Directory.EnumerateFiles(directory, KeyChain.Ed25519 + "*.pem")
                    .Order(StringComparer.Ordinal)
            )
            {
                files._keys.Add(LineKey.Of(origin, Load(path)));
            }
        }

        return files;
    }

    public bool Has(string kid) => Find(kid) is not null;

    /// <summary>The key that the ledger says is in use; made if it says of none; null where there is no Ed25519.</summary>
    /// <exception cref="Jose.KeyFileException">It is not there.</exception>
    public LineKey? Of(KeyChain chain)
    {
        if (!Ed25519Key.IsSupported)
        {
            return null;
        }

        if (chain.Current(KeyChain.Ed25519) is not { } kid)
        {
            return Unused([.. chain.Keys.Select(k => k.Kid)]);
        }

        return Find(kid)
            ?? throw new Jose.KeyFileException(
                $"the key {kid} that the ledger says signs the second line of checkpoints is not in {_directory} ({KeyChain.Ed25519}.pem or {KeyChain.Ed25519}-{kid}.pem is missing, or holds another key): put it back from your backup"
            );
    }

    /// <summary>A key that no entry names: one that is there already, else a new one, durable on return.</summary>
    public LineKey Unused(HashSet<string> used)
    {
        if (_keys.Find(k => !used.Contains(k.Kid)) is { } left)
        {
            return left;
        }

        var seed = RandomNumberGenerator.GetBytes(Ed25519Key.SeedSize);
        try
        {
            var made = LineKey.Of(_origin, Ed25519Key.FromSeed(seed));
            var first = Path.Combine(_directory, KeyChain.Ed25519 + ".pem");
            Jose.KeyFile.SavePem(
                _keys.Count == 0
                    ? first
                    : Path.Combine(_directory, $"{KeyChain.Ed25519}-{made.Kid}.pem"),
                PemEncoding.WriteString("PRIVATE KEY", [.. s_pkcs8, .. seed])
            );
            return made;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>The verifier key that signed lines once, or does: also where nothing can be signed.</summary>
    /// <exception cref="Jose.KeyFileException">It is nowhere any more.</exception>
    public string Vkey(NamedKey key)
    {
        var path = Path.Combine(_directory, key.Kid + ".vkey");
        var text =
            Find(key.Kid)?.Public.ToString()
            ?? key.Public
            ?? (File.Exists(path) ? File.ReadAllText(path, Encoding.UTF8).TrimEnd('\n') : "");
        return
            NoteKey.TryParse(text, out var note)
            && string.Equals(note.Thumbprint, key.Kid, StringComparison.Ordinal)
            ? text
            : throw new Jose.KeyFileException(
                $"{path} is missing or another's: it is the public half of a key of the second line of checkpoints; put it back from an export"
            );
    }

    /// <summary>The key with this thumbprint; null: it is not there.</summary>
    public LineKey? Find(string kid) =>
        _keys.Find(k => string.Equals(k.Kid, kid, StringComparison.Ordinal));

    private static Ed25519Key Load(string path) =>
        Jose.KeyFile.Load(path, Parse, "Ed25519 private key in PEM (PKCS#8)");

    private static Ed25519Key Parse(string pem)
    {
        var fields = PemEncoding.Find(pem);
        var der = Convert.FromBase64String(pem[fields.Base64Data]);
        try
        {
            return
                der.Length == s_pkcs8.Length + Ed25519Key.SeedSize
                && der.AsSpan().StartsWith(s_pkcs8)
                ? Ed25519Key.FromSeed(der.AsSpan(s_pkcs8.Length))
                : throw new CryptographicException("Another algorithm.");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }
}
