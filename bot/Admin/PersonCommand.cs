using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary><c>person …</c>: which accounts are one human, said by administrators.</summary>
internal static class PersonCommand
{
    public static ImmutableArray<CommandForm> Forms { get; } =
    [
        new(
            "person show",
            "@p",
            Access.Admins,
            "shows somebody's accounts, groups, roles and agents",
            a => a.Account() is { } person ? new Command.PersonShow(person) : null
        ),
        new(
            "person link",
            "@p <account>",
            Access.Admins,
            "says that an account is theirs too: excludes at once, gives power later",
            a =>
                a.Account() is { } person && a.AccountOrSubject() is { } account
                    ? new Command.PersonLink(person, account)
                    : null
        ),
        new(
            "person unlink",
            "@p [account]",
            Access.Admins,
            "parts an account from its person: gives nothing back for what was asked before",
            a =>
                a.Account() is not { } person ? null
                : a.AtEnd ? new Command.PersonUnlink(person, person)
                : a.AccountOrSubject() is { } account ? new Command.PersonUnlink(person, account)
                : null
        ),
    ];

    public static Reply Show(Person person, Register register, DateTimeOffset now)
    {
        var same = register.SamePeople(person, now).Where(p => p.Id != person.Id).Select(Say.Name);
        var ids = person.Ids.ToHashSet();
        var groups = register.Groups.Values.Where(g =>
            ids.Any(id => register.IsInGroup(g.Name, id))
        );
        var agents = register.Agents.Values.Where(a => a.Owners.Any(ids.Contains));
        return new Reply(
            Say.Text(person.Name),
            [
                $"Person: {person.Id}",
                .. person.Accounts.Select(a => Line(a, now)),
                $"Counted as the same person: {Or(same, "nobody else")}",
                $"Groups and roles: {Or(groups.Select(g => g.Name.TrimStart('@')), "none")}",
                $"Agents owned: {Or(agents.Select(a => a.Name.ToString()), "none")}",
            ]
        );
    }

    public static Reply Linked(
        Person person,
        AccountId account,
        TimeSpan wait,
        ImmutableArray<string> lost
    ) =>
        new(
            $"{account} is linked",
            [
                $"One person now: {string.Join(", ", person.Accounts.Select(a => a.Id))}",
                "They count as one and exclude each other from this moment, also in what waits already.",
                wait > TimeSpan.Zero
                    ? $"For requests made after {Say.Age(wait)} each may also use the groups of the others."
                    : "For new requests each may also use the groups of the others.",
                .. lost.Select(l => $"Warning: {l}"),
                $"Wrong? An administrator parts them: person unlink {account}",
            ]
        );

    public static Reply Parted(
        AccountId account,
        Register register,
        TimeSpan wait,
        DateTimeOffset now
    )
    {
        var person = register.PersonOf(account)!;
        var still = register.SamePeople(person).Where(p => p.Id != person.Id).ToList();
        return new Reply(
            $"{account} is a person of its own",
            [
                $"Person: {person.Id}",
                $"In requests made before {Say.Time(now + wait)} it stays one with those it was linked to.",
                "It has the groups that name it, and none by those it was linked to.",
                .. still.Select(p =>
                    $"Warning: {Say.Name(p)} has the same e-mail, so they still count as one."
                ),
            ]
        );
    }

    private static string Line(Account account, DateTimeOffset now)
    {
        var emails = account.Emails.IsEmpty
            ? "no e-mail"
            : string.Join(", ", account.Emails.Select(Say.Text));
        var waits =
            account.PowerFrom > now
                ? $", no power by its links until {Say.Time(account.PowerFrom)}"
                : "";
        return $"Account: {account.Id} — {Say.Text(account.Name)} — {emails} — since {Say.Time(account.LinkedAt)}{waits}";
    }

    private static string Or(IEnumerable<string> items, string none) =>
        string.Join(", ", items) is { Length: > 0 } text ? text : none;
}

/// <content><c>person …</c></content>
public sealed partial class CommandDesk
{
    private static Reply PersonShow(Command.PersonShow show, Hearing hearing) =>
        hearing.Register.PersonOf(show.Person.Account) is { } person
            ? PersonCommand.Show(person, hearing.Register, hearing.Now)
            : Unknown(show.Person);

    private async Task<Reply> PersonLinkAsync(
        Command.PersonLink link,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var (_, refused) = await EnrolledAsync([link.Person], cancel);
        if (!refused.IsEmpty)
        {
            return LinkCommand.Refused([.. refused]);
        }

        if (link.Account.At(options.Issuer) is not { } account)
        {
            return NoIssuer(link.Account);
        }

        var member =
            account.Surface == Surface.Api
                ? new Member(account, account.User, [])
                : await directory.LookUpAsync(account, cancel);
        return
            member.Obstacle
                is MemberObstacle.Unknown
                    or MemberObstacle.NoSuchAccount
                    or MemberObstacle.NotHuman
            ? LinkCommand.Refused($"{account} {ObstacleText.ForMentioned(member.Obstacle.Value)}.")
            : await LinkAsync(
                link.Person.Account,
                member,
                "admin",
                hearing,
                register => (hearing with { Register = register }).IsAdmin,
                cancel
            );
    }

