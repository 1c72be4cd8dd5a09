using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>The ordered list of policies; the first that matches applies, <c>default</c> is last.</summary>
public sealed record PolicyBook(ImmutableArray<Policy> Policies)
{
    public static PolicyBook Initial { get; } = new([Policy.Default]);

    /// <summary>Made once: all requests that come under a policy keep the same one.</summary>
    private readonly ImmutableArray<Policy> _pinned = [.. Policies.Select(p => p.Pinned())];

    /// <summary>
    /// The policies that apply: those the order names, then those set since, oldest first, then <c>default</c>
    /// (which is there even when it was never set).
    /// </summary>
    public static PolicyBook Of(IEnumerable<Policy> all, PolicyOrder? order)
    {
        var present = all.Where(p => !p.Removed).ToList();
        int PlaceOf(Policy p) =>
            order is not null
            && p.AddedAt <= order.At
            && order.Names.IndexOf(p.Name, 0, StringComparer.Ordinal) is var at and >= 0
                ? at
                : int.MaxValue;
        return new PolicyBook([
            .. present
                .Where(p => !p.IsDefault)
                .OrderBy(PlaceOf)
                .ThenBy(p => p.AddedAt)
                .ThenBy(p => p.Name, StringComparer.Ordinal),
            present.Find(p => p.IsDefault) ?? Policy.Default,
        ]);
    }

    public Policy? Named(string name) =>
        Policies.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.Ordinal));

    /// <summary>
    /// The policy for a request, pinned: the first that matches, else <see cref="Policy.Nothing"/>.
    /// </summary>
    public Policy Choose(AgentName agent, ActionRequest request) =>
        _pinned.FirstOrDefault(p => p.Match.Holds(agent, request)) ?? Policy.Nothing;

    /// <summary>The higher of what the agent says and what the policy says: an agent never lowers it.</summary>
    public static Risk RiskOf(Policy policy, ActionRequest request) =>
        policy.Risk is { } raised && raised > request.Risk ? raised : request.Risk;
}

/// <summary>
/// In which order policies are tried, as somebody arranged them at a time. <c>default</c> is never in it:
/// it is always last.
/// </summary>
public sealed record PolicyOrder(
    ImmutableArray<string> Names,
    DateTimeOffset At,
    ImmutableArray<Widening> Widenings
);
