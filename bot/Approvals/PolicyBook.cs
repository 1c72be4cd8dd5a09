using System.Collections.Immutable;
using System.Text.Json;

namespace ChatApprovals.Approvals;

/// <summary>The ordered list of policies; the first that matches applies, <c>default</c> is last.</summary>
public sealed record PolicyBook(ImmutableArray<Policy> Policies)
{
    public static PolicyBook Initial { get; } = new([Policy.Default]);

    /// <summary>The policy for a request, or null when nothing matches, which denies.</summary>
    public Policy? Choose(AgentName agent, ActionRequest request) =>
        Policies.FirstOrDefault(p => Applies(p, agent, request));

    /// <summary>The higher of what the agent says and what the policy says: an agent never lowers it.</summary>
    public static Risk RiskOf(Policy policy, ActionRequest request) =>
        policy.Risk is { } raised && raised > request.Risk ? raised : request.Risk;

    private static bool Applies(Policy policy, AgentName agent, ActionRequest request)
    {
        var match = policy.Match;
        return Any(match.Action, request.Action.Name)
            && Any(match.Agent, agent.ToString())
            && One(match.ResourceType, request.Resource.Type)
            && One(match.ResourceId, request.Resource.Id)
            && One(match.Environment, Environment(request))
            && (match.RiskAtLeast is not { } risk || request.Risk >= risk)
            && (match.RecordsAtLeast is not { } records || request.DataScope?.Records >= records);
    }

    private static string? Environment(ActionRequest request) =>
        request.Resource.Properties.TryGetProperty("environment", out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static bool Any(ImmutableArray<string> globs, string text) =>
        globs.IsEmpty || globs.Any(g => Glob.Matches(g, text));

    private static bool One(string? glob, string? text) =>
        glob is null || (text is not null && Glob.Matches(glob, text));
}
