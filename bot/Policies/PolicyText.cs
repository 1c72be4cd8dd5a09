using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ChatApprovals.Approvals;
using DiffPlex;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace ChatApprovals.Policies;

/// <summary>
/// Writes a policy as the YAML that gives it back: what is not said is left out, but for what everybody
/// should see. Equal policies give equal text.
/// </summary>
public static class PolicyText
{
    private const string Plain = "abcdefghijklmnopqrstuvwxyz0123456789._-/";

    public static string Write(Policy policy)
    {
        var yaml = new StringBuilder();
        Line(yaml, "name", Quoted(policy.Name));
        WriteMatch(yaml, policy.Match);
        Line(yaml, "effect", WireNames.Of(policy.Effect));
        Line(yaml, "risk", policy.Risk is { } risk ? WireNames.Of(risk) : null);
        if (policy.Effect == Effect.RequireApproval)
        {
            WriteStages(yaml, policy);
        }

        Line(yaml, "expires_in", Duration.Write(policy.ExpiresIn));
        Line(yaml, "approval_valid_for", Duration.Write(policy.ApprovalValidFor));
        Line(yaml, "grant_ttl", Duration.Write(policy.GrantTtl));
        var keys = policy.SenderConstrained;
        Line(yaml, "sender_constrained", keys is { } from ? WireNames.Of(from) : null);
        Line(yaml, "dwell", policy.Dwell == 0 ? null : Duration.Write(policy.Dwell));
        Line(yaml, "remind_after", policy.RemindAfter is { } after ? Duration.Write(after) : null);
        if (policy.Escalate is { } escalate)
        {
            var to = List(escalate.To);
            Line(yaml, "escalate", $"{{after: {Duration.Write(escalate.After)}, to: {to}}}");
        }

        var notify = policy.Notify.Select(DestinationText.Write).ToImmutableArray();
        Line(yaml, "notify", notify.IsEmpty ? null : List(notify));
        return yaml.ToString();
    }

    /// <summary>A stage as people say it: <c>2 of sre or dev</c>, one after the other or in any order.</summary>
    public static string Needs(Policy policy) =>
        string.Join(
            policy.Order == StageOrder.Sequential ? ", then " : " and ",
            policy.Stages.Select(s => $"{s.Count} of {string.Join(" or ", s.Approvers)}")
        );

    /// <summary>What changed between two texts: <c>- </c> went, <c>+ </c> came, two spaces stayed.</summary>
    public static ImmutableArray<string> Diff(string before, string after) =>
        [
            .. new InlineDiffBuilder(new Differ())
                .BuildDiffModel(before, after)
                .Lines.Where(l => l.Text.Length > 0)
                .Select(l =>
                    l.Type switch
                    {
                        ChangeType.Inserted => "+ " + l.Text,
                        ChangeType.Deleted => "- " + l.Text,
                        _ => "  " + l.Text,
                    }
                ),
        ];

    private static void WriteMatch(StringBuilder yaml, PolicyMatch match)
    {
        if (match.IsEverything())
        {
            return;
        }

        yaml.Append("match:\n");
        Line(yaml, "  action", ListOrNull(match.Action));
        if (!match.ResourceType.IsEmpty || !match.ResourceId.IsEmpty)
        {
            var parts = new[]
            {
                match.ResourceType.IsEmpty ? null : $"type: {List(match.ResourceType)}",
                match.ResourceId.IsEmpty ? null : $"id: {List(match.ResourceId)}",
            };
            Line(yaml, "  resource", $"{{{string.Join(", ", parts.OfType<string>())}}}");
        }

        Line(yaml, "  environment", ListOrNull(match.Environment));
        Line(yaml, "  agent", ListOrNull(match.Agent));
        Line(yaml, "  risk_at_least", match.RiskAtLeast is { } risk ? WireNames.Of(risk) : null);
        Line(yaml, "  classification_at_least", match.ClassificationAtLeast);
        Line(
            yaml,
            "  records_at_least",
            match.RecordsAtLeast?.ToString(CultureInfo.InvariantCulture)
        );
    }

    private static void WriteStages(StringBuilder yaml, Policy policy)
    {
        yaml.Append("stages:\n");
        foreach (var stage in policy.Stages)
        {
            yaml.Append(
                CultureInfo.InvariantCulture,
                $"  - {{approvers: {List(stage.Approvers)}, count: {stage.Count}}}\n"
            );
        }

        Line(yaml, "order", WireNames.Of(policy.Order));
        var approve = policy.ApproveNeedsReason ? "required" : "optional";
        var reject = policy.RejectNeedsReason ? "required" : "optional";
        Line(yaml, "reason", $"{{approve: {approve}, reject: {reject}}}");
    }

    private static void Line(StringBuilder yaml, string key, string? value)
    {
        if (value is not null)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"{key}: {value}\n");
        }
    }

    private static string? ListOrNull(ImmutableArray<string> texts) =>
        texts.IsEmpty ? null : List(texts);

    private static string List(ImmutableArray<string> texts) =>
        $"[{string.Join(", ", texts.Select(Quoted))}]";

    /// <summary>Bare only what no reader of YAML takes for anything else.</summary>
    private static string Quoted(string text) =>
        text.All(c => Plain.Contains(c, StringComparison.Ordinal)) && char.IsAsciiLetter(text[0])
            ? text
            : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
