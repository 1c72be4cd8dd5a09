using System.Text.Json;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>One key as the ledger names it: from which entry on, and until which other took its place.</summary>
internal sealed record NamedKey(string Kid, string Purpose, long Seq, DateTimeOffset At)
{
    /// <summary>As its entry has it; null of keys that were there from the start.</summary>
    public string? Public { get; init; }

    public DateTimeOffset? RetiredAt { get; init; }
}

/// <summary>
/// Which key signs what from which entry on, as <c>key.created</c> and <c>key.rotated</c> say while a ledger goes by.
/// A key takes another's place only with that other's signature; the ledger itself has one key at a time, and one beside
/// it for the second signature line of its checkpoints.
/// </summary>
/// <param name="origin">The ledger's: a signature for another ledger says nothing here.</param>
/// <param name="find">
/// The public half of a key by its thumbprint; null: it is not known, which fails. Without it no signature is checked:
/// for a ledger that was verified before.
/// </param>
internal sealed class KeyChain(string origin, Func<string, Jwk?>? find)
{
    public const string Ledger = "ledger";

    /// <summary>Of the second line of checkpoints, which is a verifier key of another type.</summary>
    public const string Ed25519 = "ledger-ed25519";

    /// <summary>The <c>typ</c> of the proof.</summary>
    public const string Typ = "approval-key+jwt";

    private readonly List<NamedKey> _keys = [];

    /// <summary>As <c>find</c>, of the keys that sign the second line.</summary>
    public Func<string, NoteKey?> FindLine { get; init; } = _ => null;

    /// <summary>
    /// What a key signed that is known to nobody here is not asked: for who knows only a later one, from which on all is
    /// proven.
    /// </summary>
    public bool MayBeUnknown { get; init; }

    /// <summary>The entries whose proof was not asked for because of <see cref="MayBeUnknown"/>.</summary>
    public List<long> Unproven { get; } = [];

    /// <summary>All of them, in the order of their entries.</summary>
    public IReadOnlyList<NamedKey> Keys => _keys;

    /// <summary>What the previous key signs: that this one takes its place.</summary>
    public static string Prove(string origin, SigningKey previous, string purpose, string kid)
    {
        var claims =
            $$"""{"log":{{Quoted(origin)}},"purpose":{{Quoted(purpose)}},"previous":{{Quoted(previous.Kid)}},"kid":{{Quoted(kid)}}}""";
        return previous.Sign(Typ, System.Text.Encoding.UTF8.GetBytes(claims));
    }

    /// <summary>The purpose of a key that the ledger names, now or before; null: it does not.</summary>
    public string? PurposeOf(string kid) => _keys.LastOrDefault(k => Is(k.Kid, kid))?.Purpose;

    /// <summary>The key of a purpose now, or null.</summary>
    public string? Current(string purpose) =>
        _keys.LastOrDefault(k => Is(k.Purpose, purpose) && k.RetiredAt is null)?.Kid;

    /// <summary>The key that signs a checkpoint of so many entries.</summary>
    public string? LedgerKeyOf(long size) => KeyOf(Ledger, size);

    /// <summary>The key of its second line, if it has one.</summary>
    public string? LineKeyOf(long size) => KeyOf(Ed25519, size);

    /// <summary>The key that signs receipts and exports as of a checkpoint of so many entries.</summary>
    public string? ReceiptKeyOf(long size) => KeyOf(KeyRing.Receipt, size);

    public bool IsOf(string purpose, string kid) =>
        _keys.Any(k => Is(k.Kid, kid) && Is(k.Purpose, purpose));

    /// <summary>Learns the next entry; what is wrong with it, in a sentence, or null.</summary>
    public string? WhyNot(StoredEntry entry)
    {
        if (entry.Kind is not (EntryKinds.KeyCreated or EntryKinds.KeyRotated))
        {
            return null;
        }

        var members = JsonElement.Parse(entry.Bytes);
        var purpose = Text(members, "purpose") ?? "";
        var current = Current(purpose);
        return entry.Kind is EntryKinds.KeyCreated
            ? Created(entry, purpose, current)
            : Rotated(entry, members, purpose, current);
    }

