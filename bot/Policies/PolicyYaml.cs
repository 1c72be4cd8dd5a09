using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Policies;

/// <summary>What reading a policy comes to.</summary>
public abstract record PolicyReading
{
    private PolicyReading() { }

    /// <summary>Version 0: whoever sets it gives it the next one.</summary>
    public sealed record Accepted(Policy Policy) : PolicyReading;

    /// <summary>What is wrong, in the order of the text, at most ten.</summary>
    public sealed record Refused(ImmutableArray<YamlFault> Faults) : PolicyReading;
}

/// <summary>
/// Reads a policy from YAML, strictly: what is not known, not of its kind or out of range is refused with
/// line and column. Knows nothing of the groups there are. Pure; never throws.
/// </summary>
public static class PolicyYaml
{
    private const int FaultsMax = 10;

    /// <summary>Own limit.</summary>
    private const int StagesMax = 10;

    /// <summary>Own limit: more people than any request should wait for.</summary>
    private const int CountMax = 50;

    /// <summary>Contract, section 2: <c>expires_in</c>.</summary>
    private const int ExpiresMin = 5;
    private const int Day = 86_400;

    /// <summary>Contract, section 3: a grant lives for 300 s at most.</summary>
    private const int GrantTtlMax = 300;
    private const int DwellMax = 3_600;
    private const long RecordsMax = 9_007_199_254_740_991;

    /// <param name="yaml">The text.</param>
    /// <param name="name">The name it is set by; a <c>name</c> in the text must be the same.</param>
    public static PolicyReading Read(string yaml, string name)
    {
        var (root, fault) = YamlTree.Read(yaml);
        if (root is null)
        {
            return new PolicyReading.Refused([fault!]);
        }

        List<YamlFault> faults = [];
        var policy = Policy(root, name, faults);
        return faults.Count == 0
            ? new PolicyReading.Accepted(policy)
            : new PolicyReading.Refused([
                .. faults.OrderBy(f => f.At.Line).ThenBy(f => f.At.Column).Take(FaultsMax),
            ]);
    }

    private static Policy Policy(YamlNode root, string name, List<YamlFault> faults)
    {
        var fields = YamlFields.Open(
            root,
            faults,
            "name",
            "match",
            "effect",
            "risk",
            "stages",
            "order",
            "reason",
            "expires_in",
            "approval_valid_for",
            "grant_ttl",
            "sender_constrained",
            "dwell",
            "remind_after",
            "escalate",
            "notify"
        );
        fields.Word("name", name);
        var effect = fields.Word<Effect>("effect") ?? Effect.RequireApproval;
        var reason = fields.Map("reason", "approve", "reject");
        var policy = new Policy(name, 0)
        {
            Match = Match(fields),
            Effect = effect,
            Risk = fields.Word<Risk>("risk"),
            SenderConstrained = fields.Word<Risk>("sender_constrained"),
            Stages = Stages(root, fields, effect, faults),
            Order = fields.Word<StageOrder>("order") ?? StageOrder.Any,
            ApproveNeedsReason = IsRequired(reason, "approve"),
            RejectNeedsReason = IsRequired(reason, "reject"),
            Notify = Notify(fields),
        };
        return Times(fields, policy);
    }

    private static Policy Times(YamlFields fields, Policy policy)
    {
        var expires = fields.Duration("expires_in", ExpiresMin, Day) ?? policy.ExpiresIn;
        var escalate = fields.Map("escalate", "after", "to");
        return policy with
        {
            ExpiresIn = expires,
            ApprovalValidFor =
                fields.Duration("approval_valid_for", 1, Day) ?? policy.ApprovalValidFor,
            GrantTtl = fields.Duration("grant_ttl", 1, GrantTtlMax) ?? policy.GrantTtl,
            Dwell = fields.Duration("dwell", 0, Math.Min(DwellMax, expires - 1)) ?? policy.Dwell,
            RemindAfter = fields.Duration("remind_after", 1, expires - 1),
            Escalate = fields.Node("escalate") is { } node
                ? Escalation(node, escalate, expires)
                : null,
        };
    }

    private static Escalation? Escalation(YamlNode node, YamlFields fields, int expires)
    {
        var after = fields.Duration("after", 1, expires - 1);
        var to = fields.Texts("to", NotAGroup);
        if (node is YamlNode.Map && (!fields.Has("after") || !fields.Has("to")))
        {
            fields.Add(node, "\"escalate\" needs both: {after: 10m, to: [group]}");
        }

        return after is { } seconds ? new Escalation(seconds, to) : null;
    }

    private static PolicyMatch Match(YamlFields fields)
    {
        var match = fields.Map(
            "match",
            "action",
            "resource",
            "environment",
            "agent",
            "risk_at_least",
            "classification_at_least",
            "records_at_least"
        );
        var resource = match.Map("resource", "type", "id");
        return new PolicyMatch
        {
            Action = match.Texts("action", _ => null),
            ResourceType = resource.Texts("type", _ => null),
            ResourceId = resource.Texts("id", _ => null),
            Environment = match.Texts("environment", _ => null),
            Agent = match.Texts("agent", _ => null),
            RiskAtLeast = match.Word<Risk>("risk_at_least"),
            ClassificationAtLeast = match.Word(
                "classification_at_least",
                [.. PolicyMatch.Classifications]
            ),
            RecordsAtLeast = match.Whole("records_at_least", 0, RecordsMax),
        };
    }

    private static ImmutableArray<Stage> Stages(
        YamlNode root,
        YamlFields fields,
        Effect effect,
        List<YamlFault> faults
    )
    {
        switch (fields.Node("stages"))
        {
            case null
                when effect == Effect.RequireApproval
                    && root is YamlNode.Map
                    && fields.Node("effect") is null or YamlNode.Text { Value: "require_approval" }:
                fields.Add(
                    root,
                    "\"stages\" is missing: write who must approve, for example "
                        + "stages: [{approvers: [approvers], count: 1}]"
                );
                return [];
            case null:
                return [];
            case var node when effect != Effect.RequireApproval:
                fields.Add(
                    node,
                    $"effect {WireNames.Of(effect)} asks nobody: leave \"stages\" out"
                );
                return [];
            case YamlNode.List { Items.Length: > 0 and <= StagesMax } list:
                return [.. list.Items.Select(i => Stage(i, faults))];
            case var node:
                fields.Add(node, $"\"stages\" must be a list of 1 to {StagesMax} stages");
                return [];
        }
    }

    private static Stage Stage(YamlNode node, List<YamlFault> faults)
    {
        var fields = YamlFields.Open(node, faults, "approvers", "count");
        if (node is YamlNode.Map && !fields.Has("approvers"))
        {
            fields.Add(node, "a stage needs \"approvers\": the groups who may approve in it");
        }

        return new Stage(
            fields.Texts("approvers", NotAGroup),
            (int)(fields.Whole("count", 1, CountMax) ?? 1)
        );
    }

    private static ImmutableArray<Destination> Notify(YamlFields fields) =>
        [
            .. fields
                .Texts(
                    "notify",
                    t =>
                        DestinationText.Parse(t) is null
                            ? $"\"{t}\" is not a place: use slack:C0123ABC or teams:19:…@thread.tacv2"
                            : null
                )
                .Select(t => DestinationText.Parse(t)!),
        ];

    private static bool IsRequired(YamlFields reason, string verdict) =>
        reason.Word(verdict, "optional", "required") is "required";

    private static string? NotAGroup(string name) =>
        AgentName.TryParse(name, provider: null, out _)
            ? null
            : $"\"{name}\" is not a group's name: a-z 0-9 . _ -";
}
