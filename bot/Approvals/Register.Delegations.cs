using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <content>Who decides in whose place.</content>
public sealed partial record Register
{
    /// <summary>The area of the configuration in which delegations are kept, by the delegator's id.</summary>
    public const string DelegationArea = "delegation";

    public ImmutableSortedDictionary<string, Delegator> Delegators { get; private init; } =
        ImmutableSortedDictionary.Create<string, Delegator>(StringComparer.Ordinal);

    /// <summary>What ends by itself is judged at this time; see <see cref="At"/>.</summary>
    public DateTimeOffset AsOf { get; private init; }

    /// <summary>Of whom the directories say that they can decide nothing now: they lend nothing either.</summary>
    public ImmutableHashSet<PersonId> Absent { get; init; } = [];

    /// <summary>Accounts that are no full members any more, as their platforms say: what they approved counts no more.</summary>
    public ImmutableHashSet<AccountId> Departed { get; init; } = [];

    /// <summary>The register as of a time. It never goes back.</summary>
    public Register At(DateTimeOffset now) =>
        (Delegators.IsEmpty && PlatformGroups.IsEmpty) || now <= AsOf
            ? this
            : this with
            {
                AsOf = now,
            };

    /// <summary>
    /// As <see cref="SamePeople(Person, DateTimeOffset)"/>, with everyone who is joined to one of them by a
    /// delegation that ran when the request was made: in it, they are one place, and what excludes one
    /// excludes the others. Changes of the configuration know no delegation: they are for administrators
    /// themselves.
    /// </summary>
    public IReadOnlyList<Person> Circle(Policy policy, Person person, DateTimeOffset madeAt)
    {
        var same = SamePeople(person, madeAt);
        if (Delegators.IsEmpty || policy.IsBuiltIn)
        {
            return same;
        }

        List<Person> circle = [.. same];
        var at = AsOf != default && madeAt > AsOf ? AsOf : madeAt;
        for (var i = 0; i < circle.Count; i++)
        {
            foreach (var id in circle[i].Ids.SelectMany(id => JoinedTo(id, at)).ToList())
            {
                if (Person(id) is { } joined && !circle.Exists(p => p.Id == joined.Id))
                {
                    circle.AddRange(
                        SamePeople(joined, madeAt)
                            .Where(p => !circle.Exists(c => c.Id == p.Id))
                            .ToList()
                    );
                }
            }
        }

        return circle;
    }

    /// <summary>One text for all who are one place in a request made at that time.</summary>
    public string PlaceOf(Policy policy, Person person, DateTimeOffset madeAt) =>
        Circle(policy, person, madeAt)
            .SelectMany(p => p.Ids)
            .Select(id => id.ToString())
            .Min(StringComparer.Ordinal)!;

    /// <summary>The delegations to one of these ids that give power now in a request made then.</summary>
    public IEnumerable<Delegation> LentTo(
        IReadOnlyCollection<PersonId> standing,
        DateTimeOffset madeAt
    ) =>
        Delegations.Where(d =>
            d.Lends(madeAt, AsOf) && standing.Contains(d.To) && !Absent.Contains(d.From)
        );

    /// <summary>What somebody has given and not taken back.</summary>
    public IEnumerable<Delegation> GivenBy(PersonId id, DateTimeOffset now) =>
        Delegations.Where(d => d.From == id && now < d.Until);

    /// <summary>What somebody was given and still has.</summary>
    public IEnumerable<Delegation> GivenTo(PersonId id, DateTimeOffset now) =>
        Delegations.Where(d => d.To == id && now < d.Until);

    public IEnumerable<Delegation> Delegations => Delegators.Values.SelectMany(d => d.Delegations);

    private IEnumerable<PersonId> JoinedTo(PersonId id, DateTimeOffset madeAt) =>
        from d in Delegations
        where d.Joins(madeAt) && (d.From == id || d.To == id)
        select d.From == id ? d.To : d.From;
}
