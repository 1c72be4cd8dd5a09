using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>
/// <c>agent callback …</c>: where an agent is told that something changed. Naming an address needs a second
/// administrator, as it sends something out; switching it off and a new secret do not.
/// </summary>
public static class CallbackCommand
{
    private const string Area = "callback";

    /// <summary>More are counted, not shown.</summary>
    internal const int ShownMax = 20;

    internal static CommandForm Form { get; } =
        new(
            "agent callback",
            "<name> [<url> [private] | off | rotate | retry]",
            Access.Admins,
            "shows, sets or ends where an agent is told of changes; rotate shows a new signing secret; retry sends what was given up",
            Read
        );

    /// <summary>The first address, or another: whoever has that one must not have learnt its secret from the one before.</summary>
    public static ConfigRuling Set(
        Register register,
        DateTimeOffset now,
        Command.CallbackSet command,
        string secretId
    ) =>
        register.Agent(command.Name) is null ? Unknown(command.Name)
        : register.Callback(command.Name) is not { } known
            ? Becomes(
                new AgentCallback(command.Name, command.Url, secretId, now)
                {
                    Private = command.Private,
                },
                widens: true
            )
        : known is { Gone: false } && known.Private == command.Private && IsAt(known, command)
            ? new ConfigRuling.Same()
        : Becomes(
            IsAt(known, command)
                ? known with
                {
                    Private = command.Private,
                    SetAt = now,
                    Gone = false,
                }
                : new AgentCallback(command.Name, command.Url, secretId, now)
                {
                    Private = command.Private,
                },
            widens: true
        );

    private static bool IsAt(AgentCallback known, Command.CallbackSet command) =>
        string.Equals(known.Url, command.Url, StringComparison.Ordinal);

    /// <summary>A new secret; the one before signs too for a day, so that the receiver can change over.</summary>
    public static ConfigRuling Rotate(
        Register register,
        DateTimeOffset now,
        AgentName name,
        string secretId
    ) =>
        register.Callback(name) is { } known
            ? Becomes(
                known with
                {
                    SecretId = secretId,
                    Before = new RetiredSecret(known.SecretId, now + AgentCallback.SecretKept),
                },
                widens: false
            )
            : None(name);

    public static ConfigRuling Off(Register register, AgentName name) =>
        register.Callback(name) is null
            ? new ConfigRuling.Same()
            : new ConfigRuling.Set(Area, name.ToString(), After: null, Widens: false);

    internal static Proposal Propose(Command.CallbackSet command, AdminOptions options)
    {
        var secretId = options.Callbacks.NewId();
        return new Proposal(
            (register, now) => Set(register, now, command, secretId),
            register =>
                Secret(
                    $"{command.Name} is called back at {Say.Text(command.Url)}",
                    command.Name,
                    register,
                    options,
                    Proposal.Unreviewed
                ),
            "It is called back there already."
        );
    }

    internal static Proposal Propose(Command.CallbackRotate command, AdminOptions options)
    {
        var secretId = options.Callbacks.NewId();
        return new Proposal(
            (register, now) => Rotate(register, now, command.Name, secretId),
            register =>
                Secret(
                    $"New signing secret for {command.Name}",
                    command.Name,
                    register,
                    options,
                    "The one before signs too for 24 hours: give the receiver the new one until then."
                ),
            Same: ""
        );
    }

    internal static Proposal Propose(Command.CallbackOff command) =>
        new(
            (register, _) => Off(register, command.Name),
            _ => new Reply(
                $"{command.Name} is not called back any more",
                ["What was owed is dropped."]
            ),
            $"{command.Name} has no callback."
        );

