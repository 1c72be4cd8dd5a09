using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary><c>admin …</c>: who may change the configuration. There is always at least one.</summary>
internal static class AdminCommand
{
    public static ImmutableArray<CommandForm> Forms { get; } =
    [
        new(
            "admin add",
            "@p…",
            Access.Admins,
            "makes people administrators (that alone lets nobody approve)",
            a => a.Mentions() is { } people ? new Command.AdminAdd(people) : null
        ),
        new(
            "admin remove",
            "@p…",
            Access.Admins,
            "takes the role away, at once; the last administrator stays",
            a => a.Mentions() is { } people ? new Command.AdminRemove(people) : null
        ),
    ];

    public static Proposal ProposeAdd(ImmutableArray<PersonId> people, PersonId by) =>
        new(
            (register, now) => Membership.Add(register, now, Register.Admins, people, by),
            register => new Reply(
                "Administrators added",
                [$"Administrators now: {All(register)}", Proposal.Unreviewed]
            ),
            "They are administrators already."
        );

    public static Proposal ProposeRemove(ImmutableArray<PersonId> people) =>
        new(
            (register, _) => Membership.Remove(register, Register.Admins, people),
            register => new Reply(
                "Administrators removed",
                [
                    $"Administrators now: {All(register)}",
                    "Groups and agents of theirs are unchanged: group remove, agent owner.",
                ]
            ),
            "They are not administrators."
        );

    private static string All(Register register) =>
        Say.Names(register, register.Group(Register.Admins)?.Members ?? []);
}
