using System.Collections.Concurrent;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Who an account is now, asked of its own platform and remembered for at most a minute. An answer that
/// could not be had is never remembered. Bounded: the oldest half is forgotten when it is full.
/// </summary>
public sealed class Directory(IEnumerable<ISurface> surfaces, TimeProvider clock)
{
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(60);
    private const int EntriesMax = 10_000;

    private readonly Dictionary<Surface, ISurface> _surfaces = surfaces.ToDictionary(s => s.Kind);
    private readonly ConcurrentDictionary<AccountId, (Member Member, DateTimeOffset At)> _known =
        new();

    /// <summary>The member, with <see cref="MemberObstacle.Unknown"/> when the platform cannot say.</summary>
    public async Task<Member> LookUpAsync(AccountId account, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (_known.TryGetValue(account, out var known) && now - known.At < RememberedFor)
        {
            return known.Member;
        }

        if (!_surfaces.TryGetValue(account.Surface, out var surface))
        {
            return new Member(account, account.User, []) { Obstacle = MemberObstacle.Unknown };
        }

        var member = await surface.LookUpAsync(account, cancel);
        if (member.Obstacle != MemberObstacle.Unknown)
        {
            MakeRoom(now);
            _known[account] = (member, now);
        }

        return member;
    }

    /// <summary>The platform said that this account changed: ask again next time.</summary>
    public void Forget(AccountId account) => _known.TryRemove(account, out _);

    private void MakeRoom(DateTimeOffset now)
    {
        if (_known.Count < EntriesMax)
        {
            return;
        }

        foreach (var (account, entry) in _known)
        {
            if (now - entry.At > RememberedFor / 2)
            {
                _known.TryRemove(account, out _);
            }
        }
    }
}
