using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>
/// Separation of duties: who may decide a request. Nobody behind it may: not the initiator, not anyone
/// it is on behalf of, not the agent's owners (then or now), not whoever received the agent's key, not
/// whoever widened the policy or a group while it was pending. Compared are people: linked accounts, and
/// accounts that share an address in the platforms' directories, are one. There is no setting for any of it.
/// </summary>
public static class Duties
{
    /// <summary>Null when this person may decide now, else the first reason why not.</summary>
    public static Refusal? Judge(
        Approval approval,
        Register register,
        Person clicker,
        Member member
    ) =>
        OfMember(member.Obstacle)
        ?? Exclusion(approval, register, clicker, mustCompare: true)
        ?? Counted(approval, register, clicker)
        ?? Eligibility(approval, register, clicker.Id);

    /// <summary>Why a person is behind the request, or null. Never asks about groups.</summary>
    /// <param name="approval">The request.</param>
    /// <param name="register">People, agents and groups as they are now.</param>
    /// <param name="clicker">Whom it is about.</param>
    /// <param name="mustCompare">
    /// True to refuse when nothing is known of the person that could be compared with a human behind the
    /// request (a decision); false to let that pass (the forecast when a request is made, before the
    /// directory was asked).
    /// </param>
    public static Refusal? Exclusion(
        Approval approval,
        Register register,
        Person clicker,
        bool mustCompare
    )
    {
        var same = register.SamePeople(clicker);
        var opening = approval.Opening;
        var agent = register.Agent(opening.Agent);
        if (Behind(opening.Request.Initiator, same, mustCompare) is { } why)
        {
            return why == Refusal.OnBehalfOf ? Refusal.Initiator : why;
        }

        foreach (var party in opening.Request.OnBehalfOf)
        {
            if (Behind(party, same, mustCompare) is { } behind)
            {
                return behind;
            }
        }

        bool Is(PersonId id) => same.Any(p => p.Id == id);
        if (opening.Owners.Any(Is) || (agent?.Owners.Any(Is) ?? false))
        {
            return Refusal.Owner;
        }

        if (Is(opening.KeyCreator) || (agent is not null && Is(agent.KeyCreator)))
        {
            return Refusal.KeyCreator;
        }

        return register.WidenedSince(opening.Policy, approval.CreatedAt).Any(Is)
            ? Refusal.Widened
            : null;
    }

    /// <summary>The stages whose groups a person was in when the request was made and is in now.</summary>
    public static IEnumerable<int> StagesOf(
        Approval approval,
        Register register,
        PersonId person
    ) =>
        approval
            .Opening.Policy.Stages.Select((stage, index) => (stage, index))
            .Where(s =>
                approval.Opening.Eligible[s.index].Contains(person)
                && s.stage.Approvers.Any(g => register.IsInGroup(g, person))
            )
            .Select(s => s.index);

    private static Refusal? Eligibility(Approval approval, Register register, PersonId person)
    {
        var stages = StagesOf(approval, register, person).ToImmutableArray();
        if (stages.IsEmpty)
        {
            return approval.Opening.Policy.Stages.Any(s =>
                s.Approvers.Any(g => register.IsInGroup(g, person))
            )
                ? Refusal.NotAnApproverThen
                : Refusal.NotAnApprover;
        }

        return Quorum.Of(approval, register).WouldGrowBy(stages) ? null : Refusal.StageNotOpen;
    }

    private static Refusal? Counted(Approval approval, Register register, Person clicker)
    {
        var same = register.SamePeople(clicker);
        return approval.Decisions.Any(d => same.Any(p => p.Id == d.Person))
            ? Refusal.AlreadyCounted
            : null;
    }

    private static Refusal? Behind(Party party, IReadOnlyList<Person> same, bool mustCompare)
    {
        var known = same.SelectMany(p => p.Identifiers);
        if (known.Contains(party.Id, StringComparer.OrdinalIgnoreCase))
        {
            return Refusal.OnBehalfOf;
        }

        if (!party.IsHuman)
        {
            return null;
        }

        return IsComparable(party.Id, same, mustCompare) ? null : Refusal.NothingToCompare;
    }

    /// <summary>
    /// Whether "not equal" means "not the same human": there is something of the same kind to compare.
    /// An identifier of no known kind can never be told apart from anyone.
    /// </summary>
    private static bool IsComparable(string id, IReadOnlyList<Person> same, bool mustCompare)
    {
        if (id.Contains('@', StringComparison.Ordinal))
        {
            return !mustCompare || same.Any(p => p.Emails.Any());
        }

        return AccountId.TryParse(id, provider: null, out var account)
            && (
                !mustCompare
                || same.SelectMany(p => p.Accounts)
                    .Any(a =>
                        a.Id.Surface == account.Surface
                        && string.Equals(a.Id.Tenant, account.Tenant, StringComparison.Ordinal)
                    )
            );
    }

    private static Refusal? OfMember(MemberObstacle? obstacle) =>
        obstacle switch
        {
            null => null,
            MemberObstacle.Guest => Refusal.Guest,
            MemberObstacle.Stranger => Refusal.Stranger,
            MemberObstacle.NotHuman => Refusal.NotHuman,
            MemberObstacle.Deactivated => Refusal.Deactivated,
            _ => Refusal.UnknownPerson,
        };
}