    private async Task<Reply> PersonUnlinkAsync(
        Command.PersonUnlink unlink,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        if (unlink.Account.At(options.Issuer) is not { } account)
        {
            return NoIssuer(unlink.Account);
        }

        var before = registers.Current.PersonOf(account);
        if (before is null || before.Account(unlink.Person.Account) is null)
        {
            return LinkCommand.Refused($"{account} is not linked to {unlink.Person.Account}.");
        }

        var ruling = await registers.LinkAsync(
            hearing.Self,
            await AbsentAsync(hearing, cancel),
            account.ToString(),
            (register, now) =>
                (hearing with { Register = register }).IsAdmin
                    ? Linking.Unlink(register, account, hearing.Self, surfaces.LinkWait, now)
                    : new LinkRuling.Refused("This is for administrators only."),
            cancel
        );
        if (ruling is LinkRuling.Done)
        {
            var reply = PersonCommand.Parted(
                account,
                registers.Current,
                surfaces.LinkWait,
                hearing.Now
            );
            Tell(before.Accounts.Select(a => a.Id), hearing.Asker.Account, reply);
            return TellRoles($"parted {account}", hearing, reply);
        }

        return ruling switch
        {
            LinkRuling.Proposed waits => ProposedReply.Answer(
                waits.Approval,
                waits.Again,
                registers.Current
            ),
            LinkRuling.Refused no => LinkCommand.Refused(no.Text),
            _ => new Reply("Nothing to change", ["This account is linked to no other."]),
        };
    }

    /// <summary>Links, says so to the asker, and tells every account that became one.</summary>
    private async Task<Reply> LinkAsync(
        AccountId to,
        Member account,
        string how,
        Hearing hearing,
        Func<Register, bool> may,
        CancellationToken cancel
    )
    {
        var before = registers.Current;
        LinkRuling Decide(Register register, DateTimeOffset now) =>
            !may(register) ? new LinkRuling.Refused("This is for administrators only.")
            : register.PersonOf(to) is not { } person
                ? new LinkRuling.Refused($"Nobody is known by the account {to}.")
            : Linking.Link(register, person, account, how, hearing.Self, surfaces.LinkWait, now);

        var isOwn = how is "code";
        var ruling = isOwn
            ? await registers.LinkAsync(Decide, cancel)
            : await registers.LinkAsync(
                hearing.Self,
                await AbsentAsync(hearing, cancel),
                $"{to} {account.Account}",
                Decide,
                cancel
            );
        if (ruling is LinkRuling.Done)
        {
            var after = registers.Current;
            var person = after.PersonOf(to)!;
            var lost = Reach.Lost(before, after).Select(LostBy).ToImmutableArray();
            var reply = PersonCommand.Linked(person, account.Account, surfaces.LinkWait, lost);
            Tell(person.Accounts.Select(a => a.Id), hearing.Asker.Account, reply);
            return isOwn ? reply : TellRoles($"linked {to} and {account.Account}", hearing, reply);
        }

        return ruling switch
        {
            LinkRuling.Proposed waits => ProposedReply.Answer(
                waits.Approval,
                waits.Again,
                registers.Current
            ),
            LinkRuling.Refused no => LinkCommand.Refused(no.Text),
            _ => new Reply("Nothing to change", ["They are one person already."]),
        };
    }

    private static string LostBy(Policy policy) =>
        $"nobody can satisfy the policy {policy.Name} any more: {Reach.Needs(policy)}. "
        + "Add people: group add <name> @p";

    private void Tell(IEnumerable<AccountId> accounts, AccountId asker, Reply reply)
    {
        foreach (var account in accounts.Where(a => a != asker))
        {
            directory.Tell(account, reply.Title, [.. reply.Lines]);
        }
    }

    private Reply NoIssuer(Mentioned subject) =>
        LinkCommand.Refused(
            options.Issuer is null
                ? $"No issuer is set (Api:Oidc:Issuer): write the whole account, oidc:<issuer>:{subject.Shown["oidc:".Length..]}"
                : $"{subject.Shown} is no account: of a subject, write a colon as %3A, a percent sign as %25 and a space as %20."
        );

    private static Reply Unknown(Mentioned mentioned) =>
        new(
            "Not found",
            [$"Nobody is known by the account {mentioned.Account}. Nothing was changed."]
        );
}
