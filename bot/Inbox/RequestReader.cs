using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>What <see cref="RequestReader"/> makes of a body.</summary>
public abstract record RequestReading
{
    private RequestReading() { }

    /// <summary><see cref="BodyHash"/>: base64url(SHA-256(JCS of the body)).</summary>
    public sealed record Accepted(ActionRequest Request, string BodyHash) : RequestReading;

    /// <summary>Everything that is wrong with it, at most 20.</summary>
    public sealed record Refused(ImmutableArray<InputError> Errors) : RequestReading;
}

/// <summary>
/// Turns strict JSON (see <see cref="StrictJson"/>) into an <see cref="ActionRequest"/>. Unknown members are
/// refused wherever the shape is fixed, because an approver would not be shown them. Pure; never throws.
/// </summary>
public static class RequestReader
{
    public static RequestReading Read(JsonElement body, AgentName agent)
    {
        var errors = new InputErrors();
        var request = Request(body, agent, errors);
        return errors.Any
            ? new RequestReading.Refused(errors.All())
            : new RequestReading.Accepted(request, HashOf(body));
    }

    private static ActionRequest Request(JsonElement body, AgentName agent, InputErrors errors)
    {
        var fields = Fields.Open(
            body,
            "",
            errors,
            "action",
            "resource",
            "context",
            "subject",
            "initiator",
            "on_behalf_of",
            "justification",
            "risk",
            "data_scope",
            "diff",
            "evidence",
            "undo",
            "audience",
            "expires_in"
        );
        Subject(fields, agent, errors);
        return new ActionRequest
        {
            Action = BoundReader.Action(fields, errors),
            Resource = BoundReader.Resource(fields, errors),
            Context = BoundReader.Context(fields, errors),
            Initiator = Initiator(fields, errors),
            OnBehalfOf = Chain(fields, errors),
            Justification = fields.Text("justification"),
            Risk = Risk(fields),
            DataScope = DataScope(fields, errors),
            Diff = Diff(fields, errors),
            Evidence = EvidenceReader.Read(fields, errors),
            Undo = fields.Text("undo"),
            Audience = Audience(fields, errors),
            ExpiresIn = (int?)
                fields.Whole("expires_in", RequestLimits.ExpiresInMin, RequestLimits.ExpiresInMax),
        };
    }

    /// <summary>Not needed, the key says who asks; but if sent it must say the same.</summary>
    private static void Subject(Fields body, AgentName agent, InputErrors errors)
    {
        if (body.Value("subject") is not { } value)
        {
            return;
        }

        var fields = Fields.Open(value, body.PointerOf("subject"), errors, "type", "id");
        fields.Word("type", "agent");
        var id = fields.RequiredText("id", RequestLimits.NameMax);
        if (!string.Equals(id, agent.ToString(), StringComparison.Ordinal))
        {
            errors.Add(
                fields.PointerOf("id"),
                "not_yours",
                "The name of the agent whose key it is."
            );
        }
    }

    private static Party Initiator(Fields body, InputErrors errors) =>
        body.Required("initiator") is { } value
            ? PartyReader.Read(value, body.PointerOf("initiator"), errors, mayBeAgent: false)
            : new Party("", "", Name: null);

    private static ImmutableArray<Party> Chain(Fields body, InputErrors errors) =>
        [
            .. body.Items("on_behalf_of", RequestLimits.ChainMax)
                .Select(i => PartyReader.Read(i.Item, i.Pointer, errors, mayBeAgent: true)),
        ];

    private static Risk Risk(Fields body) =>
        body.Value("risk") is null
            ? Approvals.Risk.Medium
            : body.Word("risk", "low", "medium", "high", "critical") switch
            {
                "low" => Approvals.Risk.Low,
                "high" => Approvals.Risk.High,
                "critical" => Approvals.Risk.Critical,
                _ => Approvals.Risk.Medium,
            };

    private static DataScope? DataScope(Fields body, InputErrors errors)
    {
        if (body.Value("data_scope") is not { } value)
        {
            return null;
        }

        var fields = Fields.Open(
            value,
            body.PointerOf("data_scope"),
            errors,
            "classification",
            "summary",
            "records",
            "datasets",
            "fields",
            "destination"
        );
        return new DataScope(
            fields.Text("classification", RequestLimits.NameMax),
            fields.Text("summary"),
            fields.Whole("records", 0, StrictJson.IntegerMax),
            fields.Texts("datasets", RequestLimits.ListMax, RequestLimits.NameMax),
            fields.Texts("fields", RequestLimits.ListMax, RequestLimits.NameMax),
            fields.Text("destination", RequestLimits.UrlMax)
        );
    }

    private static RequestedDiff? Diff(Fields body, InputErrors errors)
    {
        if (body.Value("diff") is not { } value)
        {
            return null;
        }

        var at = body.PointerOf("diff");
        if (value.ValueKind == JsonValueKind.Object && IsJsonDiff(value))
        {
            var states = Fields.Open(value, at, errors, "format", "before", "after");
            return new RequestedDiff(
                "json",
                Text: null,
                states.Required("before"),
                states.Required("after")
            );
        }

        var fields = Fields.Open(value, at, errors, "format", "text");
        fields.Word("format", "unified", "json");
        fields.Required("text");
        var text = fields.Text("text");
        return new RequestedDiff("unified", text, Before: null, After: null);
    }

    private static bool IsJsonDiff(JsonElement diff) =>
        diff.TryGetProperty("format", out var format)
        && format.ValueKind == JsonValueKind.String
        && format.ValueEquals("json");

    private static string? Audience(Fields body, InputErrors errors)
    {
        var audience = body.Text("audience", RequestLimits.UrlMax);
        if (
            audience is not null
            && (
                audience.Length == 0 || audience.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            )
        )
        {
            errors.Add(body.PointerOf("audience"), "bad_value", "A URL or a name without spaces.");
        }

        return audience;
    }

    private static string HashOf(JsonElement body) =>
        Base64Url.EncodeToString(SHA256.HashData(CanonicalJson.Write(body)));
}
