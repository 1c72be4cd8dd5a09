using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>
/// Whether a policy can be satisfied by the people its groups have now: so that no command takes the last
/// approver away, and so that an agent whose requests nobody could approve is noticed before it asks.
/// </summary>
internal static class Reach
{
    public static bool IsPossible(Policy policy, Register register) =>
        IsPossible(policy, register, _ => true);

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
                .Any(s => s.Id == agent.KeyCreator || agent.Owners.Contains(s.Id));

        var possible = PolicyBook.Initial.Policies.Any(p =>
            p.Effect == Effect.Allow || IsPossible(p, register, person => !Behind(person))
        );
        return possible
            ? null
            : $"nobody could approve what the agent {agent.Name} asks: its owners and whoever received its "
                + "key may not, and nobody else is in the group. Add somebody: group add approvers @p";
    }

    /// <summary>The policies that could be satisfied before and could not after.</summary>
    public static IEnumerable<Policy> Lost(Register before, Register after) =>
        PolicyBook.Initial.Policies.Where(p =>
            p.Effect == Effect.RequireApproval && IsPossible(p, before) && !IsPossible(p, after)
        );

    /// <summary>One place per human: accounts that share an address fill one together.</summary>
    private static bool IsPossible(Policy policy, Register register, Func<Person, bool> may)
    {
        var people = policy
            .Stages.SelectMany(s => s.Approvers)
            .SelectMany(g => register.Group(g)?.Members ?? [])
            .Distinct()
            .Select(register.Person)
            .OfType<Person>()
            .Where(may)
            .DistinctBy(
                p =>
                    register.SamePeople(p).Select(s => s.Id.ToString()).Min(StringComparer.Ordinal),
                StringComparer.Ordinal
            )
            .Select(p => StagesOf(policy, register, p))
            .ToList();
        return Quorum.CouldBeFilled(policy, people);
    }

    private static ImmutableArray<int> StagesOf(Policy policy, Register register, Person person) =>
        [
            .. policy
                .Stages.Select((stage, index) => (stage, index))
                .Where(s => s.stage.Approvers.Any(g => register.IsInGroup(g, person.Id)))
                .Select(s => s.index),
        ];
}
