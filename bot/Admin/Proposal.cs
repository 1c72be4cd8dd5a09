using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>
/// What a command wants changed. <see cref="Decide"/> is pure and is judged inside the commit, against
/// the register of that moment; <see cref="Done"/> is said when it is durable, <see cref="Same"/> when
/// it was so already.
/// </summary>
internal sealed record Proposal(
    Func<Register, DateTimeOffset, ConfigRuling> Decide,
    Func<Register, Reply> Done,
    string Same
)
{
    /// <summary>Said of everything that gives somebody more power and that nobody else confirmed.</summary>
    public const string Unreviewed =
        "Nobody else confirmed this change: it is marked \"unreviewed\" in the ledger.";
}

/// <content>Changes: whoever is named is looked up first, all or nothing; then one commit.</content>
public sealed partial class CommandDesk
{
    private async Task<Reply> ChangeAsync(
        Command command,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var (people, refused) = await NamedAsync(command, hearing.Register, cancel);
        if (!refused.IsEmpty)
        {
            return new Reply("Refused", [.. refused, "Nothing was changed."]);
        }

        if (await WhyNotReachedAsync(command, cancel) is { } unfit)
        {
            return new Reply("Refused", [unfit, "Nothing was changed."]);
        }

        var by = hearing.Self;
        var who = command is Command.AuditorKey or Command.AuditorKeyRevoke
            ? Access.Auditors
            : Access.Admins;
        return await ProposeAsync(Propose(command, people, by), who, hearing, cancel);
    }

    /// <summary>Why an address that a command names cannot be called from here, or null.</summary>
    private Task<string?> WhyNotReachedAsync(Command command, CancellationToken cancel) =>
        command switch
        {
            Command.GuardAdd { Upstream: { } upstream } => options.WhyNotUpstream(upstream, cancel),
            Command.CallbackSet { Url: var url, Private: var may } => options.WhyNotCallback(
                new Uri(url),
                may,
                cancel
            ),
            _ => Task.FromResult<string?>(null),
        };

    /// <summary>One commit; whoever asks must still be allowed to inside it.</summary>
    private async Task<Reply> ProposeAsync(
        Proposal proposal,
        Access who,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var widens =
            proposal.Decide(hearing.Register, hearing.Now) is ConfigRuling.Set { Widens: true };
        var ruling = await registers.ChangeAsync(
            hearing.Self,
            widens ? await AbsentAsync(hearing, cancel) : [],
            (register, now) =>
                (hearing with { Register = register }).May(who)
                    ? proposal.Decide(register, now)
                    : new ConfigRuling.Refused($"This is for {Hearing.Wants(who)} only."),
            cancel
        );
        return ruling switch
        {
            ConfigRuling.Set { Widens: true } set => TellRoles(
                $"changed {set.Area.Replace('_', ' ')} {Say.Text(set.Name)}",
                hearing,
                proposal.Done(registers.Current)
            ),
            ConfigRuling.Set { Name: Register.Admins or Register.Auditors } set => TellRemoved(
                set.Name,
                hearing,
                proposal.Done(registers.Current)
            ),
            ConfigRuling.Set => proposal.Done(registers.Current),
            ConfigRuling.Proposed waits => ProposedReply.Answer(
                waits.Approval,
                waits.Again,
                registers.Current
            ),
            ConfigRuling.Same => new Reply("Nothing to change", [proposal.Same]),
            ConfigRuling.Refused no => new Reply("Refused", [no.Text, "Nothing was changed."]),
            _ => throw new InvalidOperationException(),
        };
    }

