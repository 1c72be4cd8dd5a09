using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <content>What the directories are asked before somebody decides.</content>
public sealed partial class ApprovalDesk
{
    /// <param name="Behind">Those behind the request.</param>
    /// <param name="Absent">Those who cannot lend their right now.</param>
    /// <param name="Departed">Those whose approval counts no more.</param>
    private sealed record Others(
        IReadOnlyList<Member> Behind,
        ImmutableHashSet<PersonId> Absent,
        ImmutableHashSet<AccountId> Departed
    )
    {
        /// <summary>
        /// The register that a decision is judged by. It knows those behind the request also where their
        /// directory does not vouch for them: who shares an address with them is they.
        /// </summary>
        public Register In(Register register, DateTimeOffset now) =>
            Behind
                .Where(m => m.Obstacle is not null)
                .Aggregate(
                    register,
                    (known, m) => known.Heard(m, known.PersonOf(m.Account)?.Id ?? PersonId.New(now))
                ) with
            {
                Absent = Absent,
                Departed = Departed,
            };
    }

    /// <summary>All of them asked at once: a click may take three seconds.</summary>
    private async Task<Others> OthersAsync(
        Approval approval,
        AccountId account,
        CancellationToken cancel
    )
    {
        var behind = BehindAsync(approval, cancel);
        var absent = AbsentAsync(approval, account, cancel);
        var departed = _departed.KnownAsync(approval, cancel);
        return new Others(await behind, await absent, await departed);
    }

    /// <summary>
    /// Those behind the request who are named by an account that nobody has enrolled yet: asked of their
    /// directory, so that they can be compared with the clicker by address too.
    /// </summary>
    private async Task<IReadOnlyList<Member>> BehindAsync(
        Approval approval,
        CancellationToken cancel
    )
    {
        List<Task<Member>> asked = [];
        var request = approval.Opening.Request;
        foreach (var party in request.OnBehalfOf.Add(request.Initiator))
        {
            if (
                AccountId.TryParse(party.Id.Trim(), provider: null, out var account)
                // Sign-ins are in no directory: they are compared by issuer and subject.
                && account.Surface is not Surface.Api
                && _committer.Register.PersonOf(account)?.Account(account)
                    is not { IsErased: false }
            )
            {
                asked.Add(_directory.RecallOtherAsync(account, cancel));
            }
        }

        asked.AddRange(
            Erased(approval.Opening, _committer.Register)
                .Select(account => _directory.RecallOtherAsync(account, cancel))
        );
        return await Task.WhenAll(asked);
    }

    /// <summary>Accounts of those who answer for the agent, whose addresses were erased: they exclude.</summary>
    private static IEnumerable<AccountId> Erased(Opening opening, Register register)
    {
        var agent = register.Agent(opening.Agent);
        return opening
            .Owners.Add(opening.KeyCreator)
            .Concat(agent is null ? [] : agent.Owners.Add(agent.KeyCreator))
            .Distinct()
            .SelectMany(id => register.Person(id)?.Accounts ?? [])
            .Where(a => a.IsErased)
            .Select(a => a.Id);
    }

    /// <summary>
    /// Those who let this account decide in their place and could decide nothing themselves now: nobody acts
    /// for who has left, nor for somebody of whom the directory does not answer.
    /// </summary>
    private async Task<ImmutableHashSet<PersonId>> AbsentAsync(
        Approval approval,
        AccountId account,
        CancellationToken cancel
    )
    {
        var register = _committer.Register;
        if (register.Delegators.IsEmpty || register.PersonOf(account) is not { } clicker)
        {
            return [];
        }

        var standing = Register.StandingOf(clicker, account, approval.CreatedAt).ToHashSet();
        var asked = await Task.WhenAll(
            register
                .LentTo(standing, approval.CreatedAt)
                .Select(async d =>
                    (d.From, Member: await _directory.LookUpOtherAsync(d.Account, cancel))
                )
        );
        return [.. asked.Where(a => a.Member.Obstacle is not null).Select(a => a.From)];
    }

    /// <summary>As a decision would enrol them: with the addresses that the directory reports now.</summary>
    private static Person Met(Person person, Member member) =>
        person with
        {
            Accounts =
            [
                .. person.Accounts.Select(a =>
                    a.Id == member.Account && a.Emails.IsEmpty
                        ? a with
                        {
                            Emails = member.Emails,
                        }
                        : a
                ),
            ],
        };

    /// <summary>Somebody the register does not know and will not enrol: an account and nothing more.</summary>
    private static Person Unenrolled(Member member) =>
        new(default, member.Name, [new Account(member.Account, member.Emails, default)]);
}
