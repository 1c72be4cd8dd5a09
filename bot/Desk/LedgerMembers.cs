using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>The members of each kind of entry, after the five that all have: written, and read back.</summary>
internal static partial class LedgerMembers
{
    private const string Erased = Erasure.Mark;

    public static void Write(Utf8JsonWriter w, Fact fact, bool inlineConfig)
    {
        switch (fact)
        {
            case Fact.RequestCreated f:
                WriteOpening(w, f.Opening);
                break;
            case Fact.RequestDisplayed f:
                WriteDisplayed(w, f);
                break;
            case Fact.DecisionMade f:
                WriteDecision(w, f.Decision);
                break;
            case Fact.DecisionRefused f:
                WriteRefused(w, f);
                break;
            case Fact.RequestEnded f:
                WriteEnded(w, f);
                break;
            case Fact.ExecutionReported f:
                w.WriteString("outcome", f.Outcome);
                WriteOptional(w, "guard", f.Guard);
                break;
            case Fact.RequestReminded f:
                w.WriteNumber("copies", f.Copies.Length);
                break;
            case Fact.RequestEscalated f:
                w.WriteString("to", string.Join(' ', f.To));
                w.WriteNumber("copies", f.Copies.Length);
                break;
            case Fact.PersonLinked f:
                WriteLinked(w, f);
                break;
            case Fact.PersonUnlinked f:
                WriteUnlinked(w, f);
                break;
            case Fact.KeyCreated f:
                w.WriteString("purpose", f.Purpose);
                break;
            case Fact.ConfigChanged f:
                WriteConfig(w, f, inlineConfig);
                break;
            case Fact.ConfigProposed f:
                WriteProposed(w, f.Change, inlineConfig);
                break;
            default:
                WriteOther(w, fact);
                break;
        }
    }

    public static Fact? Read(StoredEntry entry, JsonElement e) =>
        entry.Kind switch
        {
            EntryKinds.RequestCreated => new Fact.RequestCreated(Id(entry), Opening(entry, e)),
            EntryKinds.RequestDisplayed => new Fact.RequestDisplayed(
                Id(entry),
                e.TryGetProperty("copy", out var copy) ? copy.GetInt32() : null,
                Value<Surface>(e, "surface"),
                Text(e, "conversation"),
                Text(e, "message"),
                Text(e, "display_hash")
            )
            {
                Told = e.TryGetProperty("told", out var told) ? told.GetInt32() : 0,
                Person = Person(e, "person"),
            },
            EntryKinds.DecisionApproved => ReadDecision(entry, e, Verdict.Approved),
            EntryKinds.DecisionRejected => ReadDecision(entry, e, Verdict.Rejected),
            EntryKinds.RequestApproved => Ended(entry, e, RequestStatus.Approved),
            EntryKinds.RequestDenied => Ended(entry, e, RequestStatus.Denied),
            EntryKinds.RequestExpired => Ended(entry, e, RequestStatus.Expired),
            EntryKinds.RequestCancelled => Ended(entry, e, RequestStatus.Cancelled),
            EntryKinds.ExecutionReported => new Fact.ExecutionReported(
                Id(entry),
                Text(e, "outcome"),
                Said(entry)
            )
            {
                Guard = Optional(e, "guard"),
            },
            EntryKinds.RequestReminded => new Fact.RequestReminded(Id(entry), Copies(entry)),
            EntryKinds.RequestEscalated => new Fact.RequestEscalated(
                Id(entry),
                [.. Text(e, "to").Split(' ', StringSplitOptions.RemoveEmptyEntries)],
                Copies(entry)
            ),
            EntryKinds.QuestionAsked => ReadAsked(entry, e),
            EntryKinds.QuestionAnswered => ReadAnswered(entry, e),
            EntryKinds.PersonLinked => ReadLinked(entry, e),
            EntryKinds.PersonUnlinked => ReadUnlinked(entry, e),
            EntryKinds.ConfigChanged => ReadConfig(entry, e),
            EntryKinds.ConfigProposed => ReadProposed(entry, e),
            EntryKinds.ErasurePerformed => ReadErased(entry, e),
            _ => GrantMembers.Read(entry, e),
        };

    private static void WriteDisplayed(Utf8JsonWriter w, Fact.RequestDisplayed f)
    {
        if (f.Copy is { } copy)
        {
            w.WriteNumber("copy", copy);
        }

        WriteOptional(w, "person", f.Person?.ToString());
        w.WriteString("surface", Name(f.Surface));
        w.WriteString("conversation", f.Conversation);
        w.WriteString("message", f.Message);
        w.WriteString("display_hash", f.DisplayHash);
        if (f.Told > 0)
        {
            w.WriteNumber("told", f.Told);
        }
    }

    private static void WriteRefused(Utf8JsonWriter w, Fact.DecisionRefused f)
    {
        w.WriteString("verdict", Name(f.Verdict));
        w.WriteString("refusal", Name(f.Refusal));
        w.WriteString("account", f.Account.ToString());
        WriteOptional(w, "person", f.Person?.ToString());
        w.WriteString("evidence_hash", f.EvidenceHash);
    }

