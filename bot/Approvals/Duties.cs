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
        ?? Eligibility(approval, register, clicker, member.Account);

    /// <summary>
    /// Why a person, or somebody who is one place with them by a delegation, is behind the request, or null.
    /// Never asks about groups.
    /// </summary>
    /// <param name="approval">The request.</param>
    /// <param name="register">People, agents and groups as they are now.</param>
    /// <param name="clicker">Whom it is about.</param>
    /// <param name="mustCompare">
    /// True to refuse when nothing is known of the person that could be compared with a human behind the
    /// request (a decision); false to let that pass (the forecast when a request is made, before the
    /// directory was asked). Null: nothing is refused for that (a verifier, who may miss what was erased).
    /// </param>
    public static Refusal? Exclusion(
        Approval approval,
        Register register,
        Person clicker,
        bool? mustCompare
    ) =>
        Own(approval, register, clicker, mustCompare)
        ?? (
            !register.Delegators.IsEmpty
            && Circle(approval, register, clicker)
                .Any(p => p.Id != clicker.Id && Own(approval, register, p, mustCompare) is not null)
                ? Refusal.DelegateExcluded
                : null
        );

    /// <summary>
    /// Whether a person may withdraw it, which whoever is behind it is not kept from: they started it, or own the
    /// agent, then or now.
    /// </summary>
    public static bool MayWithdraw(Approval approval, Register register, Person person)
    {
        var same = register.SamePeople(person, approval.CreatedAt);
        return IsNamed(Identifier.Parse(approval.Opening.Request.Initiator.Id), same, approval)
            || IsOwner(approval, register, NamesOf(same, approval));
    }

    /// <summary>Everyone who is one place with a person in this request.</summary>
    public static IReadOnlyList<Person> Circle(
        Approval approval,
        Register register,
        Person person
    ) => register.Circle(approval.Opening.Policy, person, approval.CreatedAt);

    /// <summary>
    /// All that keeps a person, or somebody who is one place with them, behind the request: not only the first, so that
    /// nothing hides behind what cannot be compared. For who looks at it afterwards.
    /// </summary>
    public static IEnumerable<Refusal> Exclusions(
        Approval approval,
        Register register,
        Person person
    ) =>
        Circle(approval, register, person)
            .Prepend(person)
            .DistinctBy(p => p.Id)
            .SelectMany(p => Reasons(approval, register, p, mustCompare: true));

    private static Refusal? Own(
        Approval approval,
        Register register,
        Person clicker,
        bool? mustCompare
    )
    {
        foreach (var why in Reasons(approval, register, clicker, mustCompare))
        {
            return why;
        }

        return null;
    }

    private static IEnumerable<Refusal> Reasons(
        Approval approval,
        Register register,
        Person clicker,
        bool? mustCompare
    )
    {
        var same = register.SamePeople(clicker, approval.CreatedAt);
        var opening = approval.Opening;
        var agent = register.Agent(opening.Agent);
        if (Behind(opening.Request.Initiator, register, same, approval, mustCompare) is { } why)
        {
            yield return why == Refusal.OnBehalfOf ? Refusal.Initiator : why;
        }

        foreach (var party in opening.Request.OnBehalfOf)
        {
            if (Behind(party, register, same, approval, mustCompare) is { } behind)
            {
                yield return behind;
            }
        }

        var names = NamesOf(same, approval);
        bool Is(PersonId id) => names.Contains(id.ToString());
        if (IsOwner(approval, register, names))
        {
            yield return Refusal.Owner;
        }

        if (Is(opening.KeyCreator) || (agent is not null && Is(agent.KeyCreator)))
        {
            yield return Refusal.KeyCreator;
        }

        if (register.WidenedSince(opening.Policy, approval.CreatedAt, approval.EndedAt).Any(Is))
        {
            yield return Refusal.Widened;
        }
    }

    private static Refusal? Eligibility(
        Approval approval,
        Register register,
        Person person,
        AccountId account
    )
    {
        var stages = Standing.StagesOf(approval, register, person, account);
        if (!stages.IsEmpty)
        {
            return Quorum.Of(approval, register).WouldGrowBy(stages) ? null : Refusal.StageNotOpen;
        }

        var all = person.Ids.ToHashSet();
        return Standing.OfIds(approval, register, all).Any() ? Refusal.LinkTooFresh
            : approval.Opening.Policy.Stages.Any(s =>
                s.Approvers.Any(g => all.Any(id => register.IsInGroup(g, id)))
            )
                ? Refusal.NotAnApproverThen
            : IsUnread(approval, register, all) ? Refusal.GroupUnknown
            : Standing.LentTo(approval, register with { Absent = [] }, person, account).Any()
                ? Refusal.DelegatorAbsent
            : Refusal.NotAnApprover;
    }

    /// <summary>
    /// Whether one of these ids was in a group when the request was made of which a platform does not say now
    /// who is in it.
    /// </summary>
    public static bool IsUnread(
        Approval approval,
        Register register,
        IReadOnlyCollection<PersonId> ids
    ) =>
        approval
            .Opening.Policy.Stages.Where((_, i) => approval.Opening.Eligible[i].Any(ids.Contains))
            .Any(s => register.UnreadOf(s.Approvers).Any());

    /// <summary>Why a person, or somebody who is one or one place with them, has decided already, or null.</summary>
    public static Refusal? Counted(Approval approval, Register register, Person clicker)
    {
        bool Any(IReadOnlyList<Person> people)
        {
            var names = NamesOf(people, approval);
            return approval.Decisions.Any(d =>
                (d.Person is { } id && names.Contains(id.ToString()))
                || (d.Account is { } account && people.Any(p => p.Account(account) is not null))
            );
        }

        return approval.Decisions.IsEmpty ? null
            : Any(register.SamePeople(clicker, approval.CreatedAt)) ? Refusal.AlreadyCounted
            : Any(Circle(approval, register, clicker)) ? Refusal.DelegateCounted
            : null;
    }

    private static HashSet<string> NamesOf(IReadOnlyList<Person> same, Approval approval)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var person in same)
        {
            names.UnionWith(person.NamesAt(approval.CreatedAt));
        }

        return names;
    }

    private static Refusal? Behind(
        Party party,
        Register register,
        IReadOnlyList<Person> same,
        Approval approval,
        bool? mustCompare
    )
    {
        var identifier = Identifier.Parse(party.Id);
        if (IsNamed(identifier, same, approval))
        {
            return Refusal.OnBehalfOf;
        }

        return
            mustCompare is { } must
            && party.IsHuman
            && (
                IsUntold(party, register)
                || (
                    !identifier.IsComparableWith(same, must)
                    && !HaveAddresses(party, identifier, register, approval, same)
                )
            )
            ? Refusal.NothingToCompare
            : null;
    }

    private static bool IsNamed(
        Identifier identifier,
        IReadOnlyList<Person> same,
        Approval approval
    ) => same.Any(p => identifier.Means(p, approval.CreatedAt));

    /// <summary>Then or now.</summary>
    private static bool IsOwner(Approval approval, Register register, HashSet<string> names)
    {
        bool Is(PersonId id) => names.Contains(id.ToString());
        var agent = register.Agent(approval.Opening.Agent);
        return approval.Opening.Owners.Any(Is) || (agent is not null && agent.Owners.Any(Is));
    }

    private static bool IsUntold(Party party, Register register) =>
        AccountId.TryParse(party.Id.Trim(), provider: null, out var account)
        && register.Untold.Contains(account);

    /// <summary>
    /// Whether the party is somebody we know and the addresses of both are known: then an account of the
    /// other app, or a subject, is told apart by them. (Whoever shares one is among <paramref name="same"/>
    /// already.)
    /// </summary>
    private static bool HaveAddresses(
        Party party,
        Identifier identifier,
        Register register,
        Approval approval,
        IReadOnlyList<Person> same
    ) =>
        same.Any(p => p.DirectoryEmails.Any())
        && Named(party, identifier, register, approval) is { Count: > 0 } named
        && named.All(p => p.DirectoryEmails.Any());

    /// <summary>A bare subject may be somebody's at several issuers: then it is all of them.</summary>
    private static List<Person> Named(
        Party party,
        Identifier identifier,
        Register register,
        Approval approval
    ) =>
        AccountId.TryParse(party.Id.Trim(), provider: null, out var account)
            ? register.PersonOf(account) is { } person
                ? [person]
                : []
            : [.. register.People.Values.Where(p => identifier.Means(p, approval.CreatedAt))];

    /// <summary>Why somebody of whom the directories say this may decide nothing at all, or null.</summary>
    public static Refusal? OfMember(MemberObstacle? obstacle) =>
        obstacle switch
        {
            null => null,
            MemberObstacle.Guest => Refusal.Guest,
            MemberObstacle.Stranger => Refusal.Stranger,
            MemberObstacle.NotHuman => Refusal.NotHuman,
            MemberObstacle.Deactivated => Refusal.Deactivated,
            MemberObstacle.NotLinked => Refusal.NotLinked,
            MemberObstacle.NoSuchAccount => Refusal.NoSuchMember,
            _ => Refusal.UnknownPerson,
        };
}
