using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Where requests are opened, looked at, decided and closed. Every method has one shape: load, decide
/// (pure), commit once; what it answers is durable. Any method throws <see cref="UnavailableException"/>
/// when the ledger cannot be written, and then nothing was stored.
/// </summary>
public sealed partial class ApprovalDesk
{
    /// <summary>Opens a request of an authenticated agent.</summary>
    /// <param name="agent">Who asks.</param>
    /// <param name="request">What for; already checked by the inbox.</param>
    /// <param name="bodyHash">base64url(SHA-256(JCS of the body)).</param>
    /// <param name="idempotencyKey">As sent, or null.</param>
    /// <param name="cancel">Stops the waiting, not a commit under way.</param>
    public partial Task<Opened> OpenAsync(
        AgentName agent,
        ActionRequest request,
        string bodyHash,
        string? idempotencyKey,
        CancellationToken cancel
    );

    /// <summary>
    /// Whether <see cref="OpenAsync"/> would now have people asked about something new, of an agent that is not
    /// frozen. Records nothing.
    /// </summary>
    public partial Task<bool> WouldAskAsync(
        AgentName agent,
        ActionRequest request,
        string bodyHash,
        CancellationToken cancel
    );

    /// <summary>The agent's own request, or null (unknown and another agent's look the same).</summary>
    public partial Task<Approval?> FindAsync(
        AgentName agent,
        RequestId id,
        CancellationToken cancel
    );

    /// <summary>As <see cref="FindAsync"/>, but waits until it is no longer pending or the time is over.</summary>
    public partial Task<Approval?> WaitAsync(
        AgentName agent,
        RequestId id,
        TimeSpan wait,
        CancellationToken cancel
    );

    /// <summary>The agent's own requests, newest first, beginning after one of them.</summary>
    public partial Task<IReadOnlyList<Approval>> ListAsync(
        AgentName agent,
        RequestStatus? status,
        RequestId? after,
        int limit,
        CancellationToken cancel
    );

    /// <summary>Changes after a ledger position, waiting up to <paramref name="wait"/> for the first one.</summary>
    public partial Task<IReadOnlyList<Change>> ChangesAsync(
        RequestId id,
        long afterSeq,
        TimeSpan wait,
        CancellationToken cancel
    );

    /// <summary>Ends a pending request of the agent's own as <c>cancelled</c>.</summary>
    public partial Task<Closed> CancelAsync(
        AgentName agent,
        RequestId id,
        string? reason,
        CancellationToken cancel
    );

    /// <summary>Records what became of an approved action. A repeat with the same outcome changes nothing.</summary>
    public partial Task<Closed> ReportAsync(
        AgentName agent,
        RequestId id,
        string outcome,
        string? detail,
        CancellationToken cancel
    );

    /// <summary>
    /// One click. Asks the directory who it is, judges it inside the commit, and answers after the
    /// decision (or the refusal) is durable.
    /// </summary>
    public partial Task<ClickAnswer> DecideAsync(Click click, CancellationToken cancel);

    /// <summary>The card as this account may see it now, or null when no card has the token.</summary>
    public partial Task<CardView?> ViewAsync(
        string token,
        AccountId account,
        CancellationToken cancel
    );

    /// <summary>Every pending request, oldest first, at most <paramref name="limit"/> (for chat commands).</summary>
    public partial Task<IReadOnlyList<Approval>> PendingAsync(int limit, CancellationToken cancel);

    /// <summary>
    /// Requests with this code on their cards, newest first, at most <paramref name="limit"/> (for chat
    /// commands). Codes are short: an old request may have the same.
    /// </summary>
    public partial Task<IReadOnlyList<Approval>> ByCodeAsync(
        string code,
        int limit,
        CancellationToken cancel
    );

    /// <summary>Any request, for people who may see it (chat command <c>show</c>), or null.</summary>
    public partial Task<Approval?> ShowAsync(RequestId id, CancellationToken cancel);
}
