using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>
/// Somebody in a group of a request's policy: the stages they could fill, and why they may not decide
/// (null: they may, as far as can be known before they click).
/// </summary>
public sealed record Candidate(Person Person, ImmutableArray<int> Stages, Refusal? Why)
{
    /// <summary>Those whose delegation lets them fill stages that they could not fill themselves.</summary>
    public ImmutableArray<Lent> For { get; init; } = [];
}

/// <summary>
/// Who could approve a request, before anyone is asked: the members of its groups, without those behind
/// it. What the directories say of them is only known when they click.
/// </summary>
public sealed class Forecast
{
    private readonly Policy _policy;
    private readonly Register _register;
    private readonly DateTimeOffset _madeAt;
    private readonly IEnumerable<Candidate> _source;
    private readonly Lazy<ImmutableArray<Candidate>> _candidates;

    private Forecast(Approval approval, Register register, IEnumerable<Candidate> candidates)
    {
        _policy = approval.Opening.Policy;
        _register = register;
        _madeAt = approval.CreatedAt;
        _source = candidates;
        _candidates = new(() => [.. candidates]);
    }

    public ImmutableArray<Candidate> Candidates => _candidates.Value;

    /// <summary>
    /// Whether those who may decide could fill every stage. Looks at no more of them than it takes: each
    /// request asks, and a group may be a whole department.
    /// </summary>
    public bool IsPossible
    {
        get
        {
            List<Candidate> able = [];
            var needed = _policy.Stages.Sum(s => s.Count);
            foreach (var candidate in _source.Where(c => c.Why is null))
            {
                able.Add(candidate);
                if (
                    able.Count >= needed
                    && Quorum.CouldBeFilled(_policy, PlacesOf(_policy, able, _register, _madeAt))
                )
                {
                    return true;
                }
            }

            return false;
        }
    }

    public IEnumerable<Candidate> Able => Candidates.Where(c => c.Why is null);

    public static Forecast Of(Approval approval, Register register) =>
        new(
            approval,
            register,
            PeopleOf(approval, register).Select(p => CandidateOf(approval, register, p))
        );

    private static IEnumerable<Person> PeopleOf(Approval approval, Register register)
    {
        HashSet<PersonId> known = [];
        foreach (var stage in approval.Opening.Eligible)
        {
            foreach (var id in stage)
            {
                if (register.Person(id) is { } person && known.Add(person.Id))
                {
                    yield return person;
                }
            }
        }

        foreach (var person in Delegates(approval, register))
        {
            if (known.Add(person.Id))
            {
                yield return person;
            }
        }
    }

    private static IEnumerable<Person> Delegates(Approval approval, Register register) =>
        register
            .Delegations.Where(d => d.Lends(approval.CreatedAt, register.AsOf))
            .Select(d => register.Person(d.To))
            .OfType<Person>()
            .Where(p => Standing.LentTo(approval, register, p, p.Accounts.Select(a => a.Id)).Any());

    private static Candidate CandidateOf(Approval approval, Register register, Person person)
    {
        ImmutableArray<AccountId> accounts = [.. person.Accounts.Select(a => a.Id)];
        var own = Standing.OwnStages(approval, register, person, accounts);
        ImmutableArray<Lent> lent = [.. Standing.LentTo(approval, register, person, accounts)];
        var stages = Standing.With(own, lent);
        var why = Duties.Exclusion(approval, register, person, mustCompare: false);
        Refusal? none =
            !stages.IsEmpty ? null
            : Duties.IsUnread(approval, register, [.. person.Ids]) ? Refusal.GroupUnknown
            : Refusal.NotAnApprover;
        return new Candidate(person, stages, why ?? none)
        {
            For = lent.RemoveAll(l => !l.Stages.Except(own).Any()),
        };
    }

    /// <summary>
    /// As <see cref="Of"/>, of a request under way: without those who have decided and those whose stage is
    /// not open or is finished.
    /// </summary>
    public static Forecast Now(Approval approval, Register register)
    {
        var quorum = Quorum.Of(approval, register);
        var candidates = Of(approval, register).Candidates;
        var undecided = Undecided(approval, register, candidates);
        Refusal? WhyNow(Candidate c) =>
            !undecided.Contains(c) ? Refusal.AlreadyCounted
            : !quorum.WouldGrowBy(c.Stages) ? Refusal.StageNotOpen
            : IsNeededLater(approval, register, c.Person, quorum, undecided) ? Refusal.NeededLater
            : null;

        return new Forecast(
            approval,
            register,
            candidates.Select(c => c with { Why = c.Why ?? WhyNow(c) })
        );
    }

    /// <summary>
    /// Whether an approval by this person would fill the open stage with somebody whom a later stage cannot do
    /// without, while it could be filled with others: then the request could never be approved.
    /// </summary>
    public static bool IsNeededLater(Approval approval, Register register, Person person) =>
        approval.Opening.Policy.Order == StageOrder.Sequential
        && IsNeededLater(
            approval,
            register,
            person,
            Quorum.Of(approval, register),
            Undecided(approval, register, Of(approval, register).Candidates)
        );

