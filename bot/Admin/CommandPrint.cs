using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>
/// Writes a command as it would be typed. Reading that again gives the same command: used to say back
/// what was understood, and tested as a property.
/// </summary>
public static class CommandPrint
{
    public static ImmutableArray<CommandPart> Of(Command command) =>
        command switch
        {
            Command.Help { Topic: { } topic } => Text($"help {topic}"),
            Command.Help => Text("help"),
            Command.Whoami => Text("whoami"),
            Command.Pending pending => Text(Pages.Typed("pending", pending.Page)),
            Command.Show show => Text($"show {show.Which}"),
            Command.Ask ask => Text($"ask {ask.Which} {ask.Text}"),
            Command.Withdraw withdraw => Text($"withdraw {withdraw.Which}"),
            Command.Status => Text("status"),
            Command.ConfigHistory history => Text(Pages.Typed("config history", history.Page)),
            Command.AgentAdd add =>
            [
                .. Text($"agent add {add.Name} owner "),
                .. People(add.Owners),
                .. add.Actions.IsEmpty ? [] : Text(" actions " + string.Join(' ', add.Actions)),
            ],
            Command.AgentOwner owner =>
            [
                .. Text($"agent owner {owner.Name} "),
                .. People(owner.Owners),
            ],
            Command.AgentRotate rotate => Text($"agent rotate {rotate.Name}"),
            Command.AgentDisable disable => Text($"agent disable {disable.Name}"),
            Command.AgentEnable enable => Text($"agent enable {enable.Name}"),
            Command.AgentList list => Text(Pages.Typed("agent list", list.Page)),
            Command.GroupAdd add => [.. Text($"group add {add.Name}"), .. Members(add.Who)],
            Command.GroupRemove remove =>
            [
                .. Text($"group remove {remove.Name}"),
                .. Members(remove.Who),
            ],
            Command.GroupList list => Text(Pages.Typed("group list", list.Page)),
            Command.GroupShow show => Text($"group show {show.Name}"),
            Command.RouteSet set => Text(
                $"route set {set.Policy} {string.Join(' ', set.Destinations.Select(Of))}"
            ),
            Command.RouteRemove remove => Text($"route remove {remove.Policy}"),
            Command.RouteList list => Text(Pages.Typed("route list", list.Page)),
            _ => OfPeople(command),
        };

    private static ImmutableArray<CommandPart> Members(Named who) =>
        [
            .. who.People.IsEmpty ? [] : Text(" ").AddRange(People(who.People)),
            .. who.Groups.IsEmpty ? [] : Text(" " + string.Join(' ', who.Groups)),
        ];

    /// <summary>People, their accounts and roles.</summary>
    private static ImmutableArray<CommandPart> OfPeople(Command command) =>
        command switch
        {
            Command.Link link => Text($"link {link.Code}".TrimEnd()),
            Command.DelegateTo to =>
            [
                .. Text("delegate to "),
                .. People([to.Person]),
                .. Text($" until {to.Until}"),
            ],
            Command.DelegateOff => Text("delegate off"),
            Command.PersonShow show => [.. Text("person show "), .. People([show.Person])],
            Command.PersonLink link =>
            [
                .. Text("person link "),
                .. People([link.Person]),
                .. Account(link.Account),
            ],
            Command.PersonUnlink unlink =>
            [
                .. Text("person unlink "),
                .. People([unlink.Person]),
                .. Account(unlink.Account),
            ],
            Command.AdminAdd add => [.. Text("admin add "), .. People(add.People)],
            Command.AdminRemove remove => [.. Text("admin remove "), .. People(remove.People)],
            Command.AuditorAdd add => [.. Text("auditor add "), .. People(add.People)],
            Command.AuditorRemove remove => [.. Text("auditor remove "), .. People(remove.People)],
            Command.AuditorKey => Text("auditor key"),
            Command.AuditorKeyRevoke => Text("auditor key revoke"),
            Command.Checkpoint => Text("checkpoint"),
            Command.Verify => Text("verify"),
            Command.KeyRotate rotate => Text($"key rotate {rotate.Purpose}"),
            Command.EraseRequest erase => Text($"erase {erase.Which}"),
            Command.ErasePerson erase => [.. Text("erase "), .. People([erase.Person])],
            Command.Export export => Text(ExportCommand.Typed(export)),
            _ => Text(OfPolicy(command)),
        };