    /// <summary>Where an agent is called back, and what it did not take.</summary>
    internal static Reply Show(
        AgentName name,
        Register register,
        IReadOnlyList<CallbackLine> owed,
        int count,
        CallbackSecrets secrets
    )
    {
        if (register.Callback(name) is not { } callback)
        {
            return new Reply(
                $"{name} has no callback",
                [$"Set one: agent callback {name} https://…"]
            );
        }

        List<string> lines = [$"{Say.Text(callback.Url)} — since {Say.Time(callback.SetAt)}"];
        if (callback.Gone)
        {
            lines.Add("OFF: it answered 410. Name an address again to switch it on.");
        }

        if (!secrets.IsCurrent(callback.SecretId))
        {
            lines.Add(
                $"Its signing secret is made from a key that was replaced: agent callback {name} rotate"
            );
        }

        lines.AddRange(owed.Select(Line));
        if (count > owed.Count)
        {
            lines.Add(
                $"… and {count - owed.Count} more: those given up come first, then the oldest."
            );
        }

        lines.Add(
            owed.Count == 0 ? "Nothing is owed."
            : owed.Any(o => o.DueAt is null) ? $"Send all of it now: agent callback {name} retry"
            : "What is owed is sent by itself."
        );
        return new Reply($"Callback of {name}", [.. lines]);
    }

    private static string Line(CallbackLine line) =>
        $"{line.Type} of {line.Request}, {Say.Time(line.At)} — "
        + (
            line.DueAt is { } due
                ? $"{line.Attempts} attempts, next {Say.Time(due)}"
                : $"GIVEN UP after {line.Attempts} attempts"
        )
        + (line.Error is { } error ? $": {Say.Text(error)}" : "");

    private static Reply Secret(
        string title,
        AgentName name,
        Register register,
        AdminOptions options,
        string last
    ) =>
        new(
            title,
            [
                register.Callback(name) is { } callback
                    ? $"Signing secret: {options.Callbacks.Reveal(name, callback.SecretId)}"
                    : $"Its signing secret is shown by: agent callback {name} rotate",
                "It is shown only now: give it to the receiver. Standard Webhooks libraries check the signature with it.",
                "A callback says that something changed, never what is allowed: the agent asks with its own key.",
                last,
            ]
        )
        {
            Secret = true,
        };

    private static Command? Read(Arguments a)
    {
        if (a.Agent() is not { } name)
        {
            return null;
        }

        if (a.AtEnd)
        {
            return new Command.CallbackShow(name);
        }

        return a.Word("an address such as https://agent.acme.example/approvals") switch
        {
            "off" => new Command.CallbackOff(name),
            "rotate" => new Command.CallbackRotate(name),
            "retry" => new Command.CallbackRetry(name),
            { } url => Address(a, name, url),
            null => null,
        };
    }

    private static Command? Address(Arguments a, AgentName name, string url)
    {
        var isPrivate = !a.AtEnd;
        if (isPrivate && !a.Keyword("private"))
        {
            return null;
        }

        return AgentCallback.Problem(url, isPrivate) is { } problem
            ? a.Fail<Command>(problem)
            : new Command.CallbackSet(name, url, isPrivate);
    }

    private static ConfigRuling.Set Becomes(AgentCallback callback, bool widens) =>
        new(Area, callback.Agent.ToString(), callback, widens);

    private static ConfigRuling.Refused Unknown(AgentName name) =>
        new($"There is no agent called {name}. \"agent list\" shows those there are.");

    private static ConfigRuling.Refused None(AgentName name) =>
        new($"{name} has no callback. Set one: agent callback {name} https://…");
}

/// <content>Callbacks that are owed.</content>
public sealed partial class CommandDesk
{
    private Reply CallbackShow(Command.CallbackShow show, Hearing hearing) =>
        CallbackCommand.Show(
            show.Name,
            hearing.Register,
            callbacks.Owed(show.Name, CallbackCommand.ShownMax),
            callbacks.CountOwed(show.Name),
            options.Callbacks
        );

    /// <summary>Once it is off, nothing is owed either.</summary>
    private async Task<Reply> CallbackOffAsync(
        Command.CallbackOff off,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        var reply = await ChangeAsync(off, hearing, cancel);
        if (registers.Current.Callback(off.Name) is null)
        {
            await callbacks.ForgetAsync(off.Name, cancel);
        }

        return reply;
    }

    private async Task<Reply> CallbackRetryAsync(
        Command.CallbackRetry retry,
        Hearing hearing,
        CancellationToken cancel
    )
    {
        await callbacks.RetryAsync(retry.Name, cancel);
        return CallbackShow(new Command.CallbackShow(retry.Name), hearing);
    }
}
