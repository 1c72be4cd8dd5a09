using ChatApprovals.Approvals;

namespace ChatApprovals.Inbox;

/// <summary>
/// How often an agent may come for grants, and a guard with what is no token of ours: each time is an entry in the
/// ledger for good. Apart from <see cref="AgentLimits"/>: whoever has asked for much must still get what was approved.
/// Own limits, as multiples of what an agent may ask for.
/// </summary>
public sealed class GrantLimits(InboxOptions options, TimeProvider clock)
{
    /// <summary>A grant lives for minutes and an approval for ten: few are fetched more than twice.</summary>
    private const int PerRequest = 50;

    /// <summary>One guard stands before many agents, and a client that retries without a pause must not shut it off.</summary>
    private const int PerGuard = 1_000;

    private readonly AgentLimits _agents = Times(options, PerRequest, clock);
    private readonly AgentLimits _guards = Times(options, PerGuard, clock);

    /// <summary>Null when the agent may come; else how long until it may.</summary>
    public TimeSpan? Charge(AgentName agent) => _agents.Charge(agent);

    /// <summary>The same of a guard that presents what is no token of ours.</summary>
    public TimeSpan? ChargeForNone(AgentName guard) => _guards.Charge(guard);

    private static AgentLimits Times(InboxOptions options, int factor, TimeProvider clock) =>
        new(
            new InboxOptions
            {
                Burst = options.Burst * factor,
                SubmissionsPerMinute = options.SubmissionsPerMinute * factor,
            },
            clock
        );
}
