using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <content>Who is in a group: by name, or because a platform's own group stands behind it.</content>
public sealed partial record Register
{
    /// <summary>The area of the configuration in which the platforms' groups are kept as they were read last.</summary>
    public const string PlatformGroupArea = "platform_group";

    /// <summary>What a platform said longer ago counts no more: nobody is in a group that cannot be read.</summary>
    public static readonly TimeSpan GroupsReadFor = TimeSpan.FromSeconds(60);

    public ImmutableSortedDictionary<string, PlatformGroup> PlatformGroups { get; private init; } =
        ImmutableSortedDictionary.Create<string, PlatformGroup>(StringComparer.Ordinal);

    /// <summary>When the platforms' groups were read last, by this process.</summary>
    public ImmutableDictionary<GroupSource, DateTimeOffset> GroupsRead { get; init; } =
        ImmutableDictionary<GroupSource, DateTimeOffset>.Empty;

    /// <summary>Whether the platform told who is in this group a short while ago.</summary>
    public bool IsRead(GroupSource group) =>
        GroupsRead.TryGetValue(group, out var at) && AsOf - at <= GroupsReadFor;

    /// <summary>The platforms' groups behind these groups of ours that cannot be read now.</summary>
    public IEnumerable<GroupSource> UnreadOf(IEnumerable<string> groups) =>
        groups
            .Select(Group)
            .SelectMany(g => g?.Sources ?? [])
            .Select(b => b.Group)
            .Distinct()
            .Where(g => !IsRead(g));

    /// <summary>Everyone in a group now.</summary>
    public IEnumerable<PersonId> MembersOf(string group) =>
        MembersOf(group, DateTimeOffset.MaxValue);

    /// <summary>Those in a group now who were in it at that time already.</summary>
    public IEnumerable<PersonId> MembersOf(string group, DateTimeOffset since) =>
        Group(group) is not { } own ? []
        : own.Sources.IsEmpty ? own.MembersSince(since)
        : own.MembersSince(since)
            .Union(
                own.Sources.Where(b => b.At <= since && IsRead(b.Group))
                    .SelectMany(b => PlatformGroupOf(b.Group)?.MembersSince(since) ?? [])
            );

    /// <summary>Administrators, other humans than this person as things are now; all of them beside nobody.</summary>
    public IEnumerable<PersonId> AdminsBeside(PersonId? by, DateTimeOffset now)
    {
        var self =
            by is { } id && Person(id) is { } person
                ? SamePeople(person, now).SelectMany(p => p.Ids).ToHashSet()
                : [];
        return (Group(Admins)?.Members ?? []).Where(a =>
            Person(a) is { } other && !other.Ids.Any(self.Contains)
        );
    }

    public bool IsInGroup(string group, PersonId person) =>
        Group(group) is { } own
        && (
            own.Members.Contains(person)
            || own.Sources.Any(b =>
                IsRead(b.Group) && PlatformGroupOf(b.Group)?.Members.Contains(person) is true
            )
        );

    public PlatformGroup? PlatformGroupOf(GroupSource group) =>
        PlatformGroups.GetValueOrDefault(group.ToString());
}
