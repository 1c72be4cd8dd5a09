using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Policies;

namespace ChatApprovals.Admin;

/// <summary>What <c>policy set</c>, <c>remove</c> and <c>move</c> want changed, and what is said then.</summary>
internal static class PolicyChanges
{
    public static Proposal Set(Policy read, PersonId by, DeskOptions surfaces)
    {
        var widens = false;
        return new Proposal(
            (register, now) => Seen(PolicyRules.Set(register, now, read, by, surfaces), out widens),
            register => Done(register, read.Name, surfaces, widens),
            $"The policy {read.Name} says that already."
        );
    }

    public static Proposal Remove(string name, PersonId by)
    {
        var widens = false;
        return new Proposal(
            (register, now) => Seen(PolicyRules.Remove(register, now, name, by), out widens),
            register => new Reply(
                $"Policy {name} removed",
                [
                    "Requests that wait keep the version they were made under.",
                    .. register.Routes.ContainsKey(name)
                        ? [$"Its route stays, for a policy of that name."]
                        : Array.Empty<string>(),
                    .. Reviewed(widens),
                ]
            ),
            Same: ""
        );
    }

    public static Proposal Move(Command.PolicyMove command, PersonId by)
    {
        var widens = false;
        return new Proposal(
            (register, now) =>
                Seen(PolicyRules.Move(register, now, command.Name, command.Place, by), out widens),
            register => new Reply(
                $"Policy {command.Name} is tried as {PolicyReply.Place(register, command.Name)}",
                [
                    .. register.Policies.Policies.Select((p, i) => $"{i + 1}. {p.Name}"),
                    .. Reviewed(widens),
                ]
            ),
            $"{command.Name} stands there already."
        );
    }

    private static Reply Done(Register register, string name, DeskOptions surfaces, bool widens)
    {
        var policy = register.Policies.Named(name)!;
        List<string> lines =
        [
            PolicyReply.Summary(policy),
            $"Tried as {PolicyReply.Place(register, name)}: the first that matches applies. "
                + $"policy move {name} first|last|before <name>",
        ];
        if (policy.Effect == Effect.RequireApproval)
        {
            lines.Add(
                $"Could approve: {Say.Names(register, PolicyReply.Approvers(policy, register))}"
            );
            lines.Add($"Cards go to: {PolicyReply.Places(policy, register, surfaces)}");
        }

        lines.AddRange(
            register
                .Agents.Values.Where(a => !a.Disabled)
                .Select(a => Reach.WhyNobody(a, register))
                .OfType<string>()
                .Select(w => $"Warning: {w}")
        );
        lines.Add("Requests that wait keep the version they were made under.");
        lines.AddRange(Reviewed(widens));
        return new Reply($"Policy {name} is version {policy.Version}", [.. lines]);
    }

    private static ConfigRuling Seen(ConfigRuling ruling, out bool widens)
    {
        widens = ruling is ConfigRuling.Set { Widens: true };
        return ruling;
    }

    private static IEnumerable<string> Reviewed(bool widens) =>
        widens ? [Proposal.Unreviewed] : ["It asks for no less than before: no review is needed."];
}

/// <content><c>policy …</c></content>
public sealed partial class CommandDesk
{
    private async Task<Reply> PolicyAsync(
        Command command,
        Hearing hearing,
        CancellationToken cancel
    ) =>
        command switch
        {
            Command.PolicyList c => PolicyReply.List(c.Page, hearing.Register),
            Command.PolicyShow c => PolicyReply.Show(c.Name, hearing.Register, surfaces),
            Command.PolicyHistory c => PolicyReply.History(
                c,
                registers.History("policy", c.Name, (c.Page * PolicyReply.HistoryPage) + 1),
                hearing.Register
            ),
            Command.PolicySet { Yaml: null } c => PolicyReply.Form(c.Name, hearing.Register),
            Command.PolicySet { Yaml: { } yaml } c => await SetAsync(c.Name, yaml, hearing, cancel),
            Command.PolicyRemove c => await ProposeAsync(
                PolicyChanges.Remove(c.Name, hearing.Self),
                Access.Admins,
                hearing,
                cancel
            ),
            Command.PolicyMove c => await ProposeAsync(
                PolicyChanges.Move(c, hearing.Self),
                Access.Admins,
                hearing,
                cancel
            ),
            Command.PolicyTest c => PolicyTest.Answer(
                options.ReadRequest(c.Json, hearing.Register),
                hearing,
                surfaces
            ),
            Command.PolicyReplay c => await ReplayAsync(c, hearing, cancel),
            _ => throw new InvalidOperationException($"{command.GetType().Name} is no policy's"),
        };

    /// <summary>What was refused comes back in the form, so that it can be mended.</summary>
    private async Task<Reply> SetAsync(
        string name,
        string yaml,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var reply = PolicyYaml.Read(yaml, name) switch
        {
            PolicyReading.Accepted read => await ProposeAsync(
                PolicyChanges.Set(read.Policy, hearing.Self, surfaces),
                Access.Admins,
                hearing,
                cancel
            ),
            PolicyReading.Refused refused => PolicyReply.Faults(name, refused.Faults),
            _ => throw new InvalidOperationException(),
        };
        return reply.Title is "Refused" or PolicyReply.Faulty
            ? reply with
            {
                Form = new ReplyForm(name, yaml, reply.Lines),
            }
            : reply;
    }
}
