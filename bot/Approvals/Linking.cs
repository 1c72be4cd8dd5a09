using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>What a wish to link or part accounts comes to.</summary>
public abstract record LinkRuling
{
    private LinkRuling() { }

    public sealed record Done(ImmutableArray<Fact> Facts) : LinkRuling;

    /// <summary>Nothing is linked or parted yet: another administrator must approve.</summary>
    public sealed record Proposed(Approval Approval, bool Again) : LinkRuling;

    /// <summary>It is so already: nothing to record.</summary>
    public sealed record Same : LinkRuling;

    public sealed record Refused(string Text) : LinkRuling;
}

/// <summary>
/// Says which accounts are one person. Pure. The person linked <i>to</i> keeps its id; every account keeps
/// the id that was made for it (<see cref="Account.Self"/>), and with it what groups and roles say of that
/// id. So nothing has to be rewritten, and parting again leaves everyone what they had by themselves.
/// </summary>
public static class Linking
{
    /// <summary>Own limit: nobody has more.</summary>
    public const int AccountsMax = 20;

    /// <summary>What a wish to link or part is called among changes of the configuration.</summary>
    public const string LinkArea = "link";

    public const string PartArea = "unlink";

    /// <summary>Of each of these accounts (separated by spaces) the accounts of its person; null: of none.</summary>
    public static SortedDictionary<string, string[]>? Standing(Register register, string accounts)
    {
        var standing = new SortedDictionary<string, string[]>(StringComparer.Ordinal);
        foreach (var name in accounts.Split(' '))
        {
            if (
                AccountId.TryParse(name, provider: null, out var account)
                && register.PersonOf(account) is { } person
            )
            {
                standing[name] = [.. person.Accounts.Select(a => a.Id.ToString())];
            }
        }

        return standing.Count == 0 ? null : standing;
    }

    /// <summary>What a proposal to link or part comes to when it is confirmed.</summary>
    public static LinkRuling Confirmed(
        Register register,
        ProposedChange change,
        TimeSpan wait,
        DateTimeOffset now
    )
    {
        var accounts = change
            .Name.Split(' ')
            .Select(a => AccountId.Parse(a, provider: null))
            .ToArray();
        if (change.Area is PartArea)
        {
            return Unlink(register, accounts[0], change.By, wait, now);
        }

        return
            register.PersonOf(accounts[0]) is { } person
            && register.PersonOf(accounts[1])?.Account(accounts[1]) is { } other
            ? Link(
                register,
                person,
                new Member(other.Id, other.Name, other.Emails),
                "admin",
                change.By,
                wait,
                now
            )
            : new LinkRuling.Refused("An account is not known any more.");
    }

    /// <summary>
    /// Makes an account, and all that are linked with it, this person's. They exclude and count as one at
    /// once; each has the power of the others after <paramref name="wait"/>.
    /// </summary>
    public static LinkRuling Link(
        Register register,
        Person person,
        Member account,
        string how,
        PersonId? by,
        TimeSpan wait,
        DateTimeOffset now
    )
    {
        var other = register.PersonOf(account.Account);
        if (other?.Id == person.Id)
        {
            return new LinkRuling.Same();
        }

        List<Fact> facts = [];
        if (other is null)
        {
            var named = new Fact.PersonLinked(
                PersonId.New(now),
                account.Account,
                "named",
                account.Name,
                account.Emails
            )
            {
                By = by,
            };
            facts.Add(named);
            other = register.Apply(named, now).PersonOf(account.Account)!;
        }

        if (person.Accounts.Length + other.Accounts.Length > AccountsMax)
        {
            return new LinkRuling.Refused($"One person has at most {AccountsMax} accounts.");
        }

        var moved = other.Accounts.Select(a => new Fact.PersonLinked(
            person.Id,
            a.Id,
            how,
            a.Name,
            a.Emails
        )
        {
            From = other.Id,
            By = by,
            PowerFrom = now + wait,
        });
        return new LinkRuling.Done([.. facts, .. moved]);
    }

    /// <summary>
    /// Parts an account from the others of its person. An id stays with the account it was made for: if that
    /// is the person's id, the others leave. For requests made before, and until <paramref name="wait"/> is
    /// over, they stay one.
    /// </summary>
    public static LinkRuling Unlink(
        Register register,
        AccountId account,
        PersonId? by,
        TimeSpan wait,
        DateTimeOffset now
    )
    {
        if (register.PersonOf(account) is not { } person)
        {
            return new LinkRuling.Refused($"Nobody is known by the account {account}.");
        }

        if (person.Accounts.Length == 1)
        {
            return new LinkRuling.Same();
        }

        var (own, others) = (
            person.Account(account)!,
            person.Accounts.RemoveAll(a => a.Id == account)
        );
        var isShared = others.Any(a => a.Self == own.Self);
        var (leaving, into) =
            isShared ? ([own], PersonId.New(now))
            : own.Self == person.Id ? (others, others[0].Self)
            : (ImmutableArray.Create(own), own.Self);
        return new LinkRuling.Done([
            .. leaving.Select(a => new Fact.PersonUnlinked(
                person.Id,
                a.Id,
                into,
                "admin",
                by,
                now + wait
            )),
        ]);
    }
}
