using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>
/// Who could approve a request, before anyone is asked: the members of its groups, without those behind
/// it. What the directories say of them is only known when they click.
/// </summary>
public sealed class Forecast
{
    private readonly Policy _policy;
    private readonly ImmutableArray<(Person Person, Refusal Why)> _excluded;
    private readonly List<ImmutableArray<int>> _places;

    private Forecast(
        Policy policy,
        ImmutableArray<(Person Person, Refusal Why)> excluded,
        List<ImmutableArray<int>> places
    )
    {
        _policy = policy;
        _excluded = excluded;
        _places = places;
    }

    public bool IsPossible => Quorum.CouldBeFilled(_policy, _places);

    public static Forecast Of(Approval approval, Register register)
    {
        var candidates = approval
            .Opening.Eligible.SelectMany(e => e)
            .Distinct()
            .Select(register.Person)
            .OfType<Person>()
            .DistinctBy(p => p.Id)
            .Select(p =>
                (Person: p, Why: Duties.Exclusion(approval, register, p, mustCompare: false))
            )
            .ToList();
        var places = candidates
            .Where(c => c.Why is null)
            .GroupBy(
                c => register.HumanOf(c.Person, approval.CreatedAt),
                c =>
                    Duties.StagesOf(
                        approval,
                        register,
                        c.Person,
                        c.Person.Accounts.Select(a => a.Id)
                    ),
                StringComparer.Ordinal
            )
            .Select(human => human.SelectMany(stages => stages).Distinct().ToImmutableArray())
            .ToList();
        return new Forecast(
            approval.Opening.Policy,
            [.. candidates.Where(c => c.Why is not null).Select(c => (c.Person, c.Why!.Value))],
            places
        );
    }

    /// <summary>In a sentence: what the policy needs, who is left, who is excluded and why.</summary>
    public string Explain()
    {
        var needed = string.Join(
            " and ",
            _policy.Stages.Select(s => $"{s.Count} of {string.Join(" or ", s.Approvers)}")
        );
        var why = _excluded
            .GroupBy(e => e.Why)
            .Select(g => $"{g.Count()} as {WireNames.Of(g.Key).Replace('_', ' ')}");
        var excluded = _excluded.IsEmpty ? "nobody" : string.Join(", ", why);
        return $"Policy {_policy.Name} needs {needed}; {_places.Count} could approve, excluded: {excluded}.";
    }
}
