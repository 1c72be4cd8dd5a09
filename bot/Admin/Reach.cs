using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>
/// Whether a policy can be satisfied by the people its groups have now: so that no command takes the last
/// approver away, and so that an agent whose requests nobody could approve is noticed before it asks.
/// </summary>
internal static class Reach
{
    public static bool IsPossible(Policy policy, Register register) =>
        Forecast.CouldSatisfy(policy, register, _ => true);

    /// <summary>In words: <c>it needs 1 of approvers</c>.</summary>
    public static string Needs(Policy policy)
    {
        var stages = policy.Stages.Select(s => $"{s.Count} of {string.Join(" or ", s.Approvers)}");
        return $"it needs {string.Join(" and ", stages)}";
    }

    /// <summary>
    /// A sentence when no policy could be satisfied for this agent once its owners and whoever received
    /// its key are taken out; null when one could.
    /// </summary>
    public static string? WhyNobody(Agent agent, Register register)
    {
        bool Behind(Person person) =>
            register
                .SamePeople(person)
                .SelectMany(s => s.Ids)
                .Any(id => id == agent.KeyCreator || agent.Owners.Contains(id));

        var possible = register.Policies.Policies.Any(p =>
            p.Effect == Effect.Allow
            || (
                p.Effect == Effect.RequireApproval
                && Forecast.CouldSatisfy(p, register, person => !Behind(person))
            )
        );
        return possible
            ? null
            : $"nobody could approve what the agent {agent.Name} asks: its owners and whoever received its "
                + "key may not, and nobody else is in the group. Add somebody: group add approvers @p";
    }

    /// <summary>The policies that could be satisfied before and could not after.</summary>
    public static IEnumerable<Policy> Lost(Register before, Register after) =>
        before.Policies.Policies.Where(p =>
            p.Effect == Effect.RequireApproval && IsPossible(p, before) && !IsPossible(p, after)
        );
}
