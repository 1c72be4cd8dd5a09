using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <content>
/// People and their accounts. Linking accounts takes power away at once (they exclude and count as one)
/// and gives it only after a wait; parting them gives nothing back for requests that were made before.
/// </content>
public sealed partial record Register
{
    /// <summary>Requests live a day at most (contract: <c>expires_in</c>): later, a bygone name says nothing.</summary>
    private static readonly TimeSpan s_bygonesKept = TimeSpan.FromDays(2);

    private ImmutableDictionary<AccountId, PersonId> ByAccount { get; init; } =
        ImmutableDictionary<AccountId, PersonId>.Empty;

    /// <summary>
    /// Accounts behind a request of which their directory does not say now whose they are: nobody can be told
    /// apart from them. Set for one judgement only.
    /// </summary>
    public ImmutableHashSet<AccountId> Untold { get; private init; } = [];

    /// <summary>Who has, or had, an address or an id.</summary>
    private ImmutableDictionary<string, ImmutableHashSet<PersonId>> ByName { get; init; } =
        ImmutableDictionary.Create<string, ImmutableHashSet<PersonId>>(
            StringComparer.OrdinalIgnoreCase
        );

    /// <summary>The person of an id: also of one whose account was linked to another person since.</summary>
    public Person? Person(PersonId id) =>
        People.GetValueOrDefault(id)
        ?? ByName
            .GetValueOrDefault(id.ToString(), [])
            .Select(p => People[p])
            .FirstOrDefault(p => p.Ids.Contains(id));

    public Person? PersonOf(AccountId account) =>
        ByAccount.TryGetValue(account, out var id) ? People.GetValueOrDefault(id) : null;

    /// <summary>
    /// Everyone who counts as the same human in a request made at that time: linked then or since, or with
    /// a shared address, transitively. Merging only takes power away: it excludes and counts once, it never
    /// makes anyone eligible.
    /// </summary>
    public IReadOnlyList<Person> SamePeople(Person person, DateTimeOffset madeAt)
    {
        List<Person> same = [person];
        for (var i = 0; i < same.Count; i++)
        {
            foreach (var name in same[i].NamesAt(madeAt))
            {
                var named = ByName.GetValueOrDefault(name, []);
                if (named.Count == 1 && named.Contains(same[i].Id))
                {
                    // Nearly every name is one person's alone.
                    continue;
                }

                foreach (var id in named)
                {
                    if (
                        !same.Exists(s => s.Id == id)
                        && People[id] is var other
                        && other.NamesAt(madeAt).Contains(name, StringComparer.OrdinalIgnoreCase)
                    )
                    {
                        same.Add(other);
                    }
                }
            }
        }

        return same;
    }

    /// <summary>As above, as things are now: without those parted and addresses given up.</summary>
    public IReadOnlyList<Person> SamePeople(Person person) =>
        SamePeople(person, DateTimeOffset.MaxValue);

    /// <summary>
    /// The ids whose memberships an account may use: its own at any time, those of the accounts it is
    /// linked with once both links are old enough.
    /// </summary>
    public static IEnumerable<PersonId> StandingOf(
        Person person,
        AccountId account,
        DateTimeOffset at
    )
    {
        if (person.Account(account) is not { } own)
        {
            return [];
        }

        List<PersonId> ids = [own.Self];
        foreach (var other in person.Accounts)
        {
            if (own.PowerFrom <= at && other.PowerFrom <= at && !ids.Contains(other.Self))
            {
                ids.Add(other.Self);
            }
        }

        return ids;
    }

    /// <summary>Whether an account has a role (a group of this name) now.</summary>
    public bool HasRole(string role, AccountId account, DateTimeOffset now) =>
        PersonOf(account) is { } person
        && StandingOf(person, account, now).Any(id => IsInGroup(role, id));

    /// <summary>The register in which this person is as given (and known by these accounts).</summary>
    public Register With(Person person) =>
        WithoutIndex(People.GetValueOrDefault(person.Id)).WithIndex(person);

    /// <summary>
    /// The register in which what a directory says of an account that it does not vouch for is known too. To
    /// judge by, never recorded: such an account enrols nobody.
    /// </summary>
    /// <param name="member">With an obstacle.</param>
    /// <param name="id">The account's person; any new id where there is none.</param>
    public Register Heard(Member member, PersonId id)
    {
        var says =
            member.Obstacle is MemberObstacle.NotHuman
            || (
                !member.Emails.IsEmpty
                && member.Obstacle is not (MemberObstacle.Unknown or MemberObstacle.NoSuchAccount)
            );
        var register = says ? this : this with { Untold = Untold.Add(member.Account) };
        var known =
            Person(id)?.Account(member.Account)
            ?? new Account(member.Account, [], default) { Self = id };
        return member.Emails.IsEmpty
            ? register
            : register.With(id, known with { Emails = [.. known.Emails, .. member.Emails] });
    }

