using System.Collections.Concurrent;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Who an account is now, asked of its own platform. Whoever decides is asked about then and there. An answer of the
/// last minute will do for a view, for those behind a request, whom it can only exclude, and for those who approved
/// before, when it is about to run. An answer that could not be had is never used again. Bounded: what is old is
/// forgotten when it is full.
/// </summary>
public sealed class Directory(IEnumerable<ISurface> surfaces, TimeProvider clock)
{
    private static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(60);
    private const int EntriesMax = 10_000;

    /// <summary>
    /// Own limit: Slack gives a click 3 s (slack.md 2), of which a commit and the way back need some. Whoever
    /// clicks waits no longer for what is asked about others, whatever platform they are on.
    /// </summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly Dictionary<Surface, ISurface> _surfaces = surfaces.ToDictionary(s => s.Kind);
    private readonly ConcurrentDictionary<AccountId, Asked> _asked = new();

    private sealed record Asked(Task<Member> Answer, DateTimeOffset At)
    {
        public bool IsKnown =>
            Answer.IsCompletedSuccessfully && Answer.Result.Obstacle != MemberObstacle.Unknown;
    }

    /// <summary>
    /// The member as the platform says now, with <see cref="MemberObstacle.Unknown"/> when it cannot say.
    /// Those who ask while it is being asked share the answer.
    /// </summary>
    public Task<Member> LookUpAsync(AccountId account, CancellationToken cancel) =>
        AskAsync(account, cancel);

    /// <summary>The same, but an answer of the last minute will do: never for whoever decides now.</summary>
    public Task<Member> RecallAsync(AccountId account, CancellationToken cancel) =>
        _asked.TryGetValue(account, out var known)
        && known.IsKnown
        && clock.GetUtcNow() - known.At < RememberedFor
            ? known.Answer
            : AskAsync(account, cancel);

    /// <summary>As <see cref="LookUpAsync"/> of somebody who did not click: unknown after two seconds.</summary>
    public Task<Member> LookUpOtherAsync(AccountId account, CancellationToken cancel) =>
        SoonAsync(account, LookUpAsync(account, cancel), cancel);

    /// <summary>As <see cref="RecallAsync"/> of somebody who did not click: unknown after two seconds.</summary>
    public Task<Member> RecallOtherAsync(AccountId account, CancellationToken cancel) =>
        SoonAsync(account, RecallAsync(account, cancel), cancel);

    /// <summary>The groups that a platform keeps now.</summary>
    public Task<GroupsAnswer> GroupsAsync(Surface surface, CancellationToken cancel) =>
        _surfaces.TryGetValue(surface, out var found)
            ? found.GroupsAsync(cancel)
            : Task.FromResult<GroupsAnswer>(
                new GroupsAnswer.Unknown($"{surface} is not enabled", After: null)
            );

    /// <summary>Begins telling somebody something alone, on their own platform; nothing where it is not enabled.</summary>
    public void Tell(AccountId account, string title, params IReadOnlyList<string> lines)
    {
        if (_surfaces.TryGetValue(account.Surface, out var surface))
        {
            surface.Tell(account, title, lines);
        }
    }

    /// <summary>The platform said that this account changed: ask again next time.</summary>
    public void Forget(AccountId account) => _asked.TryRemove(account, out _);

    private async Task<Member> SoonAsync(
        AccountId account,
        Task<Member> answer,
        CancellationToken cancel
    )
    {
        try
        {
            return await answer.WaitAsync(s_patience, clock, cancel);
        }
        catch (TimeoutException)
        {
            return Unknown(account);
        }
    }

    private static Member Unknown(AccountId account) =>
        new(account, account.User, []) { Obstacle = MemberObstacle.Unknown };

    /// <summary>Who asks first is not the one it is cancelled with: others may wait for the same answer.</summary>
    private Task<Member> AskAsync(AccountId account, CancellationToken cancel)
    {
        if (_asked.TryGetValue(account, out var underWay) && !underWay.Answer.IsCompleted)
        {
            return underWay.Answer.WaitAsync(cancel);
        }

        var now = clock.GetUtcNow();
        MakeRoom(now);
        var asked = new Asked(BeginAsync(account, CancellationToken.None), now);
        _asked[account] = asked;
        return asked.Answer.WaitAsync(cancel);
    }

    private Task<Member> BeginAsync(AccountId account, CancellationToken cancel) =>
        _surfaces.TryGetValue(account.Surface, out var surface)
            ? surface.LookUpAsync(account, cancel)
            : Task.FromResult(Unknown(account));

    private void MakeRoom(DateTimeOffset now)
    {
        if (_asked.Count < EntriesMax)
        {
            return;
        }

        foreach (var (account, asked) in _asked)
        {
            if (now - asked.At > RememberedFor / 2)
            {
                _asked.TryRemove(account, out _);
            }
        }
    }
}
