using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>
/// <c>guard …</c>: what checks a grant before something runs. Somebody else's executor gets a key, shown once
/// to whoever made it, with which it may consume the grants for its own audience and nothing else; a guarded
/// endpoint of the bot's own has an upstream and no key.
/// </summary>
public static class GuardCommand
{
    private const string Area = "guard";

    internal static ImmutableArray<CommandForm> Forms { get; } =
    [
        new(
            "guard add",
            GuardArguments.Usage,
            Access.Admins,
            "makes a guard for grants to this audience and shows its key once, to you alone; with an upstream, a guarded endpoint",
            GuardArguments.Read
        ),
        Pages.Form(
            "guard list",
            Access.Readers,
            "lists the guards, their audiences and upstreams",
            page => new Command.GuardList(page)
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

    /// <summary>A new guard. The name must be free.</summary>
    /// <param name="register">The guards as they are.</param>
    /// <param name="now">When it is made.</param>
    /// <param name="command">Its name and what it is.</param>
    /// <param name="audience">Of the command, or a guarded endpoint's own.</param>
    /// <param name="keyHash">Its key's; not used for a guarded endpoint.</param>
    /// <param name="by">Who makes it.</param>
    public static ConfigRuling Add(
        Register register,
        DateTimeOffset now,
        Command.GuardAdd command,
        string audience,
        string keyHash,
        PersonId by
    ) =>
        register.Guards.ContainsKey(command.Name.ToString())
            ? new ConfigRuling.Refused(
                $"There is a guard called {command.Name} already. A new key for it: guard rotate {command.Name}"
            )
            : Set(
                new KnownGuard(command.Name, audience, by, now)
                {
                    KeyHash = command.Upstream is null ? keyHash : null,
                    Upstream = command.Upstream,
                }
            );

    /// <summary>A new key, received by <paramref name="by"/>. The old one is forgotten by the same commit.</summary>
    public static ConfigRuling Rotate(
        Register register,
        DateTimeOffset now,
        AgentName name,
        string keyHash,
        PersonId by
    ) =>
        register.Guards.GetValueOrDefault(name.ToString()) is not { } guard ? Unknown(name)
        : guard.Upstream is not null
            ? new ConfigRuling.Refused(
                $"{name} is a guarded endpoint and has no key. What it adds to calls is read at each use: replace the "
                    + "file, or restart the bot with another variable."
            )
        : Set(guard with { KeyHash = keyHash, KeyCreator = by, KeyCreatedAt = now });

    /// <summary>Removing narrows: it applies at once.</summary>
    public static ConfigRuling Remove(Register register, AgentName name) =>
        register.Guards.ContainsKey(name.ToString())
            ? new ConfigRuling.Set(Area, name.ToString(), After: null, Widens: false)
            : Unknown(name);

    internal static Proposal Propose(Command.GuardAdd command, PersonId by, AdminOptions options)
    {
        var key = ApiKey.New(ApiKeyKind.Guard);
        var audience = command.Audience ?? $"{options.PublicUrl}/guard/{command.Name}";
        return new Proposal(
            (register, now) => Add(register, now, command, audience, key.Hash, by),
            register =>
                command.Upstream is { } upstream
                    ? Endpoint(command.Name, upstream, options)
                    : Key($"Guard {command.Name} added", command.Name, key, register, options),
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
                [
                    "It lets nothing through from now on. What was approved for it can be used nowhere.",
                ]
            ),
            Same: ""
        );

    internal static Reply List(int page, Register register) =>
        register.Guards.IsEmpty
            ? new Reply("Guards", ["There is none yet. \"help guard add\" shows how to make one."])
            : Pages.Reply(
                "Guards",
                "guard list",
                page,
                [.. register.Guards.Values.Select(g => Line(g, register))]
            );

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

    private static Reply Endpoint(AgentName name, Upstream upstream, AdminOptions options) =>
        new(
            $"Guarded endpoint {name} added",
            [
                $"Agents call {options.PublicUrl}/guard/{name}/… with their own key, instead of {upstream.Url}/…",
                $"What is asked for is {Say.Text($"http.<method> on {name}/<path>")}: policies decide by that.",
                Parts(upstream),
                Proposal.Unreviewed,
            ]
        );

    private static string Line(KnownGuard guard, Register register) =>
        guard.Upstream is { } upstream
            ? $"{guard.Name} — guarded endpoint to {upstream.Url} — {Parts(upstream)} — made {Say.Time(guard.KeyCreatedAt)} "
                + $"by {Say.Name(register, guard.KeyCreator)}"
            : $"{guard.Name} — audience {Say.Text(guard.Audience)} — key of {Say.Time(guard.KeyCreatedAt)} "
                + $"received by {Say.Name(register, guard.KeyCreator)}";

    private static string Parts(Upstream upstream) =>
        $"Adds {Listed(upstream.Headers.Select(h => h.ToString()))}; binds {Listed(upstream.Bind)}; "
        + $"methods {Listed(upstream.Methods)}{(upstream.Private ? "; private addresses allowed" : "")}"
        + (upstream.Current ? "; shows what a PUT would change" : "");

    private static string Listed(IEnumerable<string> words) =>
        string.Join(", ", words) is { Length: > 0 } list ? list : "nothing";

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
