using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>Where a request is, in the contract's words: to its agent and to who reviews it alike.</summary>
internal static class StateJson
{
    public static void WriteStages(Utf8JsonWriter json, Approval approval, Register register)
    {
        var filled = Quorum.FilledOf(approval, register);
        json.WriteStartArray("stages");
        for (var i = 0; i < approval.Opening.Policy.Stages.Length; i++)
        {
            var stage = approval.Opening.Policy.Stages[i];
            json.WriteStartObject();
            json.WriteStartArray("approvers");
            foreach (var group in stage.Approvers)
            {
                json.WriteStringValue(group);
            }

            json.WriteEndArray();
            json.WriteNumber("required", stage.Count);
            json.WriteNumber("approved", filled[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteDecisions(Utf8JsonWriter json, Approval approval)
    {
        json.WriteStartArray("decisions");
        foreach (var decision in approval.Decisions)
        {
            json.WriteStartObject();
            json.WriteString("verdict", WireNames.Of(decision.Verdict));
            json.WriteString("person", decision.Person?.ToString());
            json.WriteString("name", decision.Name);
            if (decision.For is { } inPlaceOf)
            {
                json.WriteString("for", inPlaceOf.ToString());
            }

            json.WriteString("surface", WireNames.Of(decision.Surface));
            json.WriteString("at", Rfc3339.Write(decision.At));
            json.WriteString("reason", decision.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Not there while nobody has asked: most requests are short.</summary>
    public static void WriteQuestions(Utf8JsonWriter json, Approval approval)
    {
        if (approval.Questions.IsEmpty)
        {
            return;
        }

        json.WriteStartArray("questions");
        foreach (var question in approval.Questions)
        {
            json.WriteStartObject();
            json.WriteString("id", question.Id.ToString());
            json.WriteString("from", question.Name);
            json.WriteString("surface", WireNames.Of(question.Surface));
            json.WriteString("text", question.Text);
            json.WriteString("at", Rfc3339.Write(question.At));
            json.WriteString("answer", question.Answer?.Text);
            if (question.Answer is { } answer)
            {
                json.WriteString("answered_at", Rfc3339.Write(answer.At));
            }
            else
            {
                json.WriteNull("answered_at");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>
    /// What became of the permission, once there is one. Used, and nobody said what came of it: that is unknown, and
    /// nobody can find it out here.
    /// </summary>
    public static void WriteGrant(Utf8JsonWriter json, Approval approval)
    {
        if (approval.Grant is not { } grant)
        {
            return;
        }

        json.WriteStartObject("grant");
        json.WriteString("id", grant.Id?.ToString());
        json.WriteString(
            "status",
            grant.IsConsumed ? "consumed"
                : grant.IsRevoked ? "revoked"
                : "issued"
        );
        if (grant.ConsumedAt is { } used)
        {
            json.WriteString("consumed_at", Rfc3339.Write(used));
            json.WriteString("guard", grant.Guard);
            json.WriteString("outcome", approval.Execution?.Outcome ?? Execution.Unknown);
        }

        json.WriteEndObject();
    }

    public static void WriteExecution(Utf8JsonWriter json, Execution? execution)
    {
        if (execution is null)
        {
            json.WriteNull("execution");
            return;
        }

        json.WriteStartObject("execution");
        json.WriteString("outcome", execution.Outcome);
        json.WriteString("detail", execution.Detail);
        json.WriteString("at", Rfc3339.Write(execution.At));
        json.WriteEndObject();
    }
}
