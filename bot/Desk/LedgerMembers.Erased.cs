using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>What was erased, and what an entry says by itself where what was beside it is gone.</content>
internal static partial class LedgerMembers
{
    /// <summary>The entries whose contents an <c>erasure.performed</c> names.</summary>
    public static ImmutableArray<long> Erasures(JsonElement e) =>
        [.. e.GetProperty("entries").EnumerateArray().Select(s => s.GetInt64())];

    /// <summary>What is left of a request's opening: the entry's own members.</summary>
    public static Opening OpeningLeft(JsonElement e)
    {
        var (resource, policy) = (e.GetProperty("resource"), e.GetProperty("policy"));
        var none = JsonElement.Parse("{}"u8);
        return new Opening
        {
            Agent = AgentName.Parse(Text(e, "agent"), provider: null),
            Request = new ActionRequest
            {
                Action = new NamedAction(Text(e, "action"), none),
                Resource = new Resource(Text(resource, "type"), Text(resource, "id"), none),
                Context = none,
                Initiator = new Party(Erased, Erased, Name: null),
            },
            Salt = "",
            BindingHash = Text(e, "binding_hash"),
            Code = Text(e, "code"),
            Policy = new Policy(Text(policy, "name"), policy.GetProperty("version").GetInt32()),
            ErasedPolicyHash = Text(policy, "hash"),
            Risk = Value<Risk>(e, "risk"),
            Owners = [],
            KeyCreator = default,
            Eligible = [],
            ExpiresAt = e.GetProperty("expires_at").GetDateTimeOffset(),
            Copies = [],
            BodyHash = "",
            IdempotencyHash = Optional(e, "idempotency_hash"),
        };
    }

    private static Opening Opening(StoredEntry entry, JsonElement e) =>
        entry switch
        {
            { Content.Body: var body } => JsonSerializer.Deserialize(
                body,
                DeskJson.Default.Opening
            )!,
            { ErasedBy: not null } => OpeningLeft(e),
            _ => throw new InvalidDataException($"entry {entry.Seq}: its content is missing"),
        };

    /// <summary>Somebody's words; null: there were none.</summary>
    private static string? Said(StoredEntry entry) =>
        entry.ErasedBy is null ? Personal(entry)?.Text : Erased;

    private static bool WriteErased(Utf8JsonWriter w, Fact fact)
    {
        switch (fact)
        {
            case Fact.RequestErased f:
                WriteErasure(w, "request", f.Erasure, f.Entries);
                return true;
            case Fact.PersonErased f:
                WriteErasure(w, "person", f.Erasure, f.Entries);
                WriteTexts(w, "accounts", f.Accounts);
                WriteTexts(w, "same", f.Same);
                return true;
            default:
                return false;
        }
    }

    private static void WriteErasure(
        Utf8JsonWriter w,
        string what,
        Erasure erasure,
        ImmutableArray<long> entries
    )
    {
        w.WriteString("what", what);
        w.WriteString("by", erasure.By.ToString());
        w.WriteString("confirmed_by", erasure.ConfirmedBy.ToString());
        w.WriteString("change", erasure.Change.ToString());
        w.WriteStartArray("entries");
        foreach (var seq in entries)
        {
            w.WriteNumberValue(seq);
        }

        w.WriteEndArray();
    }

    private static void WriteTexts<T>(Utf8JsonWriter w, string name, ImmutableArray<T> values)
        where T : struct
    {
        w.WriteStartArray(name);
        foreach (var value in values)
        {
            w.WriteStringValue(value.ToString());
        }

        w.WriteEndArray();
    }

    private static Fact ReadErased(StoredEntry entry, JsonElement e)
    {
        var erasure = new Erasure(
            PersonId.Parse(Text(e, "by"), provider: null),
            PersonId.Parse(Text(e, "confirmed_by"), provider: null),
            RequestId.Parse(Text(e, "change"), provider: null)
        );
        return Text(e, "what") is "request"
            ? new Fact.RequestErased(Id(entry), erasure, Erasures(e), Copies(entry))
            : new Fact.PersonErased(
                PersonId.Parse(entry.Txn, provider: null),
                erasure,
                Erasures(e),
                [.. Texts(e, "accounts").Select(a => AccountId.Parse(a, provider: null))],
                [.. Texts(e, "same").Select(p => PersonId.Parse(p, provider: null))]
            );
    }

    private static IEnumerable<string> Texts(JsonElement e, string name) =>
        e.GetProperty(name).EnumerateArray().Select(t => t.GetString()!);
}
