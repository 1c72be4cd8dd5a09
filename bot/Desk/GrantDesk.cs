using ChatApprovals.Approvals;
using ChatApprovals.Grants;
using ChatApprovals.Jose;

namespace ChatApprovals.Desk;

/// <summary>
/// Issues grants, lets guards consume them, revokes them. Each answer is in the ledger before it is given;
/// what is refused changes nothing but the ledger.
/// </summary>
public sealed class GrantDesk(Committer committer, IStore store, GrantKeys keys, Departed departed)
{
    /// <summary>
    /// A token for the approved request of this agent. Asked again before it is used: the same grant with a
    /// fresh expiry. With a proof of its key it is bound to that key, for good. What is refused is recorded, also of
    /// another agent's request; that it is not approved (yet) is none.
    /// </summary>
    public async Task<Issued> IssueAsync(
        AgentName agent,
        RequestId id,
        KeyProof proof,
        CancellationToken cancel
    )
    {
        // The one that the entry names, also where another takes its place meanwhile.
        var key = keys.Current;
        return await committer.CommitAsync(
            commit => Issue(commit, agent, id, proof, key.Kid),
            cancel
        ) switch
        {
            Issuing.Done(var grant) => new Issued.Granted(
                GrantToken.Sign(grant with { Evidence = EvidenceOf(id) }, key),
                grant
            ),
            Issuing.Refused(var why, var approval) => new Issued.Refused(why, approval)
            {
                Detail = (proof as KeyProof.Bad)?.Why,
            },
            _ => new Issued.NotFound(),
        };
    }

    /// <summary>
    /// The grant of a token of ours, null of anything else. Outside any commit: a signature costs more than all the
    /// rest, and depends on nothing that changes.
    /// </summary>
    /// <param name="token">As the agent presented it; hostile text.</param>
    public Grant? Open(string token) => GrantToken.Open(token, keys.Accepted, keys.Issuer);

    /// <summary>
    /// Whether what a guard is about to run may run now. <see cref="Consumption.Consumed"/> is answered
    /// once for a grant, however many ask at the same time.
    /// </summary>
    /// <param name="guardKey">The hash of the guard's key: judged by the register inside the commit.</param>
    /// <param name="grant">What <see cref="Open"/> makes of the token that the agent presented.</param>
    /// <param name="what">What is about to run, from the guard's own knowledge.</param>
    /// <param name="proof">Which key the agent showed to the guard.</param>
    /// <param name="cancel">Gives up waiting; what was committed stays.</param>
    public async Task<Consumption> ConsumeAsync(
        string guardKey,
        Grant? grant,
        AboutToRun what,
        KeyProof proof,
        CancellationToken cancel
    )
    {
        var presented = new Presented(grant, what.Action, what.Resource, what.Context, proof)
        {
            Departed = grant is null ? [] : await departed.OfAsync(grant.Request, cancel),
        };
        return await committer.CommitAsync(commit => Consume(commit, guardKey, presented), cancel);
    }

    /// <summary>
    /// Whatever was approved will not run, whether a token is under way or not. <see cref="Closed.NotNow"/>
    /// when it is not approved, was used, is revoked already, or was a change of the configuration.
    /// </summary>
    /// <param name="id">Which request.</param>
    /// <param name="by">Who wants it.</param>
    /// <param name="isAllowed">Whether they may, judged by the register inside the commit.</param>
    /// <param name="cancel">Gives up waiting; what was committed stays.</param>
    public Task<Closed> RevokeAsync(
        RequestId id,
        PersonId by,
        Func<Register, DateTimeOffset, bool> isAllowed,
        CancellationToken cancel
    ) =>
        committer.CommitAsync<Closed>(
            commit =>
            {
                if (!isAllowed(commit.Register, commit.Now))
                {
                    return new Closed.NotAllowed();
                }

                if (commit.Find(id) is not { } found)
                {
                    return new Closed.NotFound();
                }

                if (
                    found.Status != RequestStatus.Approved
                    || found.Change is not null
                    || found.Grant is { IsConsumed: true } or { IsRevoked: true }
                )
                {
                    return new Closed.NotNow(found);
                }

                commit.Record(new Fact.GrantRevoked(id, found.Grant?.Id, by));
                return new Closed.Done(commit.Find(id)!);
            },
            cancel
        );

