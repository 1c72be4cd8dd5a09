using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>What a wish to link or part accounts comes to.</summary>
public abstract record LinkRuling
{
    private LinkRuling() { }

    public sealed record Done(ImmutableArray<Fact> Facts) : LinkRuling;

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
