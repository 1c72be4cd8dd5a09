using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>
/// <c>delegate …</c>: somebody else decides in the asker's place for a time. It is the asker's own right that
/// is lent, so nobody has to confirm it; both are told, and together they count once.
/// </summary>
internal static class DelegateCommand
{
    private const string Times = "2026-12-01, \"2026-12-01 18:00\" (UTC), 8h or 3d";

    public static ImmutableArray<CommandForm> Forms { get; } =
    [
        new(
            "delegate to",
            "@p until <time>",
            Access.Approvers,
            "lets one person decide in your place until then, by your right",
            a =>
                a.Mentions() is not { } people ? null
                : people.Length > 1
                    ? a.Fail<Command>("One person decides in your place, not several.")
                : !a.Keyword("until") ? null
                : Until(a) is { } until ? new Command.DelegateTo(people[0], until)
                : null
        ),
        new(
            "delegate off",
            "",
            Access.Anyone,
            "takes back what you let somebody decide in your place, at once",
            _ => new Command.DelegateOff()
        ),
    ];

    public static ConfigRuling Begin(
        Register register,
        DateTimeOffset now,
        AccountId by,
        PersonId to,
        DelegateUntil until
    ) =>
        Delegating.Begin(register, by, to, until.At(now), now) switch
        {
            DelegationRuling.Set set => Lost(register, set, now) is { } lost
                ? new ConfigRuling.Refused(
                    "Together you two count once, and then nobody could satisfy the policy "
                        + $"{lost.Name}: {Reach.Needs(lost)}. Name somebody else."
                )
                : Set(set),
            DelegationRuling.Refused no => new ConfigRuling.Refused(no.Why),
            _ => new ConfigRuling.Same(),
        };

    public static ConfigRuling End(Register register, DateTimeOffset now, AccountId by) =>
        register.PersonOf(by) is { } person
        && Delegating.End(register, person, now) is DelegationRuling.Set set
            ? Set(set)
            : new ConfigRuling.Same();

    public static Reply Begun(Delegation given, Register register) =>
        new(
            "Somebody decides in your place",
            [
                $"{Say.Name(register, given.To)} may decide what you may, until {Say.Time(given.Until)}.",
                "Only requests made from now on; not changes of the configuration, and not passed on to others.",
                "In those requests you two count as one person: what keeps one of you from deciding keeps the other.",
                "Both of you are told. Take it back: delegate off",
            ]
        );

    public static string Line(Delegation given, Register register) =>
        $"{Say.Name(register, given.To)} decides in the place of {Say.Name(register, given.From)} until "
        + Say.Time(given.Until);

    /// <summary>What two words may be: a day and an hour.</summary>
    private static DelegateUntil? Until(Arguments arguments)
    {
        if (arguments.Rest($"a time: {Times}") is not { } words)
        {
            return null;
        }

        var text = string.Join(' ', words);
        return DelegateUntil.Parse(text)
            ?? arguments.Fail<DelegateUntil>($"\"{text}\" is not a time: use {Times}.");
    }

    private static Policy? Lost(Register register, DelegationRuling.Set set, DateTimeOffset now)
    {
        var then = register
            .With(Register.DelegationArea, set.Name, ConfigJson.ToElement(set.After))
            .At(now);
        return Reach.Lost(register, then).FirstOrDefault();
    }

    private static ConfigRuling.Set Set(DelegationRuling.Set set) =>
        new(Register.DelegationArea, set.Name, set.After, Widens: false) { Review = "own_right" };
}

/// <content><c>delegate …</c></content>
public sealed partial class CommandDesk
{
    private async Task<Reply> DelegateAsync(
        Command.DelegateTo command,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var (people, refused) = await EnrolledAsync([command.Person], cancel);
        if (!refused.IsEmpty)
        {
            return new Reply("Refused", [.. refused, "Nothing was changed."]);
        }

        var by = hearing.Asker.Account;
        var ruling = await registers.ChangeAsync(
            hearing.Self,
            (register, now) => DelegateCommand.Begin(register, now, by, people[0], command.Until),
            cancel
        );
        return ruling switch
        {
            ConfigRuling.Set { After: Delegator after } => TellBegun(after, hearing),
            ConfigRuling.Refused no => new Reply("Refused", [no.Text, "Nothing was changed."]),
            _ => new Reply("Nothing to change", ["It is so already."]),
        };
    }

    private async Task<Reply> DelegateOffAsync(Hearing hearing, CancellationToken cancel)
    {
        List<string> lines = [];
        while (
            await registers.ChangeAsync(
                hearing.Self,
                (register, now) => DelegateCommand.End(register, now, hearing.Asker.Account),
                cancel
            )
                is ConfigRuling.Set { After: Delegator { Delegations: [.., var ended] } }
        )
        {
            lines.Add($"{Say.Name(registers.Current, ended.To)} decides in your place no more.");
            Tell(
                ended.To,
                "You decide for somebody else no more",
                $"{Say.Name(hearing.Person)} has taken it back."
            );
        }

        return lines.Count == 0
            ? new Reply("Nothing to change", ["Nobody decides in your place."])
            : new Reply(
                "Taken back",
                [
                    .. lines,
                    "In requests made while it ran you still count as one person; what they approved in your "
                        + "place and that still waits does not count any more.",
                ]
            );
    }

    private Reply TellBegun(Delegator after, Hearing hearing)
    {
        var (register, given) = (registers.Current, after.Delegations[^1]);
        foreach (var ended in after.Delegations.Where(d => d.Until == given.At && d.To != given.To))
        {
            Tell(
                ended.To,
                "You decide for somebody else no more",
                $"{Say.Name(hearing.Person)} has named somebody else."
            );
        }

        Tell(
            given.To,
            "You may decide for somebody else",
            $"{Say.Name(hearing.Person)} lets you decide what they may, until {Say.Time(given.Until)}.",
            "Only requests made from now on. In those you two count as one person. See: whoami"
        );
        return DelegateCommand.Begun(given, register);
    }

    private void Tell(PersonId person, string title, params string[] lines)
    {
        if (AccountOf(registers.Current, person) is { } account)
        {
            directory.Tell(account, title, lines);
        }
    }
}
