using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>What the asker is told when another administrator must look first.</summary>
internal static class ProposedReply
{
    public static Reply Answer(Approval approval, bool again, Register register)
    {
        var code = approval.Opening.Code;
        var able = Forecast.Now(approval, register).Able.Select(c => c.Person.Id);
        List<string> lines =
        [
            again
                ? $"Asked before and not decided yet: card {code}; another administrator must approve."
                : $"Asked for confirmation: card {code}; another administrator must approve.",
            $"Can approve it: {Say.Names(register, able)}",
            $"Nothing is changed until then. It expires {Say.Time(approval.Opening.ExpiresAt)}. "
                + $"Take it back: withdraw {code}",
        ];
        if (approval.Change is { NewKey: not null } change)
        {
            lines.Add(
                "The key is made when it is approved, and told to you alone, in your own chat. If it does "
                    + $"not arrive: {change.Area} rotate {change.Name}"
            );
        }

        return new Reply("Not changed yet", [.. lines]);
    }
}

/// <summary>Changes that wait, and of those <see cref="Seen"/> the ones that nobody else confirmed.</summary>
internal sealed record ChangeCounts(int Waiting, int Unreviewed, int Seen)
{
    public static ChangeCounts Of(
        IReadOnlyList<RegisterChange> history,
        IReadOnlyList<Approval> pending
    ) =>
        new(
            pending.Count(a => a.Change is not null),
            history.Count(c =>
                c.Fact
                    is Fact.ConfigChanged { Review: "unreviewed" }
                        or Fact.PersonLinked { Review: "unreviewed" }
                        or Fact.PersonUnlinked { Review: "unreviewed" }
            ),
            history.Count
        );
}

/// <content>Everybody with a role hears of a change that nobody else has seen.</content>
public sealed partial class CommandDesk
{
    private Reply TellRoles(string what, Hearing hearing, Reply reply)
    {
        var mark = "It is marked \"unreviewed\" in the ledger. See: config history";
        TellRoles(hearing, "Unreviewed change", $"{what}, and nobody else confirmed it.", mark);
        return reply;
    }

    /// <summary>A role that is taken away is told to whoever had it, and to all who have one.</summary>
    private Reply TellRemoved(string role, Hearing hearing, Reply reply)
    {
        var left = registers.Current.Group(role)?.Members ?? [];
        var removed = (hearing.Register.Group(role)?.Members ?? []).Except(left);
        var what = $"took the role \"{role[1..]}\" from {Say.Names(hearing.Register, removed)}.";
        TellRoles(hearing, "Role taken away", what, "See: config history");
        return reply;
    }

    /// <summary>Those with a role when the command was heard, and those with one now.</summary>
    private void TellRoles(Hearing hearing, string title, string what, string see)
    {
        var register = registers.Current;
        var (self, asker) = (hearing.Person.Ids.ToHashSet(), hearing.Asker.Account);
        var accounts = new[] { hearing.Register, register }
            .SelectMany(r => new[] { Register.Admins, Register.Auditors }.Select(r.Group))
            .SelectMany(role => role?.Members ?? [])
            .Where(id => !self.Contains(id))
            .Select(id => AccountOf(register, id))
            .OfType<AccountId>()
            .Distinct();
        foreach (var account in accounts.Where(a => a != asker))
        {
            directory.Tell(account, title, $"{Say.Name(hearing.Person)} {what}", see);
        }
    }

    /// <summary>
    /// Asks the directories about the other administrators: those who cannot decide anything any more are
    /// waited for by nobody, and an address that two accounts share makes them one. Who cannot be asked
    /// about counts: a directory that is down makes nothing easier.
    /// </summary>
    private async Task<ImmutableHashSet<PersonId>> AbsentAsync(
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var asked = await Task.WhenAll(
            (hearing.Register.Group(Register.Admins)?.Members ?? [])
                .Where(id => id != hearing.Self)
                .Select(id => (Id: id, Account: AccountOf(hearing.Register, id)))
                .Where(a => a.Account is not null)
                .Select(async a =>
                    (a.Id, Member: await directory.LookUpAsync(a.Account!.Value, cancel))
                )
        );
        foreach (var (_, member) in asked.Where(a => a.Member.Obstacle is null))
        {
            await registers.EnrolAsync(member, "directory", cancel);
        }

        return
        [
            .. asked
                .Where(a => a.Member.Obstacle is not (null or MemberObstacle.Unknown))
                .Select(a => a.Id),
        ];
    }

    private static AccountId? AccountOf(Register register, PersonId id) =>
        register.Person(id) is { Accounts: [var first, ..] } person
            ? (person.Accounts.FirstOrDefault(a => a.Self == id) ?? first).Id
            : null;
}
