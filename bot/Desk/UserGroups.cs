using System.Collections.Concurrent;
using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>One group as its platform describes it now.</summary>
public sealed record DirectoryGroup(GroupSource Id, string Name, ImmutableArray<AccountId> Members);

/// <summary>What a platform answers when it is asked for its groups.</summary>
public abstract record GroupsAnswer
{
    private GroupsAnswer() { }

    /// <summary>All that are in use; those that are disabled or of others are left out.</summary>
    public sealed record Known(ImmutableArray<DirectoryGroup> Groups) : GroupsAnswer;

    /// <summary>It cannot say; ask again after <see cref="After"/> (null: as soon as you like).</summary>
    public sealed record Unknown(string Why, TimeSpan? After) : GroupsAnswer;
}

/// <summary>What became of reading groups: those that are not there, or why none could be read.</summary>
public sealed record GroupsRead(ImmutableArray<GroupSource> Missing, string? Why, TimeSpan? After);

/// <summary>
/// Keeps the register in step with the groups that platforms keep: who is in them is recorded when it
/// changes, and counts only for a minute after it was read (<see cref="Register.GroupsReadFor"/>).
/// </summary>
public sealed class UserGroups(
    Committer committer,
    RegisterDesk registers,
    Directory directory,
    TimeProvider clock
)
{
    /// <summary>
    /// Own limit, for one reading: each is asked of the directory, which Slack allows 100 times a minute.
    /// Those who are left are asked about the next time.
    /// </summary>
    private const int NewPeopleMax = 50;

    /// <summary>Own limit: more is no group of approvers. Nobody is eligible by such a group.</summary>
    public const int MembersMax = 1_000;

    /// <summary>A proposal that names a group waits for a day at most.</summary>
    private static readonly TimeSpan s_unusedFor = TimeSpan.FromHours(25);

    /// <summary>Whom the directory does not vouch for is asked about again later, so that others get their turn.</summary>
    private static readonly TimeSpan s_refusedFor = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<AccountId, DateTimeOffset> _refused = new();

    /// <summary>
    /// Reads these groups, and all of the platform that are known, in one call. Durable on return; those that
    /// were read count from now on, all others of the platform do not.
    /// </summary>
    public async Task<GroupsRead> ReadAsync(
        Surface surface,
        IReadOnlyCollection<GroupSource> wanted,
        CancellationToken cancel
    )
    {
        var at = clock.GetUtcNow();
        switch (await directory.GroupsAsync(surface, cancel))
        {
            case GroupsAnswer.Known known:
                var all = wanted.Concat(Known(surface)).Distinct().ToList();
                var found = known
                    .Groups.Where(g => all.Contains(g.Id) && g.Members.Length <= MembersMax)
                    .ToList();
                await MeetAsync(found, cancel);
                await committer.CommitAsync(commit => Record(commit, found), cancel);
                committer.NoteRead(surface, found.Select(g => g.Id), at);
                return new GroupsRead([.. all.Except(found.Select(g => g.Id))], null, null);
            case GroupsAnswer.Unknown unknown:
                return new GroupsRead([.. wanted], unknown.Why, unknown.After);
            default:
                throw new InvalidOperationException();
        }
    }

    /// <summary>Whether there is anything to read of a platform.</summary>
    public bool HasAny(Surface surface) => Known(surface).Any();

    /// <summary>Forgets a group that no group of ours is backed by any more.</summary>
    public async Task TidyAsync(CancellationToken cancel)
    {
        var unused = registers.Current.PlatformGroups.Values.Where(g =>
            g.AddedAt + s_unusedFor < clock.GetUtcNow()
        );
        foreach (var group in unused)
        {
            await registers.ChangeAsync(
                by: null,
                (register, _) =>
                    register.Groups.Values.Any(g => g.Sources.Any(b => b.Group == group.Group))
                        ? new ConfigRuling.Same()
                        : Set(group.Group, after: null),
                cancel
            );
        }
    }

    private IEnumerable<GroupSource> Known(Surface surface) =>
        registers
            .Current.PlatformGroups.Values.Select(g => g.Group)
            .Where(g => g.Surface == surface);

    /// <summary>Members whom we do not know yet become known, if their directory vouches for them.</summary>
    private async Task MeetAsync(List<DirectoryGroup> groups, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var strangers = groups
            .SelectMany(g => g.Members)
            .Distinct()
            .Where(a => registers.Current.PersonOf(a) is null)
            .Where(a => !(_refused.TryGetValue(a, out var until) && now < until))
            .Take(NewPeopleMax);
        foreach (var account in strangers.ToList())
        {
            var member = await directory.RecallAsync(account, cancel);
            if (member.Obstacle is null)
            {
                await registers.EnrolAsync(member, "user_group", cancel);
            }
            else
            {
                _refused[account] = now + s_refusedFor;
            }
        }
    }

    private static bool Record(Commit commit, List<DirectoryGroup> groups)
    {
        foreach (var group in groups)
        {
            var members = group
                .Members.Select(a => commit.Register.PersonOf(a)?.Account(a)?.Self)
                .OfType<PersonId>()
                .Distinct()
                .ToImmutableArray();
            var before =
                commit.Register.PlatformGroupOf(group.Id)
                ?? new PlatformGroup(group.Id, "", [], commit.Now);
            if (before.With(group.Name, members, commit.Now) is { } after)
            {
                commit.Record(Configuration.Change(commit, Set(group.Id, after), by: null));
            }
        }

        return true;
    }

    private static ConfigRuling.Set Set(GroupSource group, PlatformGroup? after) =>
        new(Register.PlatformGroupArea, group.ToString(), after, Widens: false);
}
