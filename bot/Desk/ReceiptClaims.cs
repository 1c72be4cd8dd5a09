using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>Where the entry that ended a request stands: which ledger, leaf index, leaf hash.</summary>
public sealed record ReceiptEntry(string Log, long Seq, ReadOnlyMemory<byte> LeafHash);

/// <summary>
/// What a receipt says (contract section 7), in bytes that depend on nothing but the request's facts: whoever
/// has the ledger can make them again and compare. The action's properties are not in it, because a
/// receipt travels and cannot be erased: <c>binding_hash</c> stands for them.
/// </summary>
internal static class ReceiptClaims
{
    /// <summary>The JWS header's <c>typ</c>.</summary>
    public const string Typ = "approval-receipt+jwt";

    /// <summary>An id is made of this many bytes of the entry's leaf hash: 128 bits.</summary>
    private const int IdBytes = 16;

    /// <param name="issuer"><c>PublicUrl</c>.</param>
    /// <param name="approval">A request that has ended.</param>
    /// <param name="entry">Where its end stands in the ledger.</param>
    public static byte[] Write(string issuer, Approval approval, ReceiptEntry entry)
    {
        var ended =
            approval.EndedAt
            ?? throw new InvalidOperationException($"{approval.Id} has not ended: no receipt");
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("iss", issuer);
        json.WriteNumber("iat", ended.ToUnixTimeSeconds());
        json.WriteString("jti", "evt_" + Base64Url.EncodeToString(entry.LeafHash.Span[..IdBytes]));
        json.WriteString("txn", approval.Id.ToString());
        json.WriteString("outcome", WireNames.Of(approval.Status));
        WriteRequest(json, approval.Opening);
        WriteDecisions(json, approval);
        WriteEntry(json, entry);
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRequest(Utf8JsonWriter json, Opening o)
    {
        json.WriteString("agent", o.Agent.ToString());
        json.WriteStartObject("initiator");
        json.WriteString("type", o.Request.Initiator.Type);
        json.WriteString("id", o.Request.Initiator.Id);
        json.WriteEndObject();
        json.WriteStartObject("action");
        json.WriteString("name", o.Request.Action.Name);
        json.WriteEndObject();
        json.WriteStartObject("resource");
        json.WriteString("type", o.Request.Resource.Type);
        json.WriteString("id", o.Request.Resource.Id);
        json.WriteEndObject();
        json.WriteString("binding_hash", o.BindingHash);
        json.WriteStartObject("policy");
        json.WriteString("name", o.Policy.Name);
        json.WriteNumber("version", o.Policy.Version);
        json.WriteString("hash", o.PolicyHash);
        json.WriteEndObject();
    }

    private static void WriteDecisions(Utf8JsonWriter json, Approval approval)
    {
        json.WriteStartArray("decisions");
        foreach (var d in approval.Decisions)
        {
            json.WriteStartObject();
            json.WriteString("verdict", WireNames.Of(d.Verdict));
            json.WriteString("person", d.Person?.ToString());
            if (d.For is { } inPlaceOf)
            {
                json.WriteString("for", inPlaceOf.ToString());
            }

            json.WriteString("surface", WireNames.Of(d.Surface));
            json.WriteString("account", d.Account?.ToString());
            json.WriteString("at", Rfc3339.Write(d.At));
            json.WriteString("reason", d.Reason);
            json.WriteString("display_hash", d.DisplayHash);
            json.WriteString("evidence_hash", d.EvidenceHash);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, ReceiptEntry entry)
    {
        json.WriteStartObject("entry");
        json.WriteString("log", entry.Log);
        json.WriteNumber("seq", entry.Seq);
        json.WriteString("leaf_hash", Base64Url.EncodeToString(entry.LeafHash.Span));
        json.WriteEndObject();
    }
}
