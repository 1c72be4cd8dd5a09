using System.Text.Json.Nodes;

namespace ChatApprovals.Tests.Inbox;

/// <summary>Bodies of <c>POST /v1/requests</c>, and ways to change them.</summary>
internal static class Bodies
{
    public static JsonObject Least() =>
        JsonNode
            .Parse(
                """
                {"action": {"name": "db.table.drop"},
                 "resource": {"type": "postgres.table", "id": "crm.customers"},
                 "initiator": {"type": "human", "id": "alice@acme.example"}}
                """
            )!
            .AsObject();

    /// <summary>The contract's example, with the parts it shortens filled in.</summary>
    public static JsonObject Full() =>
        JsonNode
            .Parse(
                """
                {
                  "action": {"name": "iam.role.attach_policy", "properties": {"policy": "AdministratorAccess"}},
                  "resource": {"type": "aws.iam.role", "id": "arn:aws:iam::123456789012:role/deployer",
                               "properties": {"environment": "production"}},
                  "context": {"change_ticket": "CHG-1042"},
                  "initiator": {"type": "human", "id": "alice@acme.example", "name": "Alice Ng"},
                  "on_behalf_of": [{"type": "agent", "id": "planner"}],
                  "justification": "Deploy 4812 needs to attach the role once.",
                  "risk": "high",
                  "data_scope": {"classification": "restricted", "summary": "customer e-mail addresses",
                                 "records": 1200000, "datasets": ["crm.customers"], "fields": ["email"],
                                 "destination": "s3://exports/2026-11"},
                  "diff": {"format": "unified", "text": "--- a/role.json\n+++ b/role.json\n@@ -1 +1 @@\n-a\n+b\n"},
                  "evidence": [
                    {"kind": "fact", "name": "Pipeline", "value": "deploy #4812"},
                    {"kind": "log", "name": "plan.log", "text": "1 to change"},
                    {"kind": "policy_trace", "source": "opa", "rule": "iam/no-admin", "outcome": "deny", "detail": "x"},
                    {"kind": "link", "name": "Run", "url": "https://ci.acme.example/runs/4812"}],
                  "undo": "aws iam detach-role-policy --role-name deployer",
                  "audience": "https://iam-guard.acme.example",
                  "expires_in": 900
                }
                """
            )!
            .AsObject();

    /// <summary>The way to every value beneath the root: names and indexes.</summary>
    public static IEnumerable<object[]> PathsOf(JsonNode? node, params object[] here)
    {
        var children = node switch
        {
            JsonObject o => o.Select(m => ((object)m.Key, m.Value)),
            JsonArray a => a.Select((item, i) => ((object)i, item)),
            _ => [],
        };
        return children.SelectMany(c =>
            PathsOf(c.Item2, [.. here, c.Item1]).Prepend([.. here, c.Item1])
        );
    }

    public static JsonNode? At(JsonNode body, object[] path) =>
        path.Aggregate((JsonNode?)body, Step);

    /// <summary>Puts a value in place; leaves the body alone where the way is gone by now.</summary>
    public static JsonNode Put(JsonNode body, object[] path, JsonNode? value)
    {
        var parent = At(body, path[..^1]);
        if (parent is JsonObject o && path[^1] is string name)
        {
            o[name] = value;
        }
        else if (parent is JsonArray a && path[^1] is int i && i < a.Count)
        {
            a[i] = value;
        }

        return body;
    }

    private static JsonNode? Step(JsonNode? node, object step) =>
        (node, step) switch
        {
            (JsonObject o, string name) => o[name],
            (JsonArray a, int i) when i < a.Count => a[i],
            _ => null,
        };
}
