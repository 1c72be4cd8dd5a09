using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>
/// <c>agent …</c>: the programs that may ask. A key is shown once, to whoever made it, and that person may
/// never decide what the agent asks.
/// </summary>
public static class AgentCommand
{
    private const string Area = "agent";

    internal static ImmutableArray<CommandForm> Forms { get; } =
    [
        new(
            "agent add",
            "<name> owner @p… [actions <glob>…]",
            Access.Admins,
            "makes an agent and shows its key once, to you alone",
            a =>
                a.Agent() is { } name
                && a.Keyword("owner")
                && a.Mentions() is { } owners
                && a.Actions() is { } actions
                    ? new Command.AgentAdd(name, owners, actions)
                    : null
        ),
        Pages.Form(
            "agent list",
            Access.Readers,
            "lists the agents, their owners and what they may ask",
            page => new Command.AgentList(page)
        ),
        new(
            "agent owner",
            "<name> @p…",
            Access.Admins,
            "says who answers for an agent from now on (instead of those before)",
            a =>
                a.Agent() is { } name && a.Mentions() is { } owners
                    ? new Command.AgentOwner(name, owners)
                    : null
        ),
        OfName(
            "rotate",
            "makes a new key; the old one stops at once",
            n => new Command.AgentRotate(n)
        ),
        OfName("disable", "stops an agent from asking, at once", n => new Command.AgentDisable(n)),
        OfName("enable", "lets a disabled agent ask again", n => new Command.AgentEnable(n)),
    ];

    /// <summary>A new agent with this key. The name must be free.</summary>
    public static ConfigRuling Add(
        Register register,
        DateTimeOffset now,
        Command.AgentAdd command,
        ImmutableArray<PersonId> owners,
        string keyHash,
        PersonId by
    ) =>
        command.Name == ProposedChange.Asks
            ? new ConfigRuling.Refused($"{command.Name} is the bot's own name: choose another.")
        : register.Agent(command.Name) is not null
            ? new ConfigRuling.Refused(
                $"There is an agent called {command.Name} already. A new key for it: agent rotate {command.Name}"
            )
        : Set(
            new Agent(command.Name, owners, command.Actions, keyHash, by, now, Disabled: false),
            widens: true
        );

    /// <summary>Other owners instead of the present ones: whoever is no owner any more may decide.</summary>
    public static ConfigRuling Owner(
        Register register,
        AgentName name,
        ImmutableArray<PersonId> owners
    ) =>
        Change(
            register,
            name,
            agent =>
                agent.Owners.ToHashSet().SetEquals(owners)
                    ? new ConfigRuling.Same()
                    : Set(agent with { Owners = owners }, widens: true)
        );

    /// <summary>A new key, received by <paramref name="by"/>. The old one is forgotten by the same commit.</summary>
    public static ConfigRuling Rotate(
        Register register,
        DateTimeOffset now,
        AgentName name,
        string keyHash,
        PersonId by
    ) =>
        Change(
            register,
            name,
            agent =>
                Set(
                    agent with
                    {
                        KeyHash = keyHash,
                        KeyCreator = by,
                        KeyCreatedAt = now,
                    },
                    widens: true
                )
        );

    /// <summary>Disabling narrows, enabling widens.</summary>
    public static ConfigRuling Disable(Register register, AgentName name, bool disabled) =>
        Change(
            register,
            name,
            agent =>
                agent.Disabled == disabled
                    ? new ConfigRuling.Same()
                    : Set(agent with { Disabled = disabled }, widens: !disabled)
        );

    internal static Proposal Propose(
        Command.AgentAdd command,
        ImmutableArray<PersonId> owners,
        PersonId by,
        AdminOptions options
    )
    {
        var key = ApiKey.New(ApiKeyKind.Agent);
        return new Proposal(
            (register, now) => Add(register, now, command, owners, key.Hash, by),
            register =>
                AgentReply.Key($"Agent {command.Name} added", command.Name, key, register, options),
            Same: ""
        );
    }

    internal static Proposal Propose(Command.AgentRotate command, PersonId by, AdminOptions options)
    {
        var key = ApiKey.New(ApiKeyKind.Agent);
        return new Proposal(
            (register, now) => Rotate(register, now, command.Name, key.Hash, by),
            register =>
                AgentReply.Key($"New key for {command.Name}", command.Name, key, register, options),
            Same: ""
        );
    }

    internal static Proposal Propose(Command.AgentOwner command, ImmutableArray<PersonId> owners) =>
        new(
            (register, _) => Owner(register, command.Name, owners),
            register => AgentReply.Owners(command.Name, register),
            $"These are the owners of {command.Name} already."
        );

    internal static Proposal Propose(Command.AgentDisable command) =>
        new(
            (register, _) => Disable(register, command.Name, disabled: true),
            _ => new Reply(
                $"Agent {command.Name} is disabled",
                [
                    "It can ask nothing from now on, and nothing approved runs. What waits already can still be decided.",
                    $"Undo: agent enable {command.Name}",
                ]
            ),
            $"{command.Name} is disabled already."
        );

    internal static Proposal Propose(Command.AgentEnable command) =>
        new(
            (register, _) => Disable(register, command.Name, disabled: false),
            _ => new Reply(
                $"Agent {command.Name} is enabled",
                ["It can ask again, with the same key.", Proposal.Unreviewed]
            ),
            $"{command.Name} is enabled already."
        );

    internal static Reply List(int page, Register register) => AgentReply.List(page, register);

    private static CommandForm OfName(string word, string help, Func<AgentName, Command> make) =>
        new(
            $"agent {word}",
            "<name>",
            Access.Admins,
            help,
            a => a.Agent() is { } name ? make(name) : null
        );

    private static ConfigRuling Change(
        Register register,
        AgentName name,
        Func<Agent, ConfigRuling> decide
    ) =>
        register.Agent(name) is { } agent
            ? decide(agent)
            : new ConfigRuling.Refused(
                $"There is no agent called {name}. \"agent list\" shows those there are."
            );

    private static ConfigRuling.Set Set(Agent agent, bool widens) =>
        new(Area, agent.Name.ToString(), agent, widens);
}
