using System.Collections.Frozen;

namespace ChatApprovals.Ledger;

/// <summary>
/// Every kind of entry this version writes (contract section 6). A reader accepts a kind it does not know if it has the
/// grammar of <see cref="IsKind"/>: a newer writer may have more.
/// </summary>
public static class EntryKinds
{
    public const string RequestCreated = "request.created";
    public const string RequestDisplayed = "request.displayed";
    public const string DecisionApproved = "decision.approved";
    public const string DecisionRejected = "decision.rejected";
    public const string DecisionRefused = "decision.refused";
    public const string RequestApproved = "request.approved";
    public const string RequestDenied = "request.denied";
    public const string RequestExpired = "request.expired";
    public const string RequestCancelled = "request.cancelled";
    public const string RequestEscalated = "request.escalated";
    public const string RequestReminded = "request.reminded";
    public const string QuestionAsked = "question.asked";
    public const string QuestionAnswered = "question.answered";
    public const string GrantIssued = "grant.issued";
    public const string GrantConsumed = "grant.consumed";
    public const string GrantRefused = "grant.refused";
    public const string GrantRevoked = "grant.revoked";
    public const string ExecutionReported = "execution.reported";
    public const string ConfigProposed = "config.proposed";
    public const string ConfigChanged = "config.changed";
    public const string PersonLinked = "person.linked";
    public const string PersonUnlinked = "person.unlinked";
    public const string KeyCreated = "key.created";
    public const string KeyRotated = "key.rotated";
    public const string ExportCreated = "export.created";
    public const string ErasurePerformed = "erasure.performed";
    public const string LedgerHeartbeat = "ledger.heartbeat";
    public const string LedgerRestored = "ledger.restored";

    /// <summary>All of the above.</summary>
    public static FrozenSet<string> All { get; } =
        new[]
        {
            RequestCreated,
            RequestDisplayed,
            DecisionApproved,
            DecisionRejected,
            DecisionRefused,
            RequestApproved,
            RequestDenied,
            RequestExpired,
            RequestCancelled,
            RequestEscalated,
            RequestReminded,
            QuestionAsked,
            QuestionAnswered,
            GrantIssued,
            GrantConsumed,
            GrantRefused,
            GrantRevoked,
            ExecutionReported,
            ConfigProposed,
            ConfigChanged,
            PersonLinked,
            PersonUnlinked,
            KeyCreated,
            KeyRotated,
            ExportCreated,
            ErasurePerformed,
            LedgerHeartbeat,
            LedgerRestored,
        }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether it puts a request into one of its four terminal states.</summary>
    public static bool IsEnd(string kind) =>
        kind is RequestApproved or RequestDenied or RequestExpired or RequestCancelled;

    /// <summary>Two words of lower-case letters and underscores with a dot between, at most 64 characters.</summary>
    public static bool IsKind(string kind)
    {
        var dot = kind.IndexOf('.', StringComparison.Ordinal);
        return kind.Length <= 64
            && dot > 0
            && IsWord(kind.AsSpan(..dot))
            && IsWord(kind.AsSpan(dot + 1));
    }

    private static bool IsWord(ReadOnlySpan<char> word) =>
        word.Length > 0 && word.IndexOfAnyExceptInRange('_', 'z') < 0 && !word.Contains('`');
}