    private static void WriteOpening(Utf8JsonWriter w, Opening o)
    {
        w.WriteString("agent", o.Agent.ToString());
        w.WriteString("action", o.Request.Action.Name);
        w.WriteStartObject("resource");
        w.WriteString("type", o.Request.Resource.Type);
        w.WriteString("id", o.Request.Resource.Id);
        w.WriteEndObject();
        w.WriteString("risk", Name(o.Risk));
        w.WriteString("code", o.Code);
        w.WriteString("binding_hash", o.BindingHash);
        w.WriteStartObject("policy");
        w.WriteString("name", o.Policy.Name);
        w.WriteNumber("version", o.Policy.Version);
        w.WriteString("hash", o.PolicyHash);
        w.WriteEndObject();
        w.WriteString("expires_at", Rfc3339.Write(o.ExpiresAt));
        WriteOptional(w, "idempotency_hash", o.IdempotencyHash);
    }

    private static void WriteDecision(Utf8JsonWriter w, Decision d)
    {
        WriteOptional(w, "person", d.Person?.ToString());
        WriteOptional(w, "account", d.Account?.ToString());
        WriteOptional(w, "for", d.For?.ToString());
        w.WriteString("surface", Name(d.Surface));
        w.WriteString("decided_at", Rfc3339.Write(d.At));
        WriteOptional(w, "display_hash", d.DisplayHash);
        WriteOptional(w, "evidence_hash", d.EvidenceHash);
        if (d.Stage is { } stage)
        {
            w.WriteNumber("stage", stage);
        }
    }

    private static Fact.DecisionMade ReadDecision(
        StoredEntry entry,
        JsonElement e,
        Verdict verdict
    ) =>
        new(
            Id(entry),
            new Decision(
                verdict,
                Person(e, "person"),
                AccountId.TryParse(Optional(e, "account"), provider: null, out var a) ? a : null,
                Personal(entry)?.Name ?? Erased,
                Value<Surface>(e, "surface"),
                e.GetProperty("decided_at").GetDateTimeOffset(),
                Said(entry),
                Optional(e, "display_hash"),
                Optional(e, "evidence_hash")
            )
            {
                Stage = e.TryGetProperty("stage", out var s) ? s.GetInt32() : null,
                For = Person(e, "for"),
            }
        );

    private static void WriteOther(Utf8JsonWriter w, Fact fact)
    {
        if (fact is Fact.ExportCreated f)
        {
            WriteExport(w, f);
        }
        else if (fact is Fact.LedgerRestored restored)
        {
            WriteRestored(w, restored);
        }
        else if (
            fact is not Fact.Heartbeat
            && !WriteTalk(w, fact)
            && !WriteErased(w, fact)
            && !WriteRotated(w, fact)
        )
        {
            GrantMembers.Write(w, fact);
        }
    }

    private static void WriteExport(Utf8JsonWriter w, Fact.ExportCreated f)
    {
        w.WriteString("by", f.By?.ToString() ?? $"operator:{f.Operator}");
        w.WriteString("as", f.As);
        WriteOptional(w, "from", f.From);
        WriteOptional(w, "to", f.To);
        if (f is { Sha256: { } hash, Size: { } size })
        {
            w.WriteString("sha256", hash);
            w.WriteNumber("size", size);
        }
    }

    private static void WriteRestored(Utf8JsonWriter w, Fact.LedgerRestored f)
    {
        w.WriteNumber("epoch", f.Epoch);
        w.WriteNumber("size", f.Size);
        w.WriteString("root", f.Root);
        if (f.KnownSize is { } known)
        {
            w.WriteNumber("known_size", known);
            w.WriteBoolean("forced", known > f.Size);
        }
    }

    private static ImmutableArray<CardCopy> Copies(StoredEntry entry) =>
        entry.Content is { } c
            ? JsonSerializer.Deserialize(c.Body, DeskJson.Default.CopiesContent)!.Copies
            : [];

    private static PersonalContent? Personal(StoredEntry entry) =>
        entry.Content is { } c
            ? JsonSerializer.Deserialize(c.Body, DeskJson.Default.PersonalContent)
            : null;

    private static RequestId Id(StoredEntry entry) => RequestId.Parse(entry.Txn, provider: null);

    private static string Text(JsonElement e, string name) => e.GetProperty(name).GetString()!;

    private static PersonId? Person(JsonElement e, string name) =>
        PersonId.TryParse(Optional(e, name), provider: null, out var id) ? id : null;

    private static string? Optional(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static JsonElement? Element(JsonElement e, string name) =>
        e.TryGetProperty(name, out var value) ? value.Clone() : null;

    private static void WriteOptional(Utf8JsonWriter w, string name, string? value)
    {
        if (value is not null)
        {
            w.WriteString(name, value);
        }
    }

    private static void WriteOptional(Utf8JsonWriter w, string name, JsonElement? value)
    {
        if (value is { } v)
        {
            w.WritePropertyName(name);
            v.WriteTo(w);
        }
    }

    private static void WriteOptional(Utf8JsonWriter w, string name, DateTimeOffset? value) =>
        WriteOptional(w, name, value is { } at ? Rfc3339.Write(at) : null);

    private static string Name<T>(T value)
        where T : struct, Enum => WireNames.Of(value);

    private static T Value<T>(JsonElement e, string name)
        where T : struct, Enum => WireNames.Parse<T>(Text(e, name));
}
