using System.Text.Json;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;

namespace ChatApprovals;

/// <summary>
/// The verifier keys of a ledger where it is stored: the one that the auditor knows, else those that lie beside it, and from
/// them on each that the one before it signed for.
/// </summary>
internal sealed class StoredKeys
{
    private readonly string _origin;
    private readonly string? _asked;
    private readonly KeyChain _chain;
    private readonly Dictionary<string, NoteKey> _notes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Jwk> _tokens = new(StringComparer.Ordinal);

    private StoredKeys(string origin, string? asked, IEnumerable<string> known)
    {
        (_origin, _asked) = (origin, asked);
        foreach (var vkey in known)
        {
            _notes[VkeyText.Kid(vkey)] = VkeyText.Read(vkey);
        }

        _chain = new KeyChain(origin, Token) { FindLine = Line, MayBeUnknown = true };
    }

    /// <exception cref="FormatException">The first thing that is wrong, in a sentence.</exception>
    public static StoredKeys Read(LedgerFile file, string path, string? asked, StoredHead head)
    {
        var origin = head.Checkpoint.Split('\n')[0];
        var key = asked?.Trim();
        var keys = new StoredKeys(origin, key, key is null ? Beside(path, origin) : [key]);
        foreach (var token in Tokens(path))
        {
            keys._tokens[token.Thumbprint] = token;
        }

        foreach (var entry in file.Keys().Where(e => e.Seq < head.Size))
        {
            keys.Follow(entry);
        }

        foreach (var learned in keys._chain.Keys.Select(k => k.Public).OfType<string>())
        {
            if (NoteKey.TryParse(learned, out var note))
            {
                keys._notes.TryAdd(VkeyText.Kid(learned), note);
            }
        }

        return keys;
    }

    /// <summary>The last checkpoint, if the keys in use then signed it.</summary>
    /// <exception cref="FormatException">They did not, or it does not go back to the key that the auditor knows.</exception>
    public Checkpoint Open(StoredHead head)
    {
        var kid = _asked is null ? null : VkeyText.Kid(_asked);
        var isLine = _asked is not null && VkeyText.IsLine(_asked);
        if (kid is not null && !_chain.IsOf(isLine ? KeyChain.Ed25519 : KeyChain.Ledger, kid))
        {
            throw new FormatException(
                $"The ledger knows no key {kid}: it is another ledger, or one that somebody signed anew."
            );
        }

        var by = isLine ? _chain.LineKeyOf(head.Size) : _chain.LedgerKeyOf(head.Size);
        return by is not null && _notes.TryGetValue(by, out var key)
            ? Open(head.Checkpoint, key)
            : throw new FormatException(
                $"The key {by} that signs this ledger is not known here: say the verifier key that you were given (--key FILE.vkey)."
            );
    }

    /// <summary>Those that the auditor kept.</summary>
    /// <exception cref="FormatException">One is of another ledger, or of another key of it than the one in use then.</exception>
    public IReadOnlyList<Checkpoint> Known(IReadOnlyList<string> notes) =>
        KnownCheckpoints.Open(notes, [.. _notes.Values], "this ledger");

    private void Follow(StoredEntry entry)
    {
        try
        {
            if (_chain.WhyNot(entry) is { } wrong)
            {
                throw new FormatException(wrong);
            }
        }
        catch (JsonException broken)
        {
            throw new FormatException($"Entry {entry.Seq} is no JSON.", broken);
        }
    }

    private static Checkpoint Open(string note, NoteKey key)
    {
        try
        {
            return Checkpoint.Open(note, [key]);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"The last checkpoint: {wrong.Message}", wrong);
        }
    }

    /// <summary>What could not be checked, as a line of its own; empty: nothing.</summary>
    public string Unproven =>
        _chain.Unproven.Count == 0
            ? ""
            : $"\nNot checked: who signed for the keys of entries {string.Join(", ", _chain.Unproven)}, because the keys before them are not here.";

    private Jwk? Token(string kid) =>
        _notes.TryGetValue(kid, out var note)
            ? PublicKeys.Parse(note.ToString())
            : _tokens.GetValueOrDefault(kid);

    private NoteKey? Line(string kid) => _notes.GetValueOrDefault(kid);

    /// <summary>The public halves that lie beside it: each says itself whose it is, and the entries name it or not.</summary>
    private static IEnumerable<Jwk> Tokens(string path) =>
        System.IO.Directory.Exists(KeysOf(path))
            ? System
                .IO.Directory.GetFiles(KeysOf(path), "*.jwk")
                .Select(f => PublicKeys.Parse(File.ReadAllText(f).Trim()))
                .OfType<Jwk>()
            : [];

    private static string KeysOf(string path) =>
        Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "keys");

    private static string[] Beside(string path, string origin)
    {
        var directory = KeysOf(path);
        string[] keys = System.IO.Directory.Exists(directory)
            ?
            [
                .. System
                    .IO.Directory.GetFiles(directory, "*.vkey")
                    .Select(f => File.ReadAllText(f).Trim())
                    .Where(k => VkeyText.Read(k).Name.Equals(origin, StringComparison.Ordinal)),
            ]
            : [];
        return keys.Length > 0
            ? keys
            : throw new FormatException(
                "There is no verifier key beside it: say the one that you were given (--key FILE.vkey)."
            );
    }
}
