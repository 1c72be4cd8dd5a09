using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Who approved something and is no full member any more, as their platforms say: asked when the next one
/// decides, and before it runs. An answer of the last minute will do (of most changes the platforms tell at
/// once). Where there is none, nothing runs and nothing is used up: whoever is about to run it asks again.
/// </summary>
public sealed class Departed(Directory directory, Committer committer, IStore store)
{
    /// <param name="Of">Who approved.</param>
    /// <param name="By">The platform that was asked.</param>
    /// <param name="Why">Why they are no full member.</param>
    private sealed record Said(AccountId Of, Surface By, MemberObstacle Why);

    /// <summary>The accounts whose approval counts no more; empty for a request that is not approved.</summary>
    /// <exception cref="MembershipUnknownException">A platform does not say, or not in time.</exception>
    public async Task<ImmutableHashSet<AccountId>> OfAsync(RequestId id, CancellationToken cancel)
    {
        if (
            store.Request(id) is not { } row
            || RequestState.Read(row) is not { Status: RequestStatus.Approved } approval
        )
        {
            return [];
        }

        var said = await SaidAsync(approval, cancel);
        var silent = said.Where(s => s.Why is MemberObstacle.Unknown).Select(s => s.By);
        return silent.Any()
            ? throw new MembershipUnknownException([.. silent.Distinct()])
            : [.. said.Select(s => s.Of)];
    }

    /// <summary>
    /// Of those who approved a request that is pending, when somebody else decides it. Who is not answered for is not
    /// among them: they were a member when they approved, and are asked about again before it runs.
    /// </summary>
    public async Task<ImmutableHashSet<AccountId>> KnownAsync(
        Approval approval,
        CancellationToken cancel
    ) =>
        [
            .. (await SaidAsync(approval, cancel))
                .Where(s => s.Why is not MemberObstacle.Unknown)
                .Select(s => s.Of),
        ];

    /// <summary>Of those who approved, whom their platforms do not call a full member.</summary>
    private async Task<Said[]> SaidAsync(Approval approval, CancellationToken cancel)
    {
        var asked = approval
            .Decisions.Where(d => d.Verdict == Verdict.Approved)
            .Select(d => d.Account)
            .OfType<AccountId>()
            .Select(a => SaidOfAsync(a, cancel));
        return [.. (await Task.WhenAll(asked)).OfType<Said>()];
    }

    /// <summary>
    /// Null: a full member. For a sign-in its person's chat accounts vouch, as at the decision; what is known comes
    /// first.
    /// </summary>
    private async Task<Said?> SaidOfAsync(AccountId account, CancellationToken cancel)
    {
        var vouching =
            account.Surface is Surface.Api && committer.Register.PersonOf(account) is { } person
                ? person.Accounts.Select(a => a.Id).Where(a => a.Surface is not Surface.Api)
                : [account];
        var said = await Task.WhenAll(
            vouching.Select(async a =>
                (await directory.RecallOtherAsync(a, cancel)).Obstacle is { } why
                    ? new Said(account, a.Surface, why)
                    : null
            )
        );
        return said.OfType<Said>().OrderBy(s => s.Why is MemberObstacle.Unknown).FirstOrDefault();
    }
}

/// <summary>
/// A platform does not say now whether everybody who approved is still a member: nothing was recorded, and nothing
/// used up.
/// </summary>
public sealed class MembershipUnknownException(ImmutableArray<Surface> silent)
    : Exception($"{string.Join(" and ", silent)} did not say who is still a member")
{
    /// <summary>Those that did not answer, each once; at least one.</summary>
    public ImmutableArray<Surface> Silent => silent;
}
