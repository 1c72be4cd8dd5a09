using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>
/// <c>freeze</c> and <c>unfreeze</c>: from the commit on, no grant of the agent (or of any) is issued or
/// consumed, whoever holds it. Requests can still be made and decided: they run after it, if at all.
/// </summary>
public static class FreezeCommand
{
    private const string Area = "freeze";
    private const string All = "all";

    internal static ImmutableArray<CommandForm> Forms { get; } =
    [
        new(
            "freeze",
            "<agent|all>",
            Access.Admins,
            "stops everything approved and not yet run, at once: no grant is issued or consumed",
            a => a.Agent() is { } name ? new Command.FreezeSet(name) : null
        ),
        new(
            "unfreeze",
            "<agent|all>",
            Access.Admins,
            "lets grants be issued and consumed again",
            a => a.Agent() is { } name ? new Command.FreezeLift(name) : null
        ),
    ];

    /// <summary>
    /// A disabled agent can be frozen too: better once too often. One that is not there cannot: whoever mistypes a
    /// name in a hurry must not believe that it was stopped.
    /// </summary>
    public static ConfigRuling Freeze(
        Register register,
        DateTimeOffset now,
        AgentName name,
        PersonId by
    ) =>
        register.Freezes.ContainsKey(KeyOf(name)) ? new ConfigRuling.Same()
        : IsAll(KeyOf(name)) || register.Agent(name) is not null
            ? new ConfigRuling.Set(Area, KeyOf(name), new Freeze(now, by), Widens: false)
        : new ConfigRuling.Refused(
            $"There is no agent called {name}, so nothing was frozen. "
                + "\"agent list\" shows those there are; \"freeze all\" stops all of them."
        );

    public static ConfigRuling Lift(Register register, AgentName name) =>
        register.Freezes.ContainsKey(KeyOf(name))
            ? new ConfigRuling.Set(Area, KeyOf(name), After: null, Widens: true)
            : new ConfigRuling.Same();

    internal static Proposal Propose(Command.FreezeSet command, PersonId by) =>
        new(
            (register, now) => Freeze(register, now, command.Name, by),
            _ => new Reply(
                $"{Who(command.Name)} frozen",
                [
                    "No grant is issued or consumed from now on, those under way included. Requests can still be made and decided.",
                    $"Undo: unfreeze {command.Name}",
                ]
            ),
            $"{Who(command.Name)} frozen already."
        );

    internal static Proposal Propose(Command.FreezeLift command) =>
        new(
            (register, _) => Lift(register, command.Name),
            register => new Reply(
                $"{Who(command.Name)} no longer frozen",
                [
                    "Grants that have not expired meanwhile can be used again.",
                    .. register.Freezes.IsEmpty
                        ? Array.Empty<string>()
                        :
                        [
                            $"Still frozen: {string.Join(", ", register.Freezes.Keys.Select(Shown))}",
                        ],
                    Proposal.Unreviewed,
                ]
            ),
            $"{Who(command.Name)} not frozen."
        );

    /// <summary>For <c>status</c>: one line for each freeze.</summary>
    internal static IEnumerable<string> Attention(Register register) =>
        register.Freezes.Select(f =>
            $"{Shown(f.Key)} is frozen since {Say.Time(f.Value.At)} by {Say.Name(register, f.Value.By)}. "
            + $"Undo: unfreeze {(IsAll(f.Key) ? All : f.Key)}"
        );

    private static string KeyOf(AgentName name) =>
        name.ToString() is var text && string.Equals(text, All, StringComparison.Ordinal)
            ? Register.Everything
            : text;

    private static bool IsAll(string key) =>
        string.Equals(key, Register.Everything, StringComparison.Ordinal);

    private static string Shown(string key) => IsAll(key) ? "everything" : key;

    private static string Who(AgentName name) =>
        IsAll(KeyOf(name)) ? "Everything is" : $"{name} is";
}
