using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>
/// How far a request is: how many places of each stage are filled by distinct people who are eligible
/// then and now and not behind the request. One person fills one place in all stages together.
/// </summary>
public sealed class Quorum
{
    private readonly Policy _policy;
    private readonly ImmutableArray<ImmutableArray<int>> _people;

    private Quorum(Policy policy, ImmutableArray<ImmutableArray<int>> people)
    {
        _policy = policy;
        _people = people;
        Filled = Places(policy.Stages, people);
    }

    /// <summary>For each stage, the places filled.</summary>
    public ImmutableArray<int> Filled { get; }

    public bool IsComplete => Filled.Sum() == _policy.Stages.Sum(s => s.Count);

    /// <summary>The first stage that is not finished, or null.</summary>
    public int? FirstOpen =>
        Enumerable
            .Range(0, _policy.Stages.Length)
            .Where(IsUnfinished)
            .Cast<int?>()
            .FirstOrDefault();

    /// <summary>
    /// Whether one more person, who could fill these stages, would bring it further. In any order, people
    /// seated earlier move to another stage of theirs when that makes room; one after the other, only the
    /// first unfinished stage is open.
    /// </summary>
    public bool WouldGrowBy(ImmutableArray<int> stages) =>
        _policy.Order == StageOrder.Sequential
            ? FirstOpen is { } open && stages.Contains(open)
            : Places(_policy.Stages, _people.Add(stages)).Sum() > Filled.Sum();

    /// <summary>
    /// For each stage, the places filled: of a pending request by the register of now, of one that ended as of
    /// its end, whatever became of the people since.
    /// </summary>
    public static ImmutableArray<int> FilledOf(Approval approval, Register register)
    {
        var stages = approval.Opening.Policy.Stages;
        return approval switch
        {
            { Status: RequestStatus.Approved } => [.. stages.Select(s => s.Count)],
            _ when !approval.Approvers.Any() => [.. stages.Select(_ => 0)],
            { IsPending: true } => Of(approval, register).Filled,
            { FilledAtEnd: { } filled } when filled.Length == stages.Length => filled,
            _ => AsAsked(approval),
        };
    }

    /// <summary>By nothing but the request: who was eligible when it was made, each person once.</summary>
    private static ImmutableArray<int> AsAsked(Approval approval)
    {
        var eligible = approval.Opening.Eligible;
        return Places(
            approval.Opening.Policy.Stages,
            [
                .. approval
                    .Decisions.Where(d => d.Verdict == Verdict.Approved)
                    .DistinctBy(d => d.Person)
                    .Select(d =>
                        d.Stage is { } given
                            ? [given]
                            : Enumerable
                                .Range(0, eligible.Length)
                                .Where(i => eligible[i].Any(e => e == d.Person || e == d.For))
                                .ToImmutableArray()
                    ),
            ]
        );
    }

    /// <summary>The quorum of a request by the register of now.</summary>
    public static Quorum Of(Approval approval, Register register) =>
        Of(approval, register, mustCompare: true);

    /// <summary>The same, where what could not be compared may pass: see <see cref="Duties.Exclusion"/>.</summary>
    public static Quorum Of(Approval approval, Register register, bool? mustCompare)
    {
        var counting = approval
            .Decisions.Where(d => d.Verdict == Verdict.Approved)
            .Where(d => d.Account is not { } account || !register.Departed.Contains(account))
            .Select(d =>
                (d.Stage, d.Account, Person: d.Account is { } a ? register.PersonOf(a) : null)
            )
            .Where(d =>
                d.Person is not null
                && Duties.Exclusion(approval, register, d.Person, mustCompare) is null
            )
            .GroupBy(
                d => register.PlaceOf(approval.Opening.Policy, d.Person!, approval.CreatedAt),
                d => Seats(approval, register, d.Person!, d.Account!.Value, d.Stage),
                StringComparer.Ordinal
            )
            .Select(human => human.SelectMany(stages => stages).Distinct().ToImmutableArray())
            .ToImmutableArray();
        return new Quorum(approval.Opening.Policy, counting);
    }

    /// <summary>
    /// Whether a policy could be satisfied by these people: for each, the stages they could fill.
    /// </summary>
    public static bool CouldBeFilled(Policy policy, IReadOnlyList<ImmutableArray<int>> people) =>
        Places(policy.Stages, people).Sum() == policy.Stages.Sum(s => s.Count);

    /// <summary>
    /// Where an approval may sit: one after the other, only in the stage that was open when it was given.
    /// </summary>
    private static ImmutableArray<int> Seats(
        Approval approval,
        Register register,
        Person person,
        AccountId account,
        int? given
    )
    {
        var stages = Standing.StagesOf(approval, register, person, account);
        return approval.Opening.Policy.Order == StageOrder.Sequential
            ? [.. stages.Where(s => s == given)]
            : stages;
    }

    private bool IsUnfinished(int stage) => Filled[stage] < _policy.Stages[stage].Count;

    /// <summary>
    /// The largest number of places that can be filled at once (bipartite matching by augmenting paths):
    /// the order of clicks never changes who may.
    /// </summary>
    private static ImmutableArray<int> Places(
        ImmutableArray<Stage> stages,
        IReadOnlyList<ImmutableArray<int>> people
    )
    {
        var places = stages.SelectMany((s, i) => Enumerable.Repeat(i, s.Count)).ToArray();
        var holder = new int[places.Length];
        Array.Fill(holder, -1);
        for (var person = 0; person < people.Count; person++)
        {
            Seat(person, new bool[places.Length]);
        }

        var filled = new int[stages.Length];
        for (var place = 0; place < places.Length; place++)
        {
            filled[places[place]] += holder[place] >= 0 ? 1 : 0;
        }

        return [.. filled];

        bool Seat(int person, bool[] tried)
        {
            for (var place = 0; place < places.Length; place++)
            {
                if (tried[place] || !people[person].Contains(places[place]))
                {
                    continue;
                }

                tried[place] = true;
                if (holder[place] < 0 || Seat(holder[place], tried))
                {
                    holder[place] = person;
                    return true;
                }
            }

            return false;
        }
    }
}
