using System.Buffers;
using System.Text.Json;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// The entries for a SIEM, one OCSF 1.8.0 event a line: Entity Management (3004) for what happens to
/// requests, people, configuration and keys, API Activity (6003) for what agents report. OCSF has no class for
/// approvals; what has no member there stands in <c>unmapped</c>. A view: the evidence is the entry, named by
/// <c>metadata.sequence</c> and its leaf hash.
/// </summary>
public static class OcsfLines
{
    private const int EntityManagement = 3004;
    private const int ApiActivity = 6003;
    private const int Other = 99;

    /// <summary>Of <c>managed_entity.type_id</c>.</summary>
    private const int User = 2;

    public static IEnumerable<ReadOnlyMemory<byte>> Write(LedgerSpan span)
    {
        foreach (var (entry, request) in span.Told(RequestGist.Name))
        {
            yield return Line(span, entry, request);
        }
    }

    private static byte[] Line(LedgerSpan span, StoredEntry entry, RequestGist? request)
    {
        var members = LedgerSpan.Members(entry);
        var isRun = entry.Kind is EntryKinds.ExecutionReported;
        var agent = isRun ? request?.Agent ?? "" : EventLines.Text(members, "agent");
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteClass(json, entry, isRun ? ApiActivity : EntityManagement);
            WriteMetadata(json, span, entry);
            if (isRun)
            {
                WriteRun(json, request?.Action ?? "", agent);
                WriteStatus(json, EventLines.Text(members, "outcome"));
            }
            else
            {
                WriteEntity(json, entry, members);
            }

            WriteActor(json, members, agent);
            json.WriteStartObject("unmapped");
            json.WriteString("leaf_hash", EventLines.LeafHash(entry));
            if (span.ErasureOf(entry) is { } erasure)
            {
                json.WriteString("erased", erasure.How);
            }

            json.WritePropertyName("entry");
            members.WriteTo(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return [.. buffer.WrittenSpan, (byte)'\n'];
    }

    private static void WriteClass(Utf8JsonWriter json, StoredEntry entry, int type)
    {
        var isRun = type == ApiActivity;
        var activity = isRun ? Other : ActivityOf(entry.Kind);
        json.WriteNumber("category_uid", isRun ? 6 : 3);
        json.WriteNumber("class_uid", type);
        json.WriteNumber("activity_id", activity);
        if (activity == Other)
        {
            json.WriteString("activity_name", entry.Kind);
        }

        json.WriteNumber("type_uid", (type * 100L) + activity);
        json.WriteNumber("severity_id", IsRefusal(entry.Kind) ? 3 : 1);
        json.WriteNumber("time", entry.At.ToUnixTimeMilliseconds());
        json.WriteString("message", entry.Kind);
        if (DispositionOf(entry.Kind) is var (action, disposition))
        {
            json.WriteNumber("action_id", action);
            json.WriteNumber("disposition_id", disposition);
        }
    }

    /// <summary>Of 3004: 1 Create, 3 Update, 4 Delete; what else happens to an approval is not among its names.</summary>
    private static int ActivityOf(string kind) =>
        kind switch
        {
            EntryKinds.RequestCreated or EntryKinds.KeyCreated or EntryKinds.GrantIssued => 1,
            EntryKinds.ConfigChanged
            or EntryKinds.PersonLinked
            or EntryKinds.PersonUnlinked
            or EntryKinds.KeyRotated => 3,
            EntryKinds.ErasurePerformed => 4,
            _ => Other,
        };

    private static void WriteMetadata(Utf8JsonWriter json, LedgerSpan span, StoredEntry entry)
    {
        json.WriteStartObject("metadata");
        json.WriteString("version", "1.8.0");
        json.WriteString("log_name", span.Origin);
        json.WriteNumber("sequence", entry.Seq);
        json.WriteString("uid", $"{span.Origin}#{entry.Seq}");
        if (entry.Txn.Length > 0)
        {
            json.WriteString("correlation_uid", entry.Txn);
        }

        if (DispositionOf(entry.Kind) is not null)
        {
            json.WriteStartArray("profiles");
            json.WriteStringValue("security_control");
            json.WriteEndArray();
        }

        json.WriteStartObject("product");
        json.WriteString("name", "ChatApprovals");
        json.WriteString("vendor_name", "ChatApprovals");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEntity(Utf8JsonWriter json, StoredEntry entry, JsonElement members)
    {
        var isUser = entry.Txn.StartsWith("per_", StringComparison.Ordinal);
        json.WriteStartObject("entity");
        json.WriteNumber("type_id", isUser ? User : Other);
        json.WriteString("type", isUser ? "User" : TypeOf(entry.Kind));
        json.WriteString("uid", entry.Txn.Length > 0 ? entry.Txn : entry.Kind);
        if (isUser)
        {
            json.WriteStartObject("user");
            json.WriteString("uid", entry.Txn);
            json.WriteEndObject();
        }

        if (EventLines.Text(members, "action") is { Length: > 0 } action)
        {
            json.WriteString("name", action);
        }

        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json, string action, string agent)
    {
        json.WriteStartObject("api");
        json.WriteString("operation", action);
        json.WriteEndObject();
        json.WriteStartObject("src_endpoint");
        json.WriteString("svc_name", agent);
        json.WriteEndObject();
    }

    /// <summary><c>status_id</c>: 1 success, 2 failure, 0 unknown.</summary>
    private static void WriteStatus(Utf8JsonWriter json, string outcome)
    {
        json.WriteNumber(
            "status_id",
            outcome switch
            {
                "succeeded" => 1,
                "failed" => 2,
                _ => 0,
            }
        );
        json.WriteString("status_detail", outcome);
    }

    private static void WriteActor(Utf8JsonWriter json, JsonElement members, string agent)
    {
        var person = EventLines.Text(members, "person");
        person = person.Length > 0 ? person : EventLines.Text(members, "by");
        json.WriteStartObject("actor");
        json.WriteString("app_name", agent.Length > 0 ? agent : "ChatApprovals");
        if (person.Length > 0)
        {
            json.WriteStartObject("user");
            json.WriteString("uid", person);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    /// <summary>
    /// <c>action_id</c> (1 allowed, 2 denied) and <c>disposition_id</c> (8 approved, 24 revoked, 25 rejected, 26 unauthorized) of
    /// the security_control profile.
    /// </summary>
    private static (int Action, int Disposition)? DispositionOf(string kind) =>
        kind switch
        {
            EntryKinds.DecisionApproved or EntryKinds.RequestApproved => (1, 8),
            EntryKinds.DecisionRejected or EntryKinds.RequestDenied => (2, 25),
            EntryKinds.DecisionRefused or EntryKinds.GrantRefused => (2, 26),
            EntryKinds.GrantRevoked => (2, 24),
            _ => null,
        };

    private static bool IsRefusal(string kind) =>
        kind is EntryKinds.DecisionRefused or EntryKinds.GrantRefused;

    private static string TypeOf(string kind) =>
        kind.Split('.')[0] switch
        {
            "request" or "decision" or "question" => "ApprovalRequest",
            "grant" => "Grant",
            "config" => "Configuration",
            "key" => "Key",
            _ => "Ledger",
        };
}
