using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>
/// By what right somebody could fill the stages of a request: their own groups, those of accounts linked long
/// enough, and what others let them do in their place. Pure.
/// </summary>
public static class Standing
{
    /// <summary>
    /// The stages that these accounts of a person could fill, by their own right or by a delegation.
    /// </summary>
    public static ImmutableArray<int> StagesOf(
        Approval approval,
        Register register,
        Person person,
        params IEnumerable<AccountId> accounts
    )
    {
        ImmutableArray<AccountId> all = [.. accounts];
        return With(
            OwnStages(approval, register, person, all),
            [.. LentTo(approval, register, person, all)]
        );
    }

    /// <summary>A person's own stages and those that others let them fill, in order.</summary>
    public static ImmutableArray<int> With(ImmutableArray<int> own, ImmutableArray<Lent> lent) =>
        lent.IsEmpty ? own : [.. own.Union(lent.SelectMany(l => l.Stages)).Order()];

    /// <summary>
    /// The stages whose groups one of these accounts of a person was in when the request was made and is in
    /// now: itself, or by a link that was old enough already when the request was made.
    /// </summary>
    public static ImmutableArray<int> OwnStages(
        Approval approval,
        Register register,
        Person person,
        params IEnumerable<AccountId> accounts
    ) => [.. OfIds(approval, register, IdsOf(approval, person, accounts))];

    /// <summary>
    /// Who lets these accounts decide in their place in this request, and where they could themselves. What
    /// somebody else lets them do is theirs and not passed on.
    /// </summary>
    public static IEnumerable<Lent> LentTo(
        Approval approval,
        Register register,
        Person person,
        params IEnumerable<AccountId> accounts
    ) =>
        register.Delegators.IsEmpty || approval.Opening.Policy.IsBuiltIn
            ? []
            : from lent in register.LentTo(IdsOf(approval, person, accounts), approval.CreatedAt)
            let lender = register.PersonOf(lent.Account)
            where lender is not null
            let stages = OwnStages(approval, register, lender, lent.Account)
            where !stages.IsEmpty
            select new Lent(lent.From, lent.Until, stages);

    /// <summary>
    /// In whose place a decision is made that brings the request further: null when it is by the person's own
    /// right.
    /// </summary>
    public static PersonId? InPlaceOf(
        Approval approval,
        Register register,
        Person person,
        AccountId account
    )
    {
        var lent = LentTo(approval, register, person, account).ToList();
        if (lent.Count == 0)
        {
            return null;
        }

        var quorum = Quorum.Of(approval, register);
        return quorum.WouldGrowBy(OwnStages(approval, register, person, account))
            ? null
            : (lent.Find(l => quorum.WouldGrowBy(l.Stages)) ?? lent[0]).From;
    }

    /// <summary>The stages whose groups one of these ids was in when the request was made and is in now.</summary>
    public static IEnumerable<int> OfIds(
        Approval approval,
        Register register,
        IReadOnlyCollection<PersonId> standing
    )
    {
        var opening = approval.Opening;
        for (var stage = 0; stage < opening.Policy.Stages.Length; stage++)
        {
            var eligible = opening.Eligible[stage];
            var groups = opening.Policy.Stages[stage].Approvers;
            if (
                standing.Any(id =>
                    eligible.Contains(id) && groups.Any(g => register.IsInGroup(g, id))
                )
            )
            {
                yield return stage;
            }
        }
    }

    private static List<PersonId> IdsOf(
        Approval approval,
        Person person,
        IEnumerable<AccountId> accounts
    )
    {
        List<PersonId> ids = [];
        foreach (var account in accounts)
        {
            foreach (var id in Register.StandingOf(person, account, approval.CreatedAt))
            {
                if (!ids.Contains(id))
                {
                    ids.Add(id);
                }
            }
        }

        return ids;
    }
}
