using System.Text.Json;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;

namespace ChatApprovals.Mcp;

/// <summary>
/// The tools of the contract (section 2) as <c>tools/list</c> tells them: for models to read, so that they
/// send what the inbox takes. The bodies are the inbox's own; ids are added to those that are about one request.
/// </summary>
internal static class Tools
{
    public const string Request = "request_approval";
    public const string Get = "get_approval";
    public const string Wait = "wait_for_approval";
    public const string Cancel = "cancel_approval";
    public const string Report = "report_result";

    public static readonly string[] Names = [Request, Get, Wait, Cancel, Report];

    private const string Party = """
        "properties": {"type": {"enum": ["human", "service", "schedule"]},
                       "id": {"type": "string", "description": "e-mail, chat account or subject"},
                       "name": {"type": "string"}},
        "required": ["type", "id"], "additionalProperties": false
        """;

    private const string Id = """
        "id": {"type": "string", "pattern": "^apr_", "description": "of request_approval's answer"}
        """;

    private const string Looks =
        """{"readOnlyHint": true, "destructiveHint": false, "openWorldHint": false}""";

    private const string Changes =
        """{"readOnlyHint": false, "destructiveHint": false, "idempotentHint": true, "openWorldHint": false}""";

    private static readonly string s_request = $$"""
        {"name": "{{Request}}", "title": "Request approval", "annotations": {{Changes}},
         "description": "Asks people in chat whether one privileged action may run. Describe exactly what you will run: the approval holds for that alone. Never put credentials in. Answers at once, usually `pending` with a code to tell your user; then call wait_for_approval. Asking the same again while it is pending answers the same request.",
         "inputSchema": {"type": "object", "additionalProperties": false,
          "required": ["action", "resource", "initiator"],
          "properties": {
           "action": {"type": "object", "description": "What will run. Whole numbers only inside.", "additionalProperties": false, "required": ["name"],
            "properties": {"name": {"type": "string", "description": "dotted, such as iam.role.attach_policy"}, "properties": {"type": "object", "description": "every parameter that changes what happens"} } },
           "resource": {"type": "object", "description": "What it changes.", "additionalProperties": false, "required": ["type", "id"],
            "properties": {"type": {"type": "string"}, "id": {"type": "string"}, "properties": {"type": "object", "description": "such as environment"} } },
           "context": {"type": "object", "description": "What else belongs to it, such as a change ticket."},
           "subject": {"type": "object", "description": "Leave it out: your key says who you are."},
           "initiator": {"type": "object", "description": "Who wants it: the user you act for. They cannot approve it.", {{Party}} },
           "on_behalf_of": {"type": "array", "description": "Whoever else is behind it.", "items": {"type": "object"} },
           "justification": {"type": "string", "description": "Why; shown as your words."},
           "risk": {"enum": ["low", "medium", "high", "critical"]},
           "data_scope": {"type": "object", "description": "Which data leaves or changes.", "additionalProperties": false,
            "properties": {"classification": {"type": "string", "description": "public, internal, confidential or restricted"}, "summary": {"type": "string"}, "records": {"type": "integer", "minimum": 0},
             "datasets": {"type": "array", "items": {"type": "string"} }, "fields": {"type": "array", "items": {"type": "string"} }, "destination": {"type": "string"} } },
           "diff": {"type": "object", "description": "{format: unified, text} or {format: json, before, after}", "required": ["format"],
            "properties": {"format": {"enum": ["unified", "json"]}, "text": {"type": "string"}, "before": {}, "after": {} } },
           "evidence": {"type": "array", "description": "fact: name, value; log: name, text; policy_trace: source, rule, outcome, detail; link: name, url", "items": {"type": "object", "required": ["kind"],
            "properties": {"kind": {"enum": ["fact", "log", "policy_trace", "link"]} } } },
           "undo": {"type": "string", "description": "How it would be undone."},
           "audience": {"type": "string", "description": "The guard that will run it, if your administrator named one."},
           "expires_in": {"type": "integer", "minimum": 5, "maximum": 86400, "description": "seconds"} } } }
        """;

    private static readonly string s_get = $$"""
        {"name": "{{Get}}", "title": "Get approval", "annotations": {{Looks}},
         "description": "Where one of your requests is now: pending, approved, denied, expired or cancelled, by whom and why.",
         "inputSchema": {"type": "object", "additionalProperties": false, "required": ["id"], "properties": { {{Id}} } } }
        """;

    private static readonly string s_wait = $$"""
        {"name": "{{Wait}}", "title": "Wait for approval", "annotations": {{Looks}},
         "description": "Waits until a request is no longer pending, at most {{HeldCall.SecondsMax}} seconds in one call, and answers where it is. Still pending: call it again.",
         "inputSchema": {"type": "object", "additionalProperties": false, "required": ["id"], "properties": { {{Id}},
          "wait": {"type": "integer", "minimum": 0, "maximum": {{HeldCall.AskedMax}}, "default": {{HeldCall.SecondsMax}}, "description": "seconds; more than {{HeldCall.SecondsMax}} waits {{HeldCall.SecondsMax}}"},
          "timeout_seconds": {"type": "integer", "minimum": 0, "maximum": {{HeldCall.AskedMax}}, "description": "another name of wait; send one"} } } }
        """;

    private static readonly string s_cancel = $$"""
        {"name": "{{Cancel}}", "title": "Cancel approval", "annotations": {{Changes}},
         "description": "Takes a pending request back: nobody has to decide it any more.",
         "inputSchema": {"type": "object", "additionalProperties": false, "required": ["id"], "properties": { {{Id}},
          "reason": {"type": "string", "maxLength": 4000} } } }
        """;

    private static readonly string s_report = $$"""
        {"name": "{{Report}}", "title": "Report result", "annotations": {{Changes}},
         "description": "Says what became of an approved action once you have run it; the card shows it.",
         "inputSchema": {"type": "object", "additionalProperties": false, "required": ["id", "outcome"], "properties": { {{Id}},
          "outcome": {"enum": ["succeeded", "failed"]}, "detail": {"type": "string", "maxLength": 4000} } } }
        """;

    /// <summary>The result of <c>tools/list</c>: one page.</summary>
    public static readonly ListToolsResult All = new()
    {
        Tools =
        [
            .. new[] { s_request, s_get, s_wait, s_cancel, s_report }.Select(t =>
                JsonSerializer.Deserialize(t, McpJsonUtilities.DefaultOptions.GetTypeInfo<Tool>())!
            ),
        ],
    };
}
