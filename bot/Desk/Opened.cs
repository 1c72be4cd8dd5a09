using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>What the desk answers when an agent asks. All that it says is durable.</summary>
public abstract record Opened
{
    private Opened() { }

    /// <summary>A new request: in the ledger, its cards on their way.</summary>
    public sealed record Created(Approval Approval) : Opened;

    /// <summary>The same key and body as before, or the same body while the first is pending.</summary>
    public sealed record Same(Approval Approval) : Opened;

    /// <summary>The idempotency key was used with another body.</summary>
    public sealed record KeyReused : Opened;

    public sealed record AgentDisabled : Opened;

    public sealed record ActionNotAllowed : Opened;

    /// <summary>Nobody could approve it; <see cref="Detail"/> says who is excluded and why.</summary>
    public sealed record NoEligibleApprover(string Detail) : Opened;

    /// <summary>The agent has as many pending as it may have.</summary>
    public sealed record TooManyPending(int Max) : Opened;
}

/// <summary>What the desk answers when an agent ends or reports on its own request.</summary>
public abstract record Closed
{
    private Closed() { }

    public sealed record Done(Approval Approval) : Closed;

    /// <summary>Unknown, or another agent's: the caller cannot tell which.</summary>
    public sealed record NotFound : Closed;

    /// <summary>Nobody asked that, or it was answered otherwise; <see cref="Approval"/> is the present state.</summary>
    public sealed record Unasked(Approval Approval) : Closed;

    /// <summary>Whoever wants it may not, or no more.</summary>
    public sealed record NotAllowed : Closed;

    /// <summary>The state does not allow it; <see cref="Approval"/> is the present state.</summary>
    public sealed record NotNow(Approval Approval) : Closed;
}

/// <summary>One change of a request, for event streams: <see cref="Seq"/> is its ledger entry.</summary>
public sealed record Change(long Seq, DateTimeOffset At, string Kind);

/// <summary>The ledger cannot be written now: nothing was stored, nothing is lost.</summary>
public sealed class UnavailableException(string why, Exception? inner = null)
    : Exception(why, inner);
