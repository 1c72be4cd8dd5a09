using ChatApprovals.Approvals;
using ChatApprovals.Grants;

namespace ChatApprovals.Desk;

/// <summary>
/// Lets a call of a guarded endpoint be sent, once, and keeps what became of it. Same shape and the same
/// promise as <see cref="GrantDesk"/>; there is no token, because the bot itself runs the action.
/// </summary>
public sealed class ForwardDesk(Committer committer, Departed departed)
{
    /// <summary>
    /// Whether this call may be sent now. <see cref="Sending.Once"/> is answered once for a request, however
    /// many ask at the same time, and when <c>grant.consumed</c> is durable. A call that is not the approved
    /// one is recorded and uses nothing up.
    /// </summary>
    /// <param name="agent">Whose key the call carries.</param>
    /// <param name="id">The request that the call names.</param>
    /// <param name="guard">The guarded endpoint as it was when the call came.</param>
    /// <param name="call">What is about to be sent.</param>
    /// <param name="proof">Which key the agent showed with the call.</param>
    /// <param name="isReady">Whether it could be sent at all; if not, nothing is used up.</param>
    /// <param name="cancel">Gives up waiting; what was committed stays.</param>
    public async Task<Sending> UseAsync(
        AgentName agent,
        RequestId id,
        KnownGuard guard,
        AboutToRun call,
        KeyProof proof,
        bool isReady,
        CancellationToken cancel
    )
    {
        var presented = new Presented(null, call.Action, call.Resource, call.Context, proof)
        {
            Departed = await departed.OfAsync(id, cancel),
        };
        return await committer.CommitAsync(
            commit =>
            {
                if (commit.Find(id) is not { } found)
                {
                    return new Sending.NotFound();
                }

                if (found.Opening.Agent == agent)
                {
                    return Use(commit, found, presented, guard, isReady);
                }

                const GrantRefusal why = GrantRefusal.OtherAgent;
                var (grant, name) = (found.Grant?.Id, guard.Name.ToString());
                commit.Record(new Fact.GrantRefused(id, grant, name, why) { Agent = agent });
                return new Sending.NotFound();
            },
            cancel
        );
    }

    /// <summary>What became of a call that was let through. The first report stays.</summary>
    public Task<bool> ReportAsync(
        RequestId id,
        string guard,
        string outcome,
        string detail,
        CancellationToken cancel
    ) => committer.CommitAsync(commit => Report(commit, id, guard, outcome, detail), cancel);

    /// <summary>
    /// Before anything listens: what an earlier process let through and never reported is unknown, and is
    /// never sent again. Answers how many.
    /// </summary>
    public Task<int> SettleAsync(CancellationToken cancel) =>
        committer.CommitAsync(
            commit =>
            {
                const string detail = "The bot stopped while the call was under way.";
                var open = commit.Register.Forwards;
                foreach (var (id, sent) in open)
                {
                    var request = RequestId.Parse(id, provider: null);
                    Report(commit, request, sent.Guard, Execution.Unknown, detail);
                }

                return open.Count;
            },
            cancel
        );

    private static Sending Use(
        Commit commit,
        Approval found,
        Presented presented,
        KnownGuard guard,
        bool isReady
    )
    {
        var name = guard.Name.ToString();
        switch (GrantCheck.WhyNotSend(found, presented, guard, commit.Register, commit.Now))
        {
            case null when !isReady:
                return new Sending.NotReady();
            case null:
                var grant = found.Grant?.Id ?? GrantId.New(commit.Now);
                commit.Record(new Fact.GrantConsumed(found.Id, grant, name) { Forwarded = true });
                return new Sending.Once();
            case GrantRefusal.NotApproved:
                return new Sending.NotApproved(found);
            case { } why:
                commit.Record(new Fact.GrantRefused(found.Id, found.Grant?.Id, name, why));
                return new Sending.Refused(why, found)
                {
                    Detail = (presented.Proof as KeyProof.Bad)?.Why,
                };
        }
    }

    private static bool Report(
        Commit commit,
        RequestId id,
        string guard,
        string outcome,
        string detail
    )
    {
        if (commit.Find(id) is not { Execution: null })
        {
            return false;
        }

        commit.Record(new Fact.ExecutionReported(id, outcome, detail) { Guard = guard });
        return true;
    }
}

/// <summary>What the desk answers when a call of a guarded endpoint is about to be sent. All of it is durable.</summary>
public abstract record Sending
{
    private Sending() { }

    /// <summary>Send it, now and once: nobody else was told so.</summary>
    public sealed record Once : Sending;

    /// <summary>It might be sent, and could not be now. Nothing was used up.</summary>
    public sealed record NotReady : Sending;

    /// <summary>It is the same call, and the request is pending, or ended otherwise.</summary>
    public sealed record NotApproved(Approval Approval) : Sending;

    /// <summary>Do not send it. Nothing was used up.</summary>
    public sealed record Refused(GrantRefusal Why, Approval Approval) : Sending
    {
        /// <summary>What is wrong with the proof, when that is why.</summary>
        public string? Detail { get; init; }
    }

    /// <summary>Unknown, or another agent's: the caller cannot tell which.</summary>
    public sealed record NotFound : Sending;
}
