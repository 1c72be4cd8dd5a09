using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>Keeps people in step with what the platforms' directories say of their accounts.</summary>
internal static class Enrolment
{
    /// <summary>
    /// The person of a member, recorded when new or changed. An account the directory could not vouch for
    /// is not enrolled (null), but one that is known stays known.
    /// </summary>
    public static Person? Record(Commit commit, Member member, string how)
    {
        var known = commit.Register.PersonOf(member.Account);
        if (member.Obstacle is not null)
        {
            return known;
        }

        if (
            known?.Account(member.Account) is { } account
            && string.Equals(account.Name, member.Name, StringComparison.Ordinal)
            && account.Emails.SequenceEqual(member.Emails, StringComparer.OrdinalIgnoreCase)
        )
        {
            return known;
        }

        var person = known?.Id ?? PersonId.New(commit.Now);
        var reason = known is null ? how : "directory";
        commit.Record(
            new Fact.PersonLinked(person, member.Account, reason, member.Name, member.Emails)
        );
        return commit.Register.Person(person);
    }

    /// <summary>
    /// The person of a sign-in, with the address that its issuer verified. Enrols nobody: whose a sign-in is,
    /// an administrator says, or its owner by a code.
    /// </summary>
    public static Person? Record(Commit commit, SignIn who)
    {
        var person = commit.Register.PersonOf(who.Account);
        if (
            person?.Account(who.Account) is not { } account
            || who.Email is not { } email
            || account.Emails.SequenceEqual([email], StringComparer.OrdinalIgnoreCase)
        )
        {
            return person;
        }

        commit.Record(
            new Fact.PersonLinked(person.Id, account.Id, "sign_in", account.Name, [email])
        );
        return commit.Register.Person(person.Id);
    }
}
