using System.Text;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>The public keys of a bundle. Whose they are the entries say.</summary>
/// <param name="Tokens">Of receipts and grants.</param>
/// <param name="Vkeys">Of the checkpoints, by thumbprint; at least one.</param>
/// <param name="Lines">Of their second line, by thumbprint; there may be none.</param>
internal sealed record BundleKeys(
    JwkSet Tokens,
    IReadOnlyDictionary<string, string> Vkeys,
    IReadOnlyDictionary<string, NoteKey> Lines
)
{
    public NoteKey[] Notes { get; } = [.. Vkeys.Values.Select(VkeyText.Read), .. Lines.Values];

    /// <summary>All of them, each under its own name; the auditor's is among them, if there is one.</summary>
    /// <exception cref="FormatException">One is not, or there is none.</exception>
    public static BundleKeys Read(BundleFiles files, string? knownVkey, FileMarks expected)
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in files.Names.Where(n => n.EndsWith(".vkey", StringComparison.Ordinal)))
        {
            var text = Encoding.UTF8.GetString(files.Read(name));
            var vkey = text.EndsWith('\n') ? text[..^1] : text;
            var kid = VkeyText.Kid(vkey);
            if (!name.Equals($"keys/{kid}.vkey", StringComparison.Ordinal))
            {
                throw new FormatException($"{name} holds another key than it is named after.");
            }

            all.Add(kid, vkey);
            expected.Add(name);
        }

        if (all.Values.All(VkeyText.IsLine))
        {
            throw new FormatException("A verifier key (keys/….vkey) is missing.");
        }

        if (knownVkey is not null && !all.ContainsValue(knownVkey.Trim()))
        {
            throw new FormatException(
                $"The bundle's key is {string.Join(" or ", all.Values)}, not the one that you know: it is another ledger, or one that somebody signed anew."
            );
        }

        return new BundleKeys(
            Export.Tokens.KeySet(files),
            all.Where(k => !VkeyText.IsLine(k.Value))
                .ToDictionary(k => k.Key, k => k.Value, StringComparer.Ordinal),
            all.Where(k => VkeyText.IsLine(k.Value))
                .ToDictionary(k => k.Key, k => VkeyText.Read(k.Value), StringComparer.Ordinal)
        );
    }

    /// <summary>Which key signs what, as the entries will say.</summary>
    public KeyChain Chain(string origin) =>
        new(
            origin,
            kid =>
                Tokens.Find(kid)
                ?? (Vkeys.TryGetValue(kid, out var vkey) ? PublicKeys.Parse(vkey) : null)
        )
        {
            FindLine = kid => Lines.GetValueOrDefault(kid),
        };

    /// <summary>The key of a checkpoint of so many entries.</summary>
    /// <exception cref="FormatException">The ledger names none, or the bundle has it not.</exception>
    public string VkeyOf(KeyChain chain, long size) =>
        chain.LedgerKeyOf(size) is not { } kid
            ? throw new FormatException(
                $"The ledger does not know the key {Vkeys.Keys.First()} that its checkpoint is signed with: it was signed anew by somebody else."
            )
        : Vkeys.TryGetValue(kid, out var vkey) ? vkey
        : throw new FormatException(
            $"The ledger does not know the key {Vkeys.Keys.First()} that its checkpoint is signed with, but {kid}: it was signed anew by somebody else."
        );

    /// <summary>Holds a note's second line, whose signature was verified, against the key that was in use for it then.</summary>
    /// <returns>That key, or null: the note has no second line.</returns>
    /// <exception cref="FormatException">It is by another key of the ledger's.</exception>
    public NoteKey? LineOf(KeyChain chain, string name, string note, long size)
    {
        var inUse = chain.LineKeyOf(size);
        NoteKey? found = null;
        foreach (var signature in SignedNote.Parse(note).Signatures)
        {
            var by = Lines.FirstOrDefault(k => signature.IsBy(k.Value));
            if (by.Key is not null && !string.Equals(by.Key, inUse, StringComparison.Ordinal))
            {
                throw new FormatException(
                    $"{name}: the Ed25519 line is of the key {by.Key}, which was not the one in use then."
                );
            }

            found ??= by.Value;
        }

        return found;
    }

    /// <summary>The keys in use then, which signed a note's two lines; the second may be missing.</summary>
    /// <exception cref="FormatException">Another key signed it.</exception>
    public (string Vkey, NoteKey? Line) Signers(KeyChain chain, string name, string note)
    {
        var size = Open(name, note, Notes).Size;
        var vkey = VkeyOf(chain, size);
        RequireKeyOf(name, note, vkey);
        return (vkey, LineOf(chain, name, note, size));
    }

    /// <exception cref="FormatException">None of the keys signed it, or it is no checkpoint.</exception>
    public static Checkpoint Open(string name, string note, params NoteKey[] keys)
    {
        try
        {
            return Checkpoint.Open(note, keys);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{name}: {wrong.Message}", wrong);
        }
    }

    /// <summary>A key that the ledger had before, or will have, signs nothing at that size.</summary>
    private static void RequireKeyOf(string name, string note, string vkey)
    {
        try
        {
            Checkpoint.Open(note, [VkeyText.Read(vkey)]);
        }
        catch (FormatException wrong)
        {
            throw new FormatException(
                $"{name}: the ledger does not know the key that signed it as the one in use then, but {vkey}: it was signed anew by somebody else.",
                wrong
            );
        }
    }

    /// <summary>Keys that the ledger itself does not name are somebody else's.</summary>
    /// <exception cref="FormatException">There is one, or one that it names is missing.</exception>
    public void RequireNamed(KeyChain chain)
    {
        var vkey =
            Vkeys.Keys.FirstOrDefault(kid => !chain.IsOf(KeyChain.Ledger, kid))
            ?? Lines.Keys.FirstOrDefault(kid => !chain.IsOf(KeyChain.Ed25519, kid));
        var strange =
            vkey
            ?? Tokens.Keys.FirstOrDefault(k => chain.PurposeOf(k.Thumbprint) is null)?.Thumbprint;
        if (strange is not null)
        {
            throw new FormatException(
                $"{(vkey is null ? "keys/jwks.json has" : "There is")} the key {strange}, which the ledger does not know."
            );
        }

        var missing = chain.Keys.FirstOrDefault(k =>
            k.Purpose switch
            {
                KeyChain.Ledger => !Vkeys.ContainsKey(k.Kid),
                KeyChain.Ed25519 => !Lines.ContainsKey(k.Kid),
                _ => false,
            }
        );
        if (missing is not null)
        {
            throw new FormatException($"keys/{missing.Kid}.vkey is missing.");
        }
    }
}