    private Register Linked(Fact.PersonLinked linked, DateTimeOffset at)
    {
        var from = PersonOf(linked.Account);
        var known = from?.Account(linked.Account);
        var isMove = from is not null && from.Id != linked.Person;
        var isNew = known is null || isMove;
        var account = new Account(linked.Account, linked.Emails, isNew ? at : known!.LinkedAt)
        {
            Name = linked.Name,
            Self = known?.Self ?? linked.Person,
            PowerFrom = isNew ? linked.PowerFrom ?? default : known!.PowerFrom,
            Bygones = [.. Kept(known, at), .. GivenUp(known, linked.Emails, at)],
        };
        return (isMove ? Without(from!, account.Id) : this).With(linked.Person, account);
    }

    private Register Unlinked(Fact.PersonUnlinked unlinked, DateTimeOffset at)
    {
        var from = PersonOf(unlinked.Account)!;
        var known = from.Account(unlinked.Account)!;
        var account = known with
        {
            Self = Person(unlinked.Into) is null ? unlinked.Into : known.Self,
            LinkedAt = at,
            Bygones =
            [
                .. Kept(known, at),
                new Bygone(unlinked.Person.ToString(), unlinked.SeparateFrom),
            ],
        };
        return Without(from, account.Id).With(unlinked.Into, account);
    }

    private Register Erased(Fact.PersonErased erased) =>
        erased.Accounts.Aggregate(
            this,
            (register, id) =>
            {
                var person = register.PersonOf(id)!;
                return register.With(person.Id, person.Account(id)!.Erased(erased.Same));
            }
        );

    private static IEnumerable<Bygone> Kept(Account? known, DateTimeOffset at) =>
        known?.Bygones.Where(b => b.Until >= at - s_bygonesKept) ?? [];

    private static IEnumerable<Bygone> GivenUp(
        Account? known,
        ImmutableArray<string> now,
        DateTimeOffset at
    ) =>
        known?.Emails.Except(now, StringComparer.OrdinalIgnoreCase).Select(e => new Bygone(e, at))
        ?? [];

    /// <summary>The register in which this person has the account, as given, in its old place or at the end.</summary>
    private Register With(PersonId id, Account account)
    {
        var before = People.GetValueOrDefault(id);
        var accounts = before?.Accounts ?? [];
        var place = accounts.FindIndex(a => a.Id == account.Id);
        accounts = place < 0 ? accounts.Add(account) : accounts.SetItem(place, account);
        return With(new Person(id, accounts[0].Name, accounts));
    }

    private Register Without(Person person, AccountId account)
    {
        var accounts = person.Accounts.RemoveAll(a => a.Id == account);
        var register = WithoutIndex(person);
        return accounts.IsEmpty
            ? register with
            {
                People = register.People.Remove(person.Id),
            }
            : register.WithIndex(new Person(person.Id, accounts[0].Name, accounts));
    }

    private Register WithIndex(Person person) =>
        this with
        {
            People = People.SetItem(person.Id, person),
            ByAccount = ByAccount.SetItems(
                person.Accounts.Select(a => KeyValuePair.Create(a.Id, person.Id))
            ),
            ByName = Indexed(person)
                .Aggregate(
                    ByName,
                    (all, n) => all.SetItem(n, all.GetValueOrDefault(n, []).Add(person.Id))
                ),
        };

    private Register WithoutIndex(Person? person) =>
        person is null
            ? this
            : this with
            {
                ByName = Indexed(person)
                    .Aggregate(
                        ByName,
                        (all, n) => all.SetItem(n, all.GetValueOrDefault(n, []).Remove(person.Id))
                    ),
            };

    private static IEnumerable<string> Indexed(Person person) =>
        person.NamesAt(DateTimeOffset.MinValue).Distinct(StringComparer.OrdinalIgnoreCase);
}

internal static class ImmutableArrays
{
    /// <summary>The index of the first that fits, or -1.</summary>
    public static int FindIndex<T>(this ImmutableArray<T> items, Func<T, bool> fits)
    {
        for (var i = 0; i < items.Length; i++)
        {
            if (fits(items[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
