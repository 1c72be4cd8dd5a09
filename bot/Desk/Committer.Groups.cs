using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>What of the register is true for a time only.</content>
public sealed partial class Committer
{
    private ImmutableDictionary<GroupSource, DateTimeOffset> _groupsRead = ImmutableDictionary<
        GroupSource,
        DateTimeOffset
    >.Empty;

    /// <summary>
    /// These groups of a platform were read at that time, and no others: from now on they count. Not kept:
    /// after a start they are read again.
    /// </summary>
    public void NoteRead(Surface surface, IEnumerable<GroupSource> groups, DateTimeOffset at)
    {
        var read = groups.Select(g => KeyValuePair.Create(g, at)).ToList();
        ImmutableInterlocked.Update(
            ref _groupsRead,
            all => all.RemoveRange(all.Keys.Where(g => g.Surface == surface)).AddRange(read)
        );
    }

    private Register AsOf(DateTimeOffset now)
    {
        var register = _register.At(now);
        return ReferenceEquals(register.GroupsRead, _groupsRead)
            ? register
            : register with
            {
                GroupsRead = _groupsRead,
            };
    }
}
