using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary><c>status</c>: the state of the house in ten lines.</summary>
internal static class StatusCommand
{
    public static CommandForm Form { get; } =
        new(
            "status",
            "",
            Access.Readers,
            "shows surfaces, people, agents, what waits and what needs attention",
            _ => new Command.Status()
        );

    /// <summary>Cards that are told one by one.</summary>
    private const int CardsMax = 5;

    public static Reply Answer(
        Register register,
        DeskOptions surfaces,
        IReadOnlyList<UndrawnCopy> undrawn,
        int pending,
        int pendingMax,
        ChangeCounts changes,
        AnchorLines anchors,
        PublicKeys ledger
    )
    {
        var agents = register.Agents.Values.ToList();
        var groups = register.Groups.Values.Where(g => !g.Name.StartsWith('@'));
        var waiting = pending < pendingMax ? $"{pending}" : $"{pendingMax} or more";
        return new Reply(
            "Status",
            [
                $"Surfaces: Slack {OnOff(surfaces.Slack)}, Teams {OnOff(surfaces.Teams)}",
                $"Pending requests: {waiting}",
                $"Agents: {agents.Count}, disabled: {agents.Count(a => a.Disabled)}",
                $"Groups: {string.Join(", ", groups.Select(g => $"{g.Name} ({register.MembersOf(g.Name).Count()})"))}",
                $"Administrators: {Say.Names(register, Members(register, Register.Admins))}",
                $"Auditors: {Say.Names(register, Members(register, Register.Auditors))}",
                .. register
                    .Delegations.Where(d => register.AsOf < d.Until)
                    .Select(d => DelegateCommand.Line(d, register)),
                $"Cards go to: {RouteCommand.Default(register, surfaces)}",
                ledger.Line is null
                    ? "Checkpoints: signed with ECDSA P-256 alone; libcrypto has no Ed25519 here"
                    : "Checkpoints: signed with ECDSA P-256 and Ed25519",
                .. anchors.Lines,
                .. FreezeCommand
                    .Attention(register)
                    .Concat(Attention(register, surfaces))
                    .Concat(Changes(changes))
                    .Concat(Cards(undrawn))
                    .Concat(anchors.Attention)
                    .Select(a => $"Needs attention: {a}"),
            ]
        );
    }

    private static IEnumerable<string> Attention(Register register, DeskOptions surfaces)
    {
        if (Members(register, Register.Admins).Length == 1)
        {
            yield return "there is one administrator, so nobody reviews changes: they apply at once and are "
                + "marked \"unreviewed\" in the ledger. Add another: admin add @p";
        }

        foreach (var group in register.UnreadOf(register.Groups.Keys))
        {
            yield return $"{Say.Group(register, group)}. Does the app have the scope usergroups:read?";
        }

        foreach (
            var policy in register.Policies.Policies.Where(p => p.Effect == Effect.RequireApproval)
        )
        {
            if (!Reach.IsPossible(policy, register))
            {
                yield return $"nobody can satisfy the policy {policy.Name}: {Reach.Needs(policy)}. "
                    + "Add people: group add <name> @p";
            }

            if (Routing.For(policy, register, surfaces).Count == 0)
            {
                yield return $"cards of the policy {policy.Name} go nowhere. Say where: "
                    + $"route set {policy.Name} {RouteCommand.Example(surfaces)}";
            }
        }

        foreach (var agent in register.Agents.Values)
        {
            if (!agent.Disabled && Reach.WhyNobody(agent, register) is { } why)
            {
                yield return why;
            }
        }
    }

    private static IEnumerable<string> Changes(ChangeCounts changes)
    {
        if (changes.Waiting > 0)
        {
            yield return $"{Say.Count(changes.Waiting, "change waits", "changes wait")} for another "
                + "administrator to approve: pending";
        }

        if (changes.Unreviewed > 0)
        {
            yield return $"of the last {changes.Seen} changes {changes.Unreviewed} gave somebody more power "
                + "and were confirmed by nobody (\"unreviewed\"): config history";
        }
    }

    private static IEnumerable<string> Cards(IReadOnlyList<UndrawnCopy> undrawn)
    {
        foreach (var copy in undrawn.Take(CardsMax))
        {
            var what = copy.GivenUp ? "cannot be shown" : "waits";
            var place = $"{WireNames.Of(copy.Surface)}:{copy.Conversation}";
            yield return $"a card of {copy.Request} in {place} {what}: {copy.Why}";
        }

        if (undrawn.Count > CardsMax)
        {
            yield return $"{undrawn.Count - CardsMax} more cards are not shown";
        }
    }

    private static ImmutableArray<PersonId> Members(Register register, string group) =>
        register.Group(group)?.Members ?? [];

    private static string OnOff(bool enabled) => enabled ? "on" : "off";
}

/// <content><c>status</c></content>
public sealed partial class CommandDesk
{
    private const int PendingCountedMax = 1000;
    private const int ChangesCountedMax = 200;

    private async Task<Reply> StatusAsync(Hearing hearing, CancellationToken cancel)
    {
        var pending = await approvals.PendingAsync(PendingCountedMax, cancel);
        return StatusCommand.Answer(
            hearing.Register,
            surfaces,
            undrawn.All,
            pending.Count,
            PendingCountedMax,
            ChangeCounts.Of(registers.History(ChangesCountedMax), pending),
            new AnchorLines(anchors.States()),
            keys.Public
        );
    }
}
