using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Who approved something and is no full member any more, as their platforms say: asked before it runs. An
/// answer of the last minute will do (of most changes the platforms tell at once). Where there is none,
/// nothing runs and nothing is used up: whoever is about to run it asks again.
/// </summary>
public sealed class Departed(Directory directory, Committer committer, IStore store)
{
    /// <summary>Own limit: a guard is waiting.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>The accounts whose approval counts no more; empty for a request that is not approved.</summary>
    /// <exception cref="UnavailableException">A platform does not say, or not in time.</exception>
    public async Task<ImmutableHashSet<AccountId>> OfAsync(RequestId id, CancellationToken cancel)
    {
        if (
            store.Request(id) is not { } row
            || RequestState.Read(row) is not { Status: RequestStatus.Approved } approval
        )
        {
            return [];
        }

        var asked = approval
            .Decisions.Where(d => d.Verdict == Verdict.Approved)
            .Select(d => d.Account)
            .OfType<AccountId>()
            .Select(async a => (Account: a, Why: await ObstacleOfAsync(a, cancel)));
        var said = await Task.WhenAll(asked);
        return said.Any(a => a.Why is MemberObstacle.Unknown)
            ? throw new UnavailableException(
                "whether everybody who approved is still a member cannot be asked of Slack or Teams now"
            )
            : [.. said.Where(a => a.Why is not null).Select(a => a.Account)];
    }

    /// <summary>For a sign-in its person's chat accounts vouch, as at the decision.</summary>
    private async Task<MemberObstacle?> ObstacleOfAsync(AccountId account, CancellationToken cancel)
    {
        var vouching =
            account.Surface is Surface.Api && committer.Register.PersonOf(account) is { } person
                ? person.Accounts.Select(a => a.Id).Where(a => a.Surface is not Surface.Api)
                : [account];
        var said = await Task.WhenAll(vouching.Select(a => ObstacleAsync(a, cancel)));
        return said.FirstOrDefault(o => o is not (null or MemberObstacle.Unknown))
            ?? said.FirstOrDefault(o => o is not null);
    }

    private async Task<MemberObstacle?> ObstacleAsync(AccountId account, CancellationToken cancel)
    {
        try
        {
            var answer = directory.RecallAsync(account, cancel);
            return (await answer.WaitAsync(s_patience, cancel)).Obstacle;
        }
        catch (TimeoutException)
        {
            return MemberObstacle.Unknown;
        }
    }
}