    private Issuing Issue(Commit commit, AgentName agent, RequestId id, KeyProof proof, string kid)
    {
        if (commit.Find(id) is not { } found)
        {
            return new Issuing.NotFound();
        }

        if (found.Opening.Agent != agent)
        {
            commit.Record(Refused(found, GrantRefusal.OtherAgent) with { Agent = agent });
            return new Issuing.NotFound();
        }

        if (GrantCheck.WhyNotIssue(found, commit.Register, commit.Now) is { } why)
        {
            if (why is not GrantRefusal.NotApproved)
            {
                commit.Record(Refused(found, why));
            }

            return new Issuing.Refused(why, found);
        }

        if (GrantCheck.WhyNotBind(found, proof) is { } unproven)
        {
            commit.Record(Refused(found, unproven));
            return new Issuing.Refused(unproven, found);
        }

        var grant = Draw(found, commit.Now) with { Jkt = (proof as KeyProof.Of)?.Jkt };
        commit.Record(
            new Fact.GrantIssued(id, grant.Id, grant.Audience, grant.ExpiresAt, kid)
            {
                Jkt = grant.Jkt,
            }
        );
        return new Issuing.Done(grant);
    }

    private static Fact.GrantRefused Refused(Approval approval, GrantRefusal why) =>
        new(approval.Id, approval.Grant?.Id, Guard: null, why);

    private Grant Draw(Approval approval, DateTimeOffset now)
    {
        var opening = approval.Opening;
        var from = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());
        var lifetime = Math.Clamp(opening.Policy.GrantTtl, 1, Grant.LifetimeMax);
        return new Grant
        {
            Id = approval.Grant?.Id ?? GrantId.New(now),
            Request = approval.Id,
            Issuer = keys.Issuer,
            Agent = opening.Agent,
            Audience = opening.Request.Audience ?? keys.Issuer,
            IssuedAt = from,
            ExpiresAt = from.AddSeconds(lifetime),
            Action = opening.Request.Action.Name,
            Resource = opening.Request.Resource.Id,
            BindingHash = opening.BindingHash,
            Salt = opening.Salt,
            Evidence = new GrantEvidence(-1, ""),
        };
    }

    private GrantEvidence EvidenceOf(RequestId id) =>
        new(
            Ends.SeqOf(store, id) ?? throw new InvalidDataException($"{id} has no end"),
            store.Head()!.Checkpoint.Split('\n')[0]
        );

    private static Consumption Consume(Commit commit, string guardKey, Presented presented)
    {
        if (commit.Register.GuardByKey(guardKey) is not { } guard)
        {
            return new Consumption.UnknownGuard();
        }

        var (name, grant) = (guard.Name.ToString(), presented.Grant);
        var approval = grant is null ? null : commit.Find(grant.Request);
        var why = GrantCheck.WhyNotRun(
            presented,
            approval,
            guard.Audience,
            commit.Register,
            commit.Now
        );
        if (why is { } refusal)
        {
            commit.Record(new Fact.GrantRefused(approval?.Id, grant?.Id, name, refusal));
            return new Consumption.Refused(refusal)
            {
                Detail = (presented.Proof as KeyProof.Bad)?.Why,
            };
        }

        commit.Record(new Fact.GrantConsumed(approval!.Id, grant!.Id, name));
        return new Consumption.Consumed(approval.Id);
    }

    private abstract record Issuing
    {
        private Issuing() { }

        /// <summary>Its evidence is still to be filled in.</summary>
        public sealed record Done(Grant Grant) : Issuing;

        public sealed record Refused(GrantRefusal Why, Approval Approval) : Issuing;

        public sealed record NotFound : Issuing;
    }
}

/// <summary>What signs grants, what they are verified with, and in whose name.</summary>
/// <param name="keys">The key that signs, the next, and the one before while its tokens run.</param>
/// <param name="clock">How long those still run.</param>
/// <param name="issuer"><c>PublicUrl</c>.</param>
public sealed class GrantKeys(KeyRing keys, TimeProvider clock, string issuer)
{
    public SigningKey Current => keys[KeyRing.Grant];

    public JwkSet Accepted => keys.Grants(clock.GetUtcNow());

    public string Issuer => issuer;
}
