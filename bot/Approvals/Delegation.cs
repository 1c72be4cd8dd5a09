using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>
/// <see cref="To"/> decides in the place of <see cref="From"/> (the id of the account it was said with,
/// <see cref="Account"/>) from <see cref="At"/> until before <see cref="Until"/>, which is earlier than was
/// said when it was taken back.
/// </summary>
public sealed record Delegation(
    PersonId From,
    AccountId Account,
    PersonId To,
    DateTimeOffset At,
    DateTimeOffset Until
)
{
    /// <summary>Whether the two are one place in a request made then. Both ends count: it takes away only.</summary>
    public bool Joins(DateTimeOffset madeAt) => At <= madeAt && madeAt <= Until;

    /// <summary>Whether it gives power now in a request made then: only in one made after it was given.</summary>
    public bool Lends(DateTimeOffset madeAt, DateTimeOffset now) => At < madeAt && now < Until;
}

/// <summary>
/// Whom somebody has named to decide in their place: one at a time, and those before, as long as a request
/// of their time can still be asked about.
/// </summary>
public sealed record Delegator(ImmutableArray<Delegation> Delegations)
{
    public Delegation? Now(DateTimeOffset now) => Delegations.FirstOrDefault(d => now < d.Until);
}

/// <summary>A delegation that gives power in a request: whose, and the stages they could fill themselves.</summary>
public sealed record Lent(PersonId From, DateTimeOffset Until, ImmutableArray<int> Stages);

/// <summary>What a wish to delegate, or to stop, comes to.</summary>
public abstract record DelegationRuling
{
    private DelegationRuling() { }

    /// <summary>What is kept under the name becomes this.</summary>
    public sealed record Set(string Name, Delegator After) : DelegationRuling;

    /// <summary>It is so already.</summary>
    public sealed record Same : DelegationRuling;

    public sealed record Refused(string Why) : DelegationRuling;
}

/// <summary>Who may name whom, and for how long. Pure.</summary>
public static class Delegating
{
    /// <summary>Own limit: longer is no absence but another group.</summary>
    public static readonly TimeSpan LongestFor = TimeSpan.FromDays(30);

    /// <summary>
    /// A request waits a day at most and what it allows is asked for within a day of its approval
    /// (contract section 4): what ended before is never asked about.
    /// </summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(3);

    /// <summary>Own limit of delegations that are kept: whoever changes their mind more often has to wait.</summary>
    private const int KeptMax = 20;

    /// <summary>
    /// <paramref name="by"/> names <paramref name="to"/> until then. Whoever was named before is named no more.
    /// </summary>
    /// <param name="register">People, groups and delegations as they are now.</param>
    /// <param name="by">The account it is said with: by its right, and of those linked with it, it is lent.</param>
    /// <param name="to">The id of the account that was named.</param>
    /// <param name="until">When it ends.</param>
    /// <param name="now">The committer's time.</param>
    public static DelegationRuling Begin(
        Register register,
        AccountId by,
        PersonId to,
        DateTimeOffset until,
        DateTimeOffset now
    )
    {
        if (register.PersonOf(by) is not { } from || register.Person(to) is not { } delegated)
        {
            return new DelegationRuling.Refused("That account is not known.");
        }

        if (WhyNot(register, from, by, delegated, until, now) is { } why)
        {
            return new DelegationRuling.Refused(why);
        }

        var self = from.Account(by)!.Self;
        var names = NamesOf(register, from).ToList();
        var name = names.FirstOrDefault(self.ToString());
        var before = register.Delegators.GetValueOrDefault(name);
        var kept = Ended(before, now);
        return before?.Now(now) is { } running && running.To == to && running.Until == until
                ? new DelegationRuling.Same()
            : names.Skip(1).Any(n => register.Delegators[n].Now(now) is not null)
                ? new DelegationRuling.Refused(
                    "Another account of yours has named somebody: delegate off, then again."
                )
            : kept.Length >= KeptMax
                ? new DelegationRuling.Refused(
                    $"You have changed this {KeptMax} times within days. Wait, or ask an administrator for a group."
                )
            : new DelegationRuling.Set(
                name,
                new Delegator([.. kept, new Delegation(self, by, to, now, until)])
            );
    }

    /// <summary>Takes back what a person gave, by whatever account of theirs.</summary>
    public static DelegationRuling End(Register register, Person person, DateTimeOffset now) =>
        NamesOf(register, person).FirstOrDefault(n => register.Delegators[n].Now(now) is not null)
            is { } name
            ? new DelegationRuling.Set(name, new Delegator(Ended(register.Delegators[name], now)))
            : new DelegationRuling.Same();

    /// <summary>Under which names delegations of this person are kept.</summary>
    private static IEnumerable<string> NamesOf(Register register, Person person) =>
        person.Ids.Select(id => id.ToString()).Where(register.Delegators.ContainsKey);

    /// <summary>Whether one of these ids is in a group that some policy names, so that there is something to lend.</summary>
    public static bool IsApprover(
        Register register,
        Person person,
        AccountId by,
        DateTimeOffset now
    ) =>
        Register
            .StandingOf(person, by, now)
            .Any(id =>
                register.Policies.Policies.Any(p =>
                    p.Effect == Effect.RequireApproval
                    && p.Stages.Any(s => s.Approvers.Any(g => register.IsInGroup(g, id)))
                )
            );

    private static string? WhyNot(
        Register register,
        Person from,
        AccountId by,
        Person to,
        DateTimeOffset until,
        DateTimeOffset now
    ) =>
        !IsApprover(register, from, by, now)
            ? "You are in no group that a policy names, so there is nothing you could let somebody do."
        : register.SamePeople(from).Any(p => p.Id == to.Id) ? "That is you: name another person."
        : until <= now ? "That time is over."
        : until > now + LongestFor
            ? $"That is longer than {LongestFor.TotalDays:0} days. For longer, an administrator makes a group."
        : Follows(register, to, from, now)
            ? "They let you decide in their place already: in a circle nobody would be left."
        : null;

    /// <summary>Whether one can be reached from the other by who decides for whom now.</summary>
    private static bool Follows(Register register, Person from, Person wanted, DateTimeOffset now)
    {
        List<Person> reached = [from];
        for (var i = 0; i < reached.Count; i++)
        {
            var next = register
                .SamePeople(reached[i])
                .SelectMany(p => p.Ids)
                .SelectMany(id => register.GivenBy(id, now))
                .Select(d => register.Person(d.To))
                .OfType<Person>();
            reached.AddRange(next.Where(p => !reached.Exists(r => r.Id == p.Id)).ToList());
        }

        var ids = register.SamePeople(wanted).Select(p => p.Id).ToHashSet();
        return reached.Skip(1).Any(p => ids.Contains(p.Id));
    }

    private static ImmutableArray<Delegation> Ended(Delegator? before, DateTimeOffset now) =>
        [
            .. (before?.Delegations ?? [])
                .Where(d => d.Until + KeptFor > now)
                .Select(d => d.Until > now ? d with { Until = now } : d),
        ];
}
