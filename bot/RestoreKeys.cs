using System.Security.Cryptography;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals;

/// <summary>The keys beside which a ledger is restored: put there before, from where they are kept.</summary>
internal static class RestoreKeys
{
    /// <summary>The private key that signed a backup's checkpoint: the first of the ledger, or a later one.</summary>
    /// <exception cref="KeyFileException">It is not there, or must not be used.</exception>
    public static ECDsa LedgerKey(string directory, StoredHead head)
    {
        var first = Path.Combine(directory, KeyChain.Ledger + ".pem");
        var origin = head.Checkpoint.Split('\n')[0];
        var files = System.IO.Directory.Exists(directory) ? KeyFiles.Read(directory, origin) : null;
        SigningKey[] keys = [.. files?.All(KeyChain.Ledger) ?? []];
        return keys.Length == 0
            ? throw new KeyFileException(
                $"{first} is missing: put the directory keys back first, from where you keep it; another key cannot continue this ledger"
            )
            : (keys.FirstOrDefault(k => Signed(head.Checkpoint, k.Key)) ?? keys[0]).Key;
    }

    /// <summary>Verifier keys that lie there, and those of the private keys: an older key may have signed what is known.</summary>
    public static IEnumerable<NoteKey> Known(string directory, string origin) =>
        System
            .IO.Directory.EnumerateFiles(directory, "*.vkey")
            .Select(f => NoteKey.TryParse(File.ReadAllText(f).Trim(), out var key) ? key : null)
            .OfType<NoteKey>()
            .Concat(
                KeyFiles
                    .Read(directory, origin)
                    .All(KeyChain.Ledger)
                    .Select(k => NoteKey.FromEcdsa(origin, k.Key))
            );

    /// <summary>The key of the second line of checkpoints that a ledger says is in use, if it is there.</summary>
    public static LineKey? Line(string directory, string origin, IStore store)
    {
        var chain = ChainOf(store.Keys());
        return chain.Current(KeyChain.Ed25519) is { } kid
            ? KeyFiles.Read(directory, origin).Lines.Find(kid)
            : null;
    }

    /// <summary>Without these the bot does not start.</summary>
    public static void WarnOfMissing(
        string directory,
        string origin,
        IReadOnlyList<StoredEntry> named
    )
    {
        var chain = ChainOf(named);
        var files = KeyFiles.Read(directory, origin);
        foreach (var key in chain.Keys.Where(k => k.RetiredAt is null && !IsThere(files, k)))
        {
            Warn(
                $"{Path.Combine(directory, key.Purpose)}.pem is missing (or {key.Purpose}-{key.Kid}.pem)"
            );
        }
    }

    /// <summary>Where there is no Ed25519, its key is no loss.</summary>
    private static bool IsThere(KeyFiles files, NamedKey key) =>
        key.Purpose is KeyChain.Ed25519
            ? !Ed25519Key.IsSupported || files.Lines.Has(key.Kid)
            : files.Has(key.Kid);

    private static KeyChain ChainOf(IEnumerable<StoredEntry> named)
    {
        var chain = new KeyChain("", find: null);
        foreach (var entry in named)
        {
            chain.WhyNot(entry);
        }

        return chain;
    }

    private static void Warn(string what) =>
        Console.Error.WriteLine(
            $"{what}: put it back before you start the bot, or what it signed verifies no more"
        );

    private static bool Signed(string note, ECDsa key)
    {
        try
        {
            Checkpoint.Open(note, [NoteKey.FromEcdsa(note.Split('\n')[0], key)]);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }
}
