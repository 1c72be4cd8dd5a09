using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Admin;

/// <summary>
/// Who is in a group, and the two roles that are kept as groups. Pure. A widening is remembered in the
/// group, so that whoever makes it cannot then decide what was waiting.
/// </summary>
public static class Membership
{
    private const string Area = "group";

    /// <summary>Own limit. One is kept for each who widened, the latest: that is all that is asked.</summary>
    private const int WideningsMax = 32;

    /// <summary>Whoever is not in it yet is in it then. A group that is not there yet begins so.</summary>
    public static ConfigRuling Add(
        Register register,
        DateTimeOffset now,
        string name,
        ImmutableArray<PersonId> people,
        PersonId by,
        params ImmutableArray<GroupSource> sources
    )
    {
        var group = register.Group(name) ?? new Group(name, [], []);
        var added = people.Except(group.Members).ToImmutableArray();
        var backed = sources.Except(group.Sources.Select(b => b.Group)).ToList();
        if (added.IsEmpty && backed.Count == 0)
        {
            return new ConfigRuling.Same();
        }

        var others = group.Widenings.Where(w => !w.By.SequenceEqual([by]));
        var after = group with
        {
            Members = group.Members.AddRange(added),
            Joined = [.. group.Joined, .. added.Select(id => new Joined(id, now))],
            Sources = [.. group.Sources, .. backed.Select(g => new Backing(g, now))],
            Widenings = [.. others.TakeLast(WideningsMax - 1), new Widening(now, [by])],
        };
        return new ConfigRuling.Set(Area, name, after, Widens: true);
    }

    /// <summary>
    /// Whoever is in it is not in it then. Refused for the last administrator, and where a policy that
    /// could be satisfied could not be any more.
    /// </summary>
    public static ConfigRuling Remove(
        Register register,
        string name,
        ImmutableArray<PersonId> people,
        params ImmutableArray<GroupSource> sources
    )
    {
        if (register.Group(name) is not { } group)
        {
            return name[0] == '@' ? new ConfigRuling.Same() : NoSuchGroup(name);
        }

        var after = group with
        {
            Members = [.. group.Members.Except(people)],
            Joined = [.. group.Joined.Where(j => !people.Contains(j.Person))],
            Sources = [.. group.Sources.Where(b => !sources.Contains(b.Group))],
        };
        if (
            after.Members.Length == group.Members.Length
            && after.Sources.Length == group.Sources.Length
        )
        {
            return new ConfigRuling.Same();
        }

        var isAdmins = string.Equals(name, Register.Admins, StringComparison.Ordinal);
        if (isAdmins && after.Members.IsEmpty)
        {
            return new ConfigRuling.Refused(
                "The last administrator cannot be removed. Add another first: admin add @p"
            );
        }

        var then = register.With(Area, name, ConfigJson.ToElement(after));
        return Reach.Lost(register, then).FirstOrDefault() is { } lost
            ? new ConfigRuling.Refused(
                $"Then nobody could satisfy the policy {lost.Name} any more: {Reach.Needs(lost)}. "
                    + $"Add somebody else first: group add {name} @p"
            )
            : new ConfigRuling.Set(Area, name, after, Widens: false);
    }

    /// <summary>Members who count as the same human as one who was just taken out.</summary>
    public static IEnumerable<PersonId> StillIn(
        Register register,
        string name,
        ImmutableArray<PersonId> removed
    ) =>
        from id in removed
        let person = register.Person(id)
        where person is not null
        from same in register.SamePeople(person)
        where same.Id != person.Id && same.Ids.Any(i => register.IsInGroup(name, i))
        select same.Id;

    internal static ConfigRuling.Refused NoSuchGroup(string name) =>
        new($"There is no group called {name}. \"group list\" shows those there are.");
}
