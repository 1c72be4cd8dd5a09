using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;

namespace ChatApprovals.Desk;

/// <summary>
/// What a card shows, as JSON: the same facts from the same <see cref="Card"/>. Members that bind stand there
/// exactly as they are run. Everything that came from outside is hostile text in them; <c>text</c> is the card
/// line by line with all that is invisible made visible, for showing to people.
/// </summary>
internal static class ReviewJson
{
    /// <summary>Nobody's copy: a review has no buttons.</summary>
    private static readonly CardCopy s_nowhere = new("", Surface.Api, "");

    public static void Write(Utf8JsonWriter json, Approval approval, Register register)
    {
        var card = ApprovalCard.For(approval, register, s_nowhere, viewer: null, member: null);
        var opening = approval.Opening;
        json.WriteStartObject();
        json.WriteString("id", approval.Id.ToString());
        json.WriteString("status", WireNames.Of(approval.Status));
        json.WriteString("state", Name(card.State));
        json.WriteString("code", opening.Code);
        json.WriteString("created_at", Rfc3339.Write(approval.CreatedAt));
        json.WriteString("expires_at", Rfc3339.Write(opening.ExpiresAt));
        json.WriteString("risk", WireNames.Of(opening.Risk));
        WriteBound(json, opening);
        WritePeople(json, opening, register);
        WritePolicy(json, opening.Policy);
        WriteFacts(json, card);
        WriteScope(json, card.DataScope);
        WriteDiff(json, card.Diff);
        StateJson.WriteStages(json, approval, register);
        StateJson.WriteDecisions(json, approval);
        StateJson.WriteExecution(json, approval.Execution);
        WriteWords(json, card, approval);
        WriteTexts(json, "text", PlainCard.Lines(card));
        json.WriteEndObject();
    }

    private static void WriteBound(Utf8JsonWriter json, Opening opening)
    {
        var request = opening.Request;
        json.WriteStartObject("action");
        json.WriteString("name", request.Action.Name);
        WriteValue(json, "properties", request.Action.Properties);
        json.WriteEndObject();
        json.WriteStartObject("resource");
        json.WriteString("type", request.Resource.Type);
        json.WriteString("id", request.Resource.Id);
        WriteValue(json, "properties", request.Resource.Properties);
        json.WriteEndObject();
        WriteValue(json, "context", request.Context);
        json.WriteString("salt", opening.Salt);
        json.WriteString("binding_hash", opening.BindingHash);
        json.WriteString("audience", request.Audience);
    }

    private static void WritePeople(Utf8JsonWriter json, Opening opening, Register register)
    {
        json.WriteString("agent", opening.Agent.ToString());
        json.WriteStartArray("owners");
        foreach (var owner in opening.Owners)
        {
            json.WriteStartObject();
            json.WriteString("person", owner.ToString());
            json.WriteString("name", register.Person(owner)?.Name);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WritePropertyName("initiator");
        WriteParty(json, opening.Request.Initiator);
        json.WriteStartArray("on_behalf_of");
        foreach (var party in opening.Request.OnBehalfOf)
        {
            WriteParty(json, party);
        }

        json.WriteEndArray();
    }

    private static void WriteParty(Utf8JsonWriter json, Party party)
    {
        json.WriteStartObject();
        json.WriteString("type", party.Type);
        json.WriteString("id", party.Id);
        json.WriteString("calls_itself", party.Name);
        json.WriteEndObject();
    }

    private static void WritePolicy(Utf8JsonWriter json, Policy policy)
    {
        json.WriteStartObject("policy");
        json.WriteString("name", policy.Name);
        json.WriteNumber("version", policy.Version);
        json.WriteString("order", WireNames.Of(policy.Order));
        json.WriteStartObject("reason");
        json.WriteString("approve", policy.ApproveNeedsReason ? "required" : "optional");
        json.WriteString("reject", policy.RejectNeedsReason ? "required" : "optional");
        json.WriteEndObject();
        json.WriteNumber("dwell", policy.Dwell);
        json.WriteEndObject();
    }

    private static void WriteFacts(Utf8JsonWriter json, Card card)
    {
        json.WriteStartArray("facts");
        foreach (var fact in card.Facts)
        {
            json.WriteStartObject();
            json.WriteString("label", fact.Label);
            json.WriteString("value", fact.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteScope(Utf8JsonWriter json, CardDataScope? scope)
    {
        if (scope is null)
        {
            json.WriteNull("data_scope");
            return;
        }

        json.WriteStartObject("data_scope");
        json.WriteString("classification", scope.Classification);
        json.WriteString("summary", scope.Summary);
        if (scope.Records is { } records)
        {
            json.WriteNumber("records", records);
        }

        WriteTexts(json, "datasets", scope.Datasets);
        WriteTexts(json, "fields", scope.Fields);
        json.WriteString("destination", scope.Destination);
        json.WriteEndObject();
    }

    private static void WriteDiff(Utf8JsonWriter json, CardDiff? diff)
    {
        if (diff is null)
        {
            json.WriteNull("diff");
            return;
        }

        json.WriteStartObject("diff");
        json.WriteBoolean("computed", diff.Computed);
        json.WriteString("fault", diff.Fault);
        WriteTexts(json, "flags", diff.Flags);
        json.WriteStartArray("lines");
        foreach (var line in diff.Lines)
        {
            json.WriteStartObject();
            json.WriteString("kind", Name(line.Kind));
            json.WriteString("text", line.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Set apart: what the agent says and nobody checked.</summary>
    private static void WriteWords(Utf8JsonWriter json, Card card, Approval approval)
    {
        json.WriteStartObject("agents_words");
        json.WriteBoolean("verified", value: false);
        json.WriteString("justification", card.Justification);
        json.WriteStartArray("evidence");
        foreach (var piece in card.Evidence)
        {
            json.WriteStartObject();
            json.WriteString("kind", Name(piece.Kind));
            json.WriteString("name", piece.Name);
            json.WriteString("text", piece.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("undo", card.Undo);
        StateJson.WriteQuestions(json, approval);
        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, string name, JsonElement value)
    {
        json.WritePropertyName(name);
        value.WriteTo(json);
    }

    /// <summary><c>PartlyApproved</c> is written <c>partly_approved</c>.</summary>
    private static string Name<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