    private static string OfPolicy(Command command) =>
        command switch
        {
            Command.PolicyList list => Pages.Typed("policy list", list.Page),
            Command.PolicyShow show => $"policy show {show.Name}",
            Command.PolicyHistory history => Pages.Typed(
                $"policy history {history.Name}",
                history.Page
            ),
            Command.PolicySet set => $"policy set {set.Name}{Body(set.Yaml)}",
            Command.PolicyRemove remove => $"policy remove {remove.Name}",
            Command.PolicyMove move => $"policy move {move.Name} {Of(move.Place)}",
            Command.PolicyTest test => $"policy test {test.Json}",
            Command.PolicyReplay replay =>
                $"policy replay {replay.Name} {replay.Days}{Body(replay.Yaml)}",
            _ => OfGrants(command),
        };

    private static string OfGrants(Command command) =>
        command switch
        {
            Command.GuardAdd add => $"guard add {add.Name}{Of(add.Upstream, add.Audience)}",
            Command.CallbackSet { Private: true } set =>
                $"agent callback {set.Name} {set.Url} private",
            Command.CallbackSet set => $"agent callback {set.Name} {set.Url}",
            Command.CallbackOff off => $"agent callback {off.Name} off",
            Command.CallbackRotate rotate => $"agent callback {rotate.Name} rotate",
            Command.CallbackRetry retry => $"agent callback {retry.Name} retry",
            Command.CallbackShow show => $"agent callback {show.Name}",
            Command.GuardRotate rotate => $"guard rotate {rotate.Name}",
            Command.GuardRemove remove => $"guard remove {remove.Name}",
            Command.GuardList list => Pages.Typed("guard list", list.Page),
            Command.Revoke revoke => $"revoke {revoke.Which}",
            Command.FreezeSet freeze => $"freeze {freeze.Name}",
            Command.FreezeLift lift => $"unfreeze {lift.Name}",
            _ => throw new InvalidOperationException($"cannot print {command.GetType().Name}"),
        };

    private static string Of(Upstream? upstream, string? audience)
    {
        var to = audience is null ? "" : $" audience {audience}";
        return upstream is not { } up
            ? to
            : $" upstream {up.Url}{to}"
                + string.Concat(up.Headers.Select(h => $" header {h}"))
                + (up.Bind.IsEmpty ? "" : $" bind {string.Join(' ', up.Bind)}")
                + (
                    up.Methods == Upstream.UsualMethods
                        ? ""
                        : $" methods {string.Join(' ', up.Methods)}"
                )
                + (up.Private ? " private" : "")
                + (up.Current ? " current" : "");
    }

    public static string Of(Destination destination) =>
        $"{WireNames.Of(destination.Surface)}:{destination.Conversation}";

    private static string Body(string? yaml) => yaml is null ? "" : "\n" + yaml;

    private static string Of(PolicyPlace place) =>
        place switch
        {
            PolicyPlace.First => "first",
            PolicyPlace.Before before => $"before {before.Name}",
            _ => "last",
        };

    private static ImmutableArray<CommandPart> Text(string text) => [new CommandPart.Text(text)];

    /// <summary>In the platform's own ids, whether it was mentioned or typed: it means the same.</summary>
    private static ImmutableArray<CommandPart> Account(Mentioned account) =>
        Text(account.IsSubject ? $" {account.Shown}" : $" {account.Account}");

    private static IEnumerable<CommandPart> People(ImmutableArray<Mentioned> people) =>
        people.Select(p => new CommandPart.Mention(p.Account, p.Shown));
}
