using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Inbox;

/// <summary>A request as its agent sees it (contract section 2). Written by hand: this is the hot path.</summary>
internal static class RequestView
{
    public static void Write(Utf8JsonWriter json, Approval approval, Register register)
    {
        var opening = approval.Opening;
        json.WriteStartObject();
        json.WriteString("id", approval.Id.ToString());
        json.WriteString("status", WireNames.Of(approval.Status));
        json.WriteString("binding_hash", opening.BindingHash);
        json.WriteString("salt", opening.Salt);
        json.WriteString("code", opening.Code);
        json.WriteString("created_at", Rfc3339.Write(approval.CreatedAt));
        json.WriteString("expires_at", Rfc3339.Write(opening.ExpiresAt));
        json.WriteString("risk", WireNames.Of(opening.Risk));
        json.WriteStartObject("policy");
        json.WriteString("name", opening.Policy.Name);
        json.WriteNumber("version", opening.Policy.Version);
        json.WriteEndObject();
        StateJson.WriteStages(json, approval, register);
        StateJson.WriteDecisions(json, approval);
        StateJson.WriteQuestions(json, approval);
        StateJson.WriteExecution(json, approval.Execution);
        StateJson.WriteGrant(json, approval);
        if (approval.Erased is { } erased)
        {
            json.WriteString("erased_at", Rfc3339.Write(erased.At));
        }

        json.WriteEndObject();
    }
}
