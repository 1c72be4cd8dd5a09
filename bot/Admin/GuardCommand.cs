using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>
/// <c>guard …</c>: the programs that check a grant before they run something. A key is shown once, to whoever
/// made it; with it a guard may consume the grants for its own audience, and nothing else.
/// </summary>
public static class GuardCommand
{
    private const string Area = "guard";

    /// <summary>As long as a request's <c>audience</c> may be.</summary>
    private const int AudienceMax = 2_048;

    internal static ImmutableArray<CommandForm> Forms { get; } =
    [
        new(
            "guard add",
            "<name> audience <aud>",
            Access.Admins,
            "makes a guard for grants to this audience and shows its key once, to you alone",
            a =>
                a.Agent() is { } name && a.Keyword("audience") && Audience(a) is { } audience
                    ? new Command.GuardAdd(name, audience)
                    : null
        ),
        new(
            "guard list",
            "",
            Access.Readers,
            "lists the guards and their audiences",
            _ => new Command.GuardList()
        ),
        OfName(
            "rotate",
            "makes a new key; the old one stops at once",
            n => new Command.GuardRotate(n)
        ),
        OfName(
            "remove",
            "lets a guard consume nothing more, at once",
            n => new Command.GuardRemove(n)
        ),
    ];

    /// <summary>A new guard with this key. The name must be free.</summary>
    public static ConfigRuling Add(
        Register register,
        DateTimeOffset now,
        Command.GuardAdd command,
        string keyHash,
        PersonId by
    ) =>
        register.Guards.ContainsKey(command.Name.ToString())
            ? new ConfigRuling.Refused(
                $"There is a guard called {command.Name} already. A new key for it: guard rotate {command.Name}"
            )
            : Set(new KnownGuard(command.Name, command.Audience, keyHash, by, now));

    /// <summary>A new key, received by <paramref name="by"/>. The old one is forgotten by the same commit.</summary>
    public static ConfigRuling Rotate(
        Register register,
        DateTimeOffset now,
        AgentName name,
        string keyHash,
        PersonId by
    ) =>
        register.Guards.GetValueOrDefault(name.ToString()) is { } guard
            ? Set(guard with { KeyHash = keyHash, KeyCreator = by, KeyCreatedAt = now })
            : Unknown(name);

    /// <summary>Removing narrows: it applies at once.</summary>
    public static ConfigRuling Remove(Register register, AgentName name) =>
        register.Guards.ContainsKey(name.ToString())
            ? new ConfigRuling.Set(Area, name.ToString(), After: null, Widens: false)
            : Unknown(name);

    internal static Proposal Propose(Command.GuardAdd command, PersonId by, AdminOptions options)
    {
        var key = ApiKey.New(ApiKeyKind.Guard);
        return new Proposal(
            (register, now) => Add(register, now, command, key.Hash, by),
            register => Key($"Guard {command.Name} added", command.Name, key, register, options),
            Same: ""
        );
    }

    internal static Proposal Propose(Command.GuardRotate command, PersonId by, AdminOptions options)
    {
        var key = ApiKey.New(ApiKeyKind.Guard);
        return new Proposal(
            (register, now) => Rotate(register, now, command.Name, key.Hash, by),
            register => Key($"New key for {command.Name}", command.Name, key, register, options),
            Same: ""
        );
    }

    internal static Proposal Propose(Command.GuardRemove command) =>
        new(
            (register, _) => Remove(register, command.Name),
            _ => new Reply(
                $"Guard {command.Name} removed",
                ["Its key works no longer. What agents hold for it can be used nowhere."]
            ),
            Same: ""
        );

    internal static Reply List(Register register) =>
        register.Guards.IsEmpty
            ? new Reply("Guards", ["There is none yet. Make one: guard add <name> audience <aud>"])
            : new Reply("Guards", [.. register.Guards.Values.Select(g => Line(g, register))]);

    private static Reply Key(
        string title,
        AgentName name,
        ApiKey key,
        Register register,
        AdminOptions options
    ) =>
        new(
            title,
            [
                $"Key: {key.Reveal()}",
                "It is shown only now. Keep it where the guard keeps its secrets; a lost key is replaced by: "
                    + $"guard rotate {name}",
                $"Audience: {Say.Text(register.Guards.GetValueOrDefault(name.ToString())?.Audience ?? "")} "
                    + "(agents name it as \"audience\" when they ask)",
                $"It consumes grants at: POST {options.PublicUrl}/v1/grants/consume, with the header "
                    + "Authorization: Bearer and this key",
                Proposal.Unreviewed,
            ]
        )
        {
            Secret = true,
        };

    private static string Line(KnownGuard guard, Register register) =>
        $"{guard.Name} — audience {Say.Text(guard.Audience)} — key of {Say.Time(guard.KeyCreatedAt)} "
        + $"received by {Say.Name(register, guard.KeyCreator)}";

    /// <summary>Compared byte by byte with what agents say, so nothing that looks like something else.</summary>
    private static string? Audience(Arguments arguments)
    {
        if (
            arguments.Word("the audience, for example https://iam-guard.acme.example")
            is not { } word
        )
        {
            return null;
        }

        return word.Length <= AudienceMax && word.All(c => c is > ' ' and <= '~')
            ? word
            : arguments.Fail<string>(
                $"An audience is 1 to {AudienceMax} visible ASCII characters without spaces."
            );
    }

    private static CommandForm OfName(string word, string help, Func<AgentName, Command> make) =>
        new(
            $"guard {word}",
            "<name>",
            Access.Admins,
            help,
            a => a.Agent() is { } name ? make(name) : null
        );

    private static ConfigRuling.Set Set(KnownGuard guard) =>
        new(Area, guard.Name.ToString(), guard, Widens: true);

    private static ConfigRuling.Refused Unknown(AgentName name) =>
        new($"There is no guard called {name}. \"guard list\" shows those there are.");
}