    private string? Created(StoredEntry entry, string purpose, string? current)
    {
        if (purpose is Ledger or Ed25519 && current is not null)
        {
            return $"Entry {entry.Seq} brings another key of the ledger, which the one before did not sign.";
        }

        Retire(purpose, entry.At);
        _keys.Add(new NamedKey(entry.Txn, purpose, entry.Seq, entry.At));
        return null;
    }

    private string? Rotated(StoredEntry entry, JsonElement members, string purpose, string? current)
    {
        var previous = Text(members, "previous");
        if (current is null || !Is(current, previous))
        {
            return $"Entry {entry.Seq} replaces a key that was not the one in use.";
        }

        switch (find is null ? true : IsProven(entry.Txn, purpose, current, members))
        {
            case null when MayBeUnknown:
                Unproven.Add(entry.Seq);
                break;
            case null or false:
                return $"Entry {entry.Seq} replaces the key {current}, which did not sign that.";
            default:
                break;
        }

        Retire(purpose, entry.At);
        _keys.Add(
            new NamedKey(entry.Txn, purpose, entry.Seq, entry.At)
            {
                Public =
                    Text(members, "vkey")
                    ?? (members.TryGetProperty("jwk", out var jwk) ? jwk.GetRawText() : null),
            }
        );
        return null;
    }

    /// <summary>Null: the previous key is not known here.</summary>
    private bool? IsProven(string kid, string purpose, string previous, JsonElement members)
    {
        var proof = Text(members, "proof");
        if (Is(purpose, Ed25519))
        {
            return LineFor(previous) is { } line
                ? Note(Text(members, "vkey"), kid) is { } next
                    && LineKey.IsProven(proof, line, next)
                : null;
        }

        return (find!(previous) ?? Learned(previous)) is { } key
            ? IsProven(kid, purpose, previous, key, proof)
            : null;
    }

    private NoteKey? LineFor(string kid) =>
        FindLine(kid) ?? Note(_keys.LastOrDefault(k => Is(k.Kid, kid))?.Public, kid);

    private NoteKey? Note(string? vkey, string kid) =>
        NoteKey.TryParse(vkey ?? "", out var note)
        && Is(kid, note.Thumbprint)
        && Is(note.Name, origin)
            ? note
            : null;

    private bool IsProven(string kid, string purpose, string previous, Jwk key, string? proof) =>
        proof is not null
        && JwsToken.Parse(proof) is { } token
        && Is(token.Kid ?? "", previous)
        && Jws.Verify(token, key, new JwsPin(JwsAlgorithm.ES256, Typ))
        && Is(Text(token.Payload, "log") ?? "", origin)
        && Is(Text(token.Payload, "purpose") ?? "", purpose)
        && Is(Text(token.Payload, "previous") ?? "", previous)
        && Is(Text(token.Payload, "kid") ?? "", kid);

    /// <summary>A key that the one before it named, with all of it.</summary>
    private Jwk? Learned(string kid) =>
        _keys.LastOrDefault(k => Is(k.Kid, kid))?.Public is { } text
        && PublicKeys.Parse(text) is { } key
        && Is(key.Thumbprint, kid)
            ? key
            : null;

    private string? KeyOf(string purpose, long size) =>
        _keys.LastOrDefault(k => Is(k.Purpose, purpose) && k.Seq < size)?.Kid;

    private void Retire(string purpose, DateTimeOffset at)
    {
        for (var i = 0; i < _keys.Count; i++)
        {
            if (Is(_keys[i].Purpose, purpose) && _keys[i].RetiredAt is null)
            {
                _keys[i] = _keys[i] with { RetiredAt = at };
            }
        }
    }

    private static string Quoted(string text) => JsonSerializer.Serialize(text);

    private static string? Text(JsonElement members, string name) =>
        members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool Is(string one, string? other) =>
        string.Equals(one, other, StringComparison.Ordinal);
}
