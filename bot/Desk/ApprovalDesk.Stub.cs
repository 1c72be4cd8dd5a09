using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

public sealed partial class ApprovalDesk
{
    public partial Task<Opened> OpenAsync(
        AgentName agent,
        ActionRequest request,
        string bodyHash,
        string? idempotencyKey,
        CancellationToken cancel
    ) => throw new NotSupportedException();

    public partial Task<Approval?> FindAsync(
        AgentName agent,
        RequestId id,
        CancellationToken cancel
    ) => throw new NotSupportedException();

    public partial Task<Approval?> WaitAsync(
        AgentName agent,
        RequestId id,
        TimeSpan wait,
        CancellationToken cancel
    ) => throw new NotSupportedException();

    public partial Task<IReadOnlyList<Approval>> ListAsync(
        AgentName agent,
        RequestStatus? status,
        RequestId? after,
        int limit,
        CancellationToken cancel
    ) => throw new NotSupportedException();

    public partial Task<IReadOnlyList<Change>> ChangesAsync(
        RequestId id,
        long afterSeq,
        TimeSpan wait,
        CancellationToken cancel
    ) => throw new NotSupportedException();

    public partial Task<Closed> CancelAsync(
        AgentName agent,
        RequestId id,
        string? reason,
        CancellationToken cancel
    ) => throw new NotSupportedException();

    public partial Task<Closed> ReportAsync(
        AgentName agent,
        RequestId id,
        string outcome,
        string? detail,
        CancellationToken cancel
    ) => throw new NotSupportedException();

    public partial Task<ClickAnswer> DecideAsync(Click click, CancellationToken cancel) =>
        throw new NotSupportedException();

    public partial Task<CardView?> ViewAsync(
        string token,
        AccountId account,
        CancellationToken cancel
    ) => throw new NotSupportedException();

    public partial Task<IReadOnlyList<Approval>> PendingAsync(
        int limit,
        CancellationToken cancel
    ) => throw new NotSupportedException();

    public partial Task<Approval?> ShowAsync(RequestId id, CancellationToken cancel) =>
        throw new NotSupportedException();
}