    private static bool IsNeededLater(
        Approval approval,
        Register register,
        Person person,
        Quorum quorum,
        IReadOnlyCollection<Candidate> undecided
    )
    {
        var (policy, at) = (approval.Opening.Policy, approval.CreatedAt);
        if (policy.Order != StageOrder.Sequential || quorum.FirstOpen is not { } open)
        {
            return false;
        }

        var left = policy.Stages.Select((s, i) => s with { Count = s.Count - quorum.Filled[i] });
        var before = policy with { Stages = [.. left] };
        var after = policy with
        {
            Stages = before.Stages.SetItem(
                open,
                before.Stages[open] with
                {
                    Count = before.Stages[open].Count - 1,
                }
            ),
        };
        var place = register.PlaceOf(policy, person, at);
        var others = undecided.Where(c =>
            !string.Equals(register.PlaceOf(policy, c.Person, at), place, StringComparison.Ordinal)
        );
        return Quorum.CouldBeFilled(before, PlacesOf(policy, undecided, register, at))
            && !Quorum.CouldBeFilled(after, PlacesOf(policy, others, register, at));
    }

    /// <summary>Those who may decide, as far as is known, and are one place with nobody who has.</summary>
    private static List<Candidate> Undecided(
        Approval approval,
        Register register,
        IEnumerable<Candidate> candidates
    )
    {
        string PlaceOf(Person p) =>
            register.PlaceOf(approval.Opening.Policy, p, approval.CreatedAt);
        var decided = approval
            .Decisions.Select(d => d.Person is { } id ? register.Person(id) : null)
            .OfType<Person>()
            .Select(PlaceOf)
            .ToHashSet(StringComparer.Ordinal);
        return [.. candidates.Where(c => c.Why is null && !decided.Contains(PlaceOf(c.Person)))];
    }

    /// <summary>
    /// Whether the people whom the policy's groups have now could satisfy it, without those who
    /// <paramref name="may"/> not.
    /// </summary>
    public static bool CouldSatisfy(Policy policy, Register register, Func<Person, bool> may) =>
        Quorum.CouldBeFilled(
            policy,
            PlacesOf(
                policy,
                from id in policy
                    .Stages.SelectMany(s => s.Approvers)
                    .SelectMany(register.MembersOf)
                    .Distinct()
                let person = register.Person(id)
                where
                    person is not null
                    && register.Circle(policy, person, DateTimeOffset.MaxValue).All(may)
                select new Candidate(person, StagesOf(policy, register, id), Why: null),
                register,
                DateTimeOffset.MaxValue
            )
        );

    /// <summary>In a sentence: what the policy needs, who is left, who is excluded and why.</summary>
    public string Explain()
    {
        var needed = string.Join(
            _policy.Order == StageOrder.Sequential ? ", then " : " and ",
            _policy.Stages.Select(s => $"{s.Count} of {string.Join(" or ", s.Approvers)}")
        );
        var why = Candidates
            .Where(c => c.Why is not null)
            .GroupBy(c => c.Why!.Value)
            .Select(g => $"{g.Count()} as {WireNames.Of(g.Key).Replace('_', ' ')}");
        var excluded = Candidates.All(c => c.Why is null) ? "nobody" : string.Join(", ", why);
        return $"Policy {_policy.Name} needs {needed}; {Able.Count()} could approve, excluded: {excluded}. {Remedy()}";
    }

    /// <summary>
    /// One place per human: accounts that share an address fill one together, and so do those of whom one
    /// decides in the other's place.
    /// </summary>
    private static List<ImmutableArray<int>> PlacesOf(
        Policy policy,
        IEnumerable<Candidate> able,
        Register register,
        DateTimeOffset madeAt
    ) =>
        [
            .. able.GroupBy(c => register.PlaceOf(policy, c.Person, madeAt), StringComparer.Ordinal)
                .Select(g => g.SelectMany(c => c.Stages).Distinct().ToImmutableArray()),
        ];

    private static ImmutableArray<int> StagesOf(
        Policy policy,
        Register register,
        PersonId person
    ) =>
        [
            .. policy
                .Stages.Select((stage, index) => (stage, index))
                .Where(s => s.stage.Approvers.Any(g => register.IsInGroup(g, person)))
                .Select(s => s.index),
        ];

    private string Remedy() =>
        _register.UnreadOf(_policy.Stages.SelectMany(s => s.Approvers)).ToList()
            is { Count: > 0 } unread
            ? $"Who is in {string.Join(", ", unread)} cannot be read now, so nobody is eligible by it: try again in a minute."
        : Candidates.Any(c => c.Why == Refusal.NothingToCompare)
            ? "Name the people behind the request by e-mail, slack:<team>:<user> or teams:<tenant>:<object id>; "
                + "of an OpenID subject an administrator first says whose it is: person link @p oidc:<issuer>:<subject>."
        : "An administrator adds somebody who is not behind it: group add <group> @p.";
}
