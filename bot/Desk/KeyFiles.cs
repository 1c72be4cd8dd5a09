using System.Security.Cryptography;
using System.Text.RegularExpressions;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>The files of <c>Data:Directory/keys</c> as they are now: each was read, and is private to its owner.</summary>
internal sealed partial class KeyFiles
{
    private const UnixFileMode ForAll =
        UnixFileMode.UserRead
        | UnixFileMode.UserWrite
        | UnixFileMode.GroupRead
        | UnixFileMode.OtherRead;

    private readonly string _directory;
    private readonly List<SigningKey> _keys = [];

    private KeyFiles(string directory, LineKeyFiles lines) =>
        (_directory, Lines) = (directory, lines);

    public string Directory => _directory;

    /// <summary>Those of the second line of checkpoints.</summary>
    public LineKeyFiles Lines { get; }

    /// <exception cref="KeyFileException">See <see cref="KeyFile.Load(string)"/>.</exception>
    public static KeyFiles Read(string directory, string origin)
    {
        var files = new KeyFiles(directory, LineKeyFiles.Read(directory, origin));
        foreach (
            var path in System
                .IO.Directory.EnumerateFiles(directory, "*.pem")
                .Order(StringComparer.Ordinal)
        )
        {
            if (Name().Match(Path.GetFileName(path)) is { Success: true } name)
            {
                files._keys.Add(SigningKey.Of(name.Groups["purpose"].Value, KeyFile.Load(path)));
            }
        }

        return files;
    }

    /// <summary>A private key by its thumbprint, read now; null: it is not there.</summary>
    /// <exception cref="KeyFileException">See <see cref="KeyFile.Load(string)"/>.</exception>
    public static SigningKey? Find(string directory, string origin, string purpose, string kid) =>
        System.IO.Directory.Exists(directory)
            ? Read(directory, origin).All(purpose).FirstOrDefault(k => Is(k, kid))
            : null;

    public bool Has(string kid) => Find(kid) is not null;

    public IEnumerable<SigningKey> All(string purpose) =>
        _keys.Where(k => string.Equals(k.Purpose, purpose, StringComparison.Ordinal));

    /// <summary>The key that the ledger says is in use; made if it says of none.</summary>
    /// <exception cref="KeyFileException">It is not there, or nothing may be made.</exception>
    public SigningKey Of(string purpose, KeyChain chain, bool mayMake)
    {
        var first = Path.Combine(_directory, purpose + ".pem");
        if (chain.Current(purpose) is { } kid)
        {
            return Find(kid) is { } key
                ? key with
                {
                    Purpose = purpose,
                }
                : throw new KeyFileException(
                    $"the key {kid} that the ledger says is in use for {purpose} is not in {_directory} ({purpose}.pem or {purpose}-{kid}.pem is missing, or holds another key): "
                        + "put it back from your backup; another key cannot continue this ledger"
                );
        }

        return mayMake || File.Exists(first)
            ? SigningKey.Of(purpose, KeyFile.LoadOrCreate(first))
            : throw new KeyFileException(
                $"{first} is missing: put it back from your backup; another key cannot continue this ledger"
            );
    }

    /// <summary>A key of a purpose that no entry names: one that is there already, else a new one, durable on return.</summary>
    public SigningKey Unused(string purpose, HashSet<string> used)
    {
        var left = All(purpose).FirstOrDefault(k => !used.Contains(k.Kid));
        if (left is not null)
        {
            return left;
        }

        var made = SigningKey.Of(purpose, ECDsa.Create(ECCurve.NamedCurves.nistP256));
        KeyFile.Save(Path.Combine(_directory, $"{purpose}-{made.Kid}.pem"), made.Key);
        return made;
    }

    /// <summary>The public half of a key that signed tokens once.</summary>
    /// <exception cref="KeyFileException">It is nowhere any more.</exception>
    public Jwk Jwk(NamedKey key) =>
        Find(key.Kid)?.Public
        ?? Known(key, ".jwk")
        ?? throw Gone(key, ".jwk", "keys/jwks.json of an export");

    /// <summary>The verifier key that checkpoints were signed with once.</summary>
    /// <exception cref="KeyFileException">It is nowhere any more.</exception>
    public string Vkey(NamedKey key, string origin) =>
        Find(key.Kid) is { } mine ? NoteKey.FromEcdsa(origin, mine.Key).ToString()
        : Known(key, ".vkey") is not null ? key.Public ?? Text(PathOf(key, ".vkey"))!
        : throw Gone(key, ".vkey", "an export");

    /// <summary>For everybody to read. Written anew when it is not what it should be; whoever reads it sees the whole.</summary>
    public static void Publish(string directory, string name, string text)
    {
        var path = Path.Combine(directory, name);
        if (string.Equals(Text(path), text, StringComparison.Ordinal))
        {
            return;
        }

        var temporary = path + ".tmp";
        File.WriteAllText(temporary, text + "\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, ForAll);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private SigningKey? Find(string kid) => _keys.Find(k => Is(k, kid));

    private static bool Is(SigningKey key, string kid) =>
        string.Equals(key.Kid, kid, StringComparison.Ordinal);

    private Jwk? Known(NamedKey key, string ending) =>
        (key.Public ?? Text(PathOf(key, ending))) is { } text
        && PublicKeys.Parse(text) is { } known
        && string.Equals(known.Thumbprint, key.Kid, StringComparison.Ordinal)
            ? known
            : null;

    private static string? Text(string path) =>
        File.Exists(path) ? File.ReadAllText(path).TrimEnd('\n') : null;

    private string PathOf(NamedKey key, string ending) =>
        Path.Combine(_directory, key.Kid + ending);

    private KeyFileException Gone(NamedKey key, string ending, string source) =>
        new(
            $"{PathOf(key, ending)} is missing or another's: it is the public half of a key for {key.Purpose} that signed until "
                + $"{key.RetiredAt:u}; put it back from {source}"
        );

    /// <summary>The first key of a purpose, or a later one with its thumbprint.</summary>
    [GeneratedRegex(
        "^(?<purpose>ledger|receipt|receipt-next|grant|grant-next|callback)(-[A-Za-z0-9_-]{43})?\\.pem$",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Name();
}
