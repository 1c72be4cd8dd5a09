namespace ChatApprovals.Approvals;

/// <summary>What was reported after running the action: <c>succeeded</c>, <c>failed</c> or <c>unknown</c>.</summary>
public sealed record Execution(string Outcome, string? Detail, DateTimeOffset At)
{
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";

    /// <summary>It was let through, and nobody knows whether it ran. Only the bot itself says so.</summary>
    public const string Unknown = "unknown";

    /// <summary>The guarded endpoint that reported it; null: the agent.</summary>
    public string? Guard { get; init; }
}
