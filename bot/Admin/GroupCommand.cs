using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary><c>group …</c>: the people whom policies name as approvers.</summary>
internal static class GroupCommand
{
    public static ImmutableArray<CommandForm> Forms { get; } =
    [
        new(
            "group add",
            "<name> @p…",
            Access.Admins,
            "puts people, or the members of a Slack user group (@handle), into a group (and makes it)",
            a =>
                a.Name("the group's name") is { } name && a.PeopleOrGroups() is { } who
                    ? new Command.GroupAdd(name, who)
                    : null
        ),
        new(
            "group remove",
            "<name> @p…",
            Access.Admins,
            "takes people, or a Slack user group, out of a group, at once",
            a =>
                a.Name("the group's name") is { } name && a.PeopleOrGroups() is { } who
                    ? new Command.GroupRemove(name, who)
                    : null
        ),
        Pages.Form(
            "group list",
            Access.Readers,
            "lists the groups",
            page => new Command.GroupList(page)
        ),
        new(
            "group show",
            "<name>",
            Access.Readers,
            "shows who is in a group and who made it larger",
            a => a.Name("the group's name") is { } name ? new Command.GroupShow(name) : null
        ),
    ];

    public static Proposal Propose(
        Command.GroupAdd command,
        ImmutableArray<PersonId> people,
        PersonId by
    ) =>
        new(
            (register, now) =>
                Membership.Add(register, now, command.Name, people, by, command.Who.Groups),
            register => new Reply(
                $"Group {command.Name} is larger",
                [
                    $"Added: {Added(register, people, command.Who.Groups)}",
                    "Requests that wait already are not affected: neither who joined nor you can decide those.",
                    Proposal.Unreviewed,
                ]
            ),
            $"They are in {command.Name} already."
        );

    public static Proposal Propose(Command.GroupRemove command, ImmutableArray<PersonId> people) =>
        new(
            (register, _) => Membership.Remove(register, command.Name, people, command.Who.Groups),
            register => new Reply(
                $"Group {command.Name} is smaller",
                [
                    $"Not in it any more: {Added(register, people, command.Who.Groups)}",
                    "Their approvals of requests that still wait do not count any more.",
                    .. Membership
                        .StillIn(register, command.Name, people)
                        .Select(id =>
                            $"Warning: {Say.Name(register, id)} has the same e-mail and is still in it."
                        ),
                ]
            ),
            $"They are not in {command.Name}."
        );

    public static Reply List(int page, Register register)
    {
        var groups = register.Groups.Values.Where(g => !g.Name.StartsWith('@')).ToList();
        return groups.Count == 0
            ? new Reply("Groups", ["There is none yet. Make one: group add <name> @p"])
            : Pages.Reply("Groups", "group list", page, [.. groups.Select(g => Line(register, g))]);
    }

    public static Reply Show(Command.GroupShow show, Register register, DateTimeOffset now) =>
        register.Group(show.Name) is not { } group
            ? new Reply("Not found", [Membership.NoSuchGroup(show.Name).Text])
            : new Reply(
                Line(register, group),
                [
                    .. group.Members.Select(m => Say.Name(register, m)),
                    .. group.Sources.Select(b => Say.Group(register, b.Group)),
                    .. group.Widenings.Select(w =>
                        $"Made larger {Say.Time(w.At)}, {Say.Age(now - w.At)} ago, by {Say.Names(register, w.By)}"
                    ),
                ]
            );

    private static string Added(
        Register register,
        ImmutableArray<PersonId> people,
        ImmutableArray<GroupSource> groups
    ) =>
        groups.IsEmpty
            ? Say.Names(register, people)
            : string.Join(
                "; ",
                people
                    .Select(p => Say.Name(register, p))
                    .Concat(groups.Select(g => Say.Group(register, g)))
            );

    private static string Line(Register register, Group group)
    {
        var policies = register
            .Policies.Policies.Where(p =>
                p.Stages.Any(s => s.Approvers.Contains(group.Name, StringComparer.Ordinal))
            )
            .Select(p => p.Name)
            .ToList();
        var used =
            policies.Count == 0
                ? "used by no policy"
                : $"approves for {string.Join(", ", policies)}";
        return $"{group.Name} — {Say.Count(register.MembersOf(group.Name).Count(), "person", "people")} — {used}";
    }
}
