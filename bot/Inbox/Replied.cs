using ChatApprovals.Approvals;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>What an agent is answered, by whatever way it came in. What it is told is durable.</summary>
internal abstract record Replied
{
    private Replied() { }

    /// <param name="Approval">As it is now.</param>
    /// <param name="IsNew">It was made by this call.</param>
    public sealed record State(Approval Approval, bool IsNew) : Replied;

    public sealed record Refused(Problem Problem) : Replied;
}
