using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;

namespace ChatApprovals.Desk;

/// <summary>The members of the entries about grants. Nothing personal is in them, and never a token.</summary>
internal static class GrantMembers
{
    public static void Write(Utf8JsonWriter w, Fact fact)
    {
        switch (fact)
        {
            case Fact.GrantIssued f:
                w.WriteString("grant", f.Grant.ToString());
                w.WriteString("audience", f.Audience);
                w.WriteString("expires_at", Rfc3339.Write(f.ExpiresAt));
                w.WriteString("kid", f.Kid);
                WriteOptional(w, "jkt", f.Jkt);
                break;
            case Fact.GrantConsumed f:
                w.WriteString("grant", f.Grant.ToString());
                w.WriteString("guard", f.Guard);
                if (f.Forwarded)
                {
                    w.WriteBoolean("forwarded", true);
                }

                break;
            case Fact.GrantRefused f:
                WriteGrant(w, f.Grant);
                WriteOptional(w, "guard", f.Guard);
                WriteOptional(w, "agent", f.Agent?.ToString());
                w.WriteString("refusal", WireNames.Of(f.Refusal));
                break;
            case Fact.GrantRevoked f:
                WriteGrant(w, f.Grant);
                w.WriteString("by", f.By?.ToString() ?? Confirming.ByItself);
                break;
            default:
                throw new InvalidOperationException($"{fact.GetType().Name} has no members");
        }
    }

    /// <summary>Null for every other kind, and for what was refused: it changes nothing.</summary>
    public static Fact? Read(StoredEntry entry, JsonElement e) =>
        entry.Kind switch
        {
            EntryKinds.GrantIssued => new Fact.GrantIssued(
                Id(entry),
                GrantId.Parse(Text(e, "grant"), provider: null),
                Text(e, "audience"),
                e.GetProperty("expires_at").GetDateTimeOffset(),
                Text(e, "kid")
            )
            {
                Jkt = e.TryGetProperty("jkt", out var jkt) ? jkt.GetString() : null,
            },
            EntryKinds.GrantConsumed => new Fact.GrantConsumed(
                Id(entry),
                GrantId.Parse(Text(e, "grant"), provider: null),
                Text(e, "guard")
            )
            {
                Forwarded = e.TryGetProperty("forwarded", out var sent) && sent.GetBoolean(),
            },
            EntryKinds.GrantRevoked => new Fact.GrantRevoked(
                Id(entry),
                e.TryGetProperty("grant", out var grant)
                    ? GrantId.Parse(grant.GetString()!, provider: null)
                    : null,
                PersonId.TryParse(Text(e, "by"), provider: null, out var by) ? by : null
            ),
            _ => null,
        };

    private static void WriteGrant(Utf8JsonWriter w, GrantId? grant)
    {
        if (grant is { } id)
        {
            w.WriteString("grant", id.ToString());
        }
    }

    private static void WriteOptional(Utf8JsonWriter w, string name, string? value)
    {
        if (value is not null)
        {
            w.WriteString(name, value);
        }
    }

    private static RequestId Id(StoredEntry entry) => RequestId.Parse(entry.Txn, provider: null);

    private static string Text(JsonElement e, string name) => e.GetProperty(name).GetString()!;
}
