using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>Reads <c>evidence</c>: facts, logs, policy traces and links; each kind has its own members.</summary>
internal static class EvidenceReader
{
    public static ImmutableArray<Evidence> Read(Fields body, InputErrors errors) =>
        [
            .. body.Items("evidence", RequestLimits.EvidenceMax)
                .Select(i => One(i.Item, i.Pointer, errors)),
        ];

    private static Evidence One(JsonElement item, string pointer, InputErrors errors) =>
        KindOf(item) switch
        {
            "fact" => Fact(Fields.Open(item, pointer, errors, "kind", "name", "value")),
            "log" => Log(Fields.Open(item, pointer, errors, "kind", "name", "text")),
            "policy_trace" => Trace(
                Fields.Open(item, pointer, errors, "kind", "source", "rule", "outcome", "detail")
            ),
            "link" => Link(Fields.Open(item, pointer, errors, "kind", "name", "url"), errors),
            _ => Unknown(item, pointer, errors),
        };

    private static string? KindOf(JsonElement item) =>
        item.ValueKind == JsonValueKind.Object
        && item.TryGetProperty("kind", out var kind)
        && kind.ValueKind == JsonValueKind.String
            ? kind.GetString()
            : null;

    private static Evidence Fact(Fields fields) =>
        new()
        {
            Kind = "fact",
            Name = fields.RequiredText("name", RequestLimits.NameMax),
            Value = fields.RequiredText("value"),
        };

    private static Evidence Log(Fields fields)
    {
        fields.Required("text");
        return new Evidence
        {
            Kind = "log",
            Name = fields.Text("name", RequestLimits.NameMax),
            Text = fields.Text("text"),
        };
    }

    private static Evidence Trace(Fields fields) =>
        new()
        {
            Kind = "policy_trace",
            Source = fields.RequiredText("source", RequestLimits.NameMax),
            Rule = fields.Text("rule", RequestLimits.NameMax),
            Outcome = fields.Text("outcome", RequestLimits.NameMax),
            Detail = fields.Text("detail"),
        };

    private static Evidence Link(Fields fields, InputErrors errors)
    {
        var url = fields.RequiredText("url", RequestLimits.UrlMax);
        if (url.Length > 0 && !IsWeb(url))
        {
            errors.Add(fields.PointerOf("url"), "bad_value", "An absolute http or https URL.");
        }

        return new Evidence
        {
            Kind = "link",
            Name = fields.Text("name", RequestLimits.NameMax),
            Url = url,
        };
    }

    private static Evidence Unknown(JsonElement item, string pointer, InputErrors errors)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            errors.Add(pointer, "wrong_type", "An object is expected.");
            return new Evidence { Kind = "" };
        }

        var at = JsonPointer.Child(pointer, "kind");
        errors.Add(at, "unknown_value", "One of: fact, log, policy_trace, link.");
        return new Evidence { Kind = "" };
    }

    /// <summary>A link is shown as text; it must not be a script, a file or broken by white space.</summary>
    private static bool IsWeb(string url) =>
        !url.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
        && Uri.TryCreate(url, UriKind.Absolute, out var uri)
        && uri.Scheme is "http" or "https";
}