    private Proposal Propose(Command command, ImmutableArray<PersonId> people, PersonId by) =>
        command switch
        {
            Command.AgentAdd c => AgentCommand.Propose(c, people, by, options),
            Command.AgentOwner c => AgentCommand.Propose(c, people),
            Command.AgentRotate c => AgentCommand.Propose(c, by, options),
            Command.AgentDisable c => AgentCommand.Propose(c),
            Command.AgentEnable c => AgentCommand.Propose(c),
            Command.CallbackSet c => CallbackCommand.Propose(c, options),
            Command.CallbackRotate c => CallbackCommand.Propose(c, options),
            Command.CallbackOff c => CallbackCommand.Propose(c),
            Command.GuardAdd c => GuardCommand.Propose(c, by, options),
            Command.GuardRotate c => GuardCommand.Propose(c, by, options),
            Command.GuardRemove c => GuardCommand.Propose(c),
            Command.FreezeSet c => FreezeCommand.Propose(c, by),
            Command.FreezeLift c => FreezeCommand.Propose(c),
            Command.GroupAdd c => GroupCommand.Propose(c, people, by),
            Command.GroupRemove c => GroupCommand.Propose(c, people),
            Command.RouteSet c => RouteCommand.Propose(c, surfaces),
            Command.RouteRemove c => RouteCommand.Propose(c, surfaces),
            Command.AdminAdd => AdminCommand.ProposeAdd(people, by),
            Command.AdminRemove => AdminCommand.ProposeRemove(people),
            Command.AuditorAdd => AuditorCommand.ProposeAdd(people, by),
            Command.AuditorRemove => AuditorCommand.ProposeRemove(people),
            Command.AuditorKey => AuditorCommand.ProposeKey(by, options),
            Command.AuditorKeyRevoke => AuditorCommand.ProposeRevoke(by),
            _ => throw new InvalidOperationException($"{command.GetType().Name} changes nothing"),
        };

    private async Task<(
        ImmutableArray<PersonId> People,
        ImmutableArray<string> Refused
    )> NamedAsync(Command command, Register register, CancellationToken cancel) =>
        command switch
        {
            Command.AgentAdd c => await EnrolledAsync(c.Owners, cancel),
            Command.AgentOwner c => await EnrolledAsync(c.Owners, cancel),
            Command.GroupAdd c => await JoiningAsync(c.Who, cancel),
            Command.AdminAdd c => await EnrolledAsync(c.People, cancel),
            Command.AuditorAdd c => await EnrolledAsync(c.People, cancel),
            Command.GroupRemove c => Known(c.Who.People, register),
            Command.AdminRemove c => Known(c.People, register),
            Command.AuditorRemove c => Known(c.People, register),
            _ => ([], []),
        };

    /// <summary>As <see cref="EnrolledAsync"/>, and each group one that its platform tells the members of.</summary>
    private async Task<(ImmutableArray<PersonId>, ImmutableArray<string>)> JoiningAsync(
        Named who,
        CancellationToken cancel
    )
    {
        List<string> refused = [];
        foreach (var surface in who.Groups.GroupBy(g => g.Surface))
        {
            var read = await groups.ReadAsync(surface.Key, [.. surface], cancel);
            refused.AddRange(
                read.Missing.Intersect(surface)
                    .Select(g =>
                        read.Why is { } why
                            ? $"{g}: {Say.Text(why)}."
                            : $"{g}: there is no such user group, it is disabled or shared with others, "
                                + $"or it has more than {UserGroups.MembersMax} members."
                    )
            );
        }

        return refused.Count > 0 ? ([], [.. refused]) : await EnrolledAsync(who.People, cancel);
    }

    /// <summary>
    /// The people of these accounts, each a live, full, human member now. If one is not, nobody is
    /// enrolled and every such account is named with the reason.
    /// </summary>
    private async Task<(ImmutableArray<PersonId>, ImmutableArray<string>)> EnrolledAsync(
        ImmutableArray<Mentioned> mentioned,
        CancellationToken cancel
    )
    {
        List<Member> members = [];
        foreach (var mention in mentioned)
        {
            members.Add(await directory.LookUpAsync(mention.Account, cancel));
        }

        var refused = members
            .Zip(mentioned)
            .Where(m => m.First.Obstacle is not null)
            .Select(m =>
                $"{Say.Text(m.Second.Shown)} ({m.Second.Account}) {ObstacleText.ForMentioned(m.First.Obstacle!.Value)}."
            )
            .ToImmutableArray();
        if (!refused.IsEmpty)
        {
            return ([], refused);
        }

        var people = ImmutableArray.CreateBuilder<PersonId>();
        foreach (var member in members)
        {
            var person = await registers.EnrolAsync(member, "mentioned", cancel);
            people.Add(person.Account(member.Account)!.Self);
        }

        return ([.. people.Distinct()], []);
    }

    /// <summary>
    /// Whoever is taken out need not be a member any more, and is taken out by whatever account they are in;
    /// unknown accounts are in nothing.
    /// </summary>
    private static (ImmutableArray<PersonId>, ImmutableArray<string>) Known(
        ImmutableArray<Mentioned> mentioned,
        Register register
    ) => ([.. mentioned.SelectMany(m => register.PersonOf(m.Account)?.Ids ?? []).Distinct()], []);
}
