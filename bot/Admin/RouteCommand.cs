using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Policies;

namespace ChatApprovals.Admin;

/// <summary>
/// <c>route …</c>: where the cards of a policy are sent. Being in a channel gives nobody any right; a
/// route only decides who sees.
/// </summary>
public static class RouteCommand
{
    private const string Fallback = "default";

    /// <summary>Own limit: each place is one more copy to draw at every change.</summary>
    private const int DestinationsMax = 20;

    internal static ImmutableArray<CommandForm> Forms { get; } =
    [
        new(
            "route set",
            "<policy|default> <slack:CHANNEL|teams:CONVERSATION>…",
            Access.Admins,
            "says where the cards of a policy go (instead of the places before)",
            Read
        ),
        new(
            "route remove",
            "<policy|default>",
            Access.Admins,
            "lets the cards of a policy go where all others go again",
            a =>
                a.Name("the policy's name, or default") is { } policy
                    ? new Command.RouteRemove(policy)
                    : null
        ),
        Pages.Form(
            "route list",
            Access.Readers,
            "shows where cards go",
            page => new Command.RouteList(page)
        ),
    ];

    /// <summary>Refused for a policy that is not there and for a surface that is not enabled.</summary>
    public static ConfigRuling Set(
        Register register,
        Command.RouteSet command,
        DeskOptions surfaces
    )
    {
        var policies = register.Policies.Policies.Select(p => p.Name).ToList();
        if (!policies.Contains(command.Policy, StringComparer.Ordinal))
        {
            return new ConfigRuling.Refused(
                $"There is no policy called {command.Policy}. Policies: {string.Join(", ", policies)}."
            );
        }

        var off = command.Destinations.FirstOrDefault(d => !IsOn(d.Surface, surfaces));
        if (off is not null)
        {
            return new ConfigRuling.Refused(
                $"{off.Surface} is not enabled here, so cards for {CommandPrint.Of(off)} would reach nobody."
            );
        }

        var before = register.Routes.GetValueOrDefault(command.Policy);
        return before is not null && before.Destinations.SequenceEqual(command.Destinations)
            ? new ConfigRuling.Same()
            : new ConfigRuling.Set(
                "route",
                command.Policy,
                new Approvals.Route(command.Policy, command.Destinations),
                Widens: true
            );
    }

    internal static Proposal Propose(Command.RouteSet command, DeskOptions surfaces) =>
        new(
            (register, _) => Set(register, command, surfaces),
            register => new Reply(
                $"Route of {command.Policy} changed",
                [
                    $"Cards go to: {Shown(command.Destinations)}",
                    "The bot must be in those channels: /invite it in Slack, add the app in Teams.",
                    .. command
                        .Destinations.Where(d => IsUnknownPlace(d, register))
                        .Select(d =>
                            $"Warning: the bot has not been added to {CommandPrint.Of(d)} as far as it knows."
                        ),
                    "Cards of requests that wait already stay where they are.",
                    Proposal.Unreviewed,
                ]
            ),
            $"The route of {command.Policy} is so already."
        );

    /// <summary>Also of a policy that is there no more. Other people may see the cards then, as when it is set.</summary>
    public static ConfigRuling Remove(Register register, Command.RouteRemove command) =>
        register.Routes.ContainsKey(command.Policy)
            ? new ConfigRuling.Set("route", command.Policy, After: null, Widens: true)
        : register.Policies.Named(command.Policy) is null
            ? new ConfigRuling.Refused($"There is no policy called {command.Policy}.")
        : new ConfigRuling.Same();

    internal static Proposal Propose(Command.RouteRemove command, DeskOptions surfaces) =>
        new(
            (register, _) => Remove(register, command),
            register => new Reply(
                $"Route of {command.Policy} removed",
                [
                    $"Cards go to: {Default(register, surfaces)}",
                    "Cards of requests that wait already stay where they are.",
                    Proposal.Unreviewed,
                ]
            ),
            $"{command.Policy} has no route of its own."
        );

    internal static Reply List(int page, Register register, DeskOptions surfaces) =>
        Pages.Reply(
            "Routes",
            "route list",
            page,
            [
                .. register
                    .Routes.Values.Where(r =>
                        !string.Equals(r.Policy, Fallback, StringComparison.Ordinal)
                    )
                    .Select(r => $"{r.Policy} — {Shown(r.Destinations)}"),
                $"{Fallback} — {Default(register, surfaces)}",
            ]
        );

    /// <summary>Where cards without an own route go, and from where that is known.</summary>
    internal static string Default(Register register, DeskOptions surfaces)
    {
        var places = Routing.For(Policy.Default, register, surfaces);
        var source = register.Routes.ContainsKey(Fallback) ? "" : " (from the settings)";
        return places.Count == 0
            ? $"nowhere. Say where: route set default {Example(surfaces)}"
            : Shown(places) + source;
    }

    /// <summary>A place as it is typed, on a surface that there is.</summary>
    public static string Example(DeskOptions surfaces) =>
        surfaces is { Teams: true, Slack: false } ? "teams:CONVERSATION" : "slack:CHANNEL";

    private static Command.RouteSet? Read(Arguments arguments)
    {
        if (
            arguments.Name("the policy's name, or default") is not { } policy
            || arguments.Rest("slack:CHANNEL or teams:CONVERSATION") is not { } words
        )
        {
            return null;
        }

        if (words.Length > DestinationsMax)
        {
            return arguments.Fail<Command.RouteSet>($"More than {DestinationsMax} places.");
        }

        var places = words.Select(w => DestinationText.Parse(w)).ToList();
        var bad = places.IndexOf(null);
        return bad < 0
            ? new Command.RouteSet(policy, [.. places.OfType<Destination>().Distinct()])
            : arguments.Fail<Command.RouteSet>(
                $"\"{words[bad]}\" is not a place: use slack:C0123ABC (the channel's id, not its name) "
                    + "or teams:19:…@thread.tacv2."
            );
    }

    private static bool IsOn(Surface surface, DeskOptions surfaces) =>
        surface == Surface.Slack ? surfaces.Slack : surfaces.Teams;

    private static bool IsUnknownPlace(Destination destination, Register register) =>
        destination.Surface == Surface.Teams
        && register.Places.Values.All(p =>
            !string.Equals(p.Conversation, destination.Conversation, StringComparison.Ordinal)
        );

    private static string Shown(IEnumerable<Destination> places) =>
        string.Join(", ", places.Select(CommandPrint.Of));
}
