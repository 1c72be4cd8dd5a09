using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>Every refusal the inbox knows, in the order of contract section 2.</summary>
internal static class InboxProblems
{
    /// <summary>A person has to act before there is room again: asking more often helps nobody.</summary>
    private static readonly TimeSpan PendingRetry = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan UnavailableRetry = TimeSpan.FromSeconds(5);

    public static Problem AgentDisabled { get; } =
        new(
            403,
            "agent_disabled",
            "This agent is disabled",
            "An administrator disabled it; `agent enable` lets it ask again."
        );

    public static Problem ActionNotAllowed { get; } =
        new(
            403,
            "action_not_allowed",
            "This agent may not ask for this action",
            "`action.name` matches none of the patterns that an administrator gave with `agent add … actions`."
        );

    public static Problem TooManyStreams { get; } =
        new(
            429,
            "too_many_requests",
            "Too many open waits",
            "This agent has too many open waits or event streams; close one."
        )
        {
            RetryAfter = UnavailableRetry,
        };

    public static Problem TooManyCalls { get; } =
        new(
            429,
            "too_many_requests",
            "Too many calls under way",
            "This agent has too many calls of guarded endpoints under way. Nothing was sent and nothing is used up."
        )
        {
            RetryAfter = UnavailableRetry,
        };

    public static Problem KeyReused { get; } =
        new(
            422,
            "idempotency_key_reused",
            "This idempotency key was used with another body",
            "Use a new key for a new request; send the same body to repeat one."
        );

    public static Problem BadIdempotencyKey { get; } =
        Problems.BadHeader(
            "Idempotency-Key: send it once, 1 to 255 visible ASCII characters without spaces, or leave it out."
        );

    public static Problem Secret(ImmutableArray<InputError> findings) =>
        new(
            422,
            "secret_detected",
            "The request holds a credential",
            $"Nothing was stored or shown. {Problems.InAWord(findings)} Then rotate it: it has left its place."
        )
        {
            Errors = findings,
        };

    public static Problem NoEligibleApprover(string detail) =>
        new(422, "no_eligible_approver", "Nobody could approve this", detail);

    public static Problem TooManyRequests(TimeSpan retryAfter) =>
        new(
            429,
            "too_many_requests",
            "Too many requests",
            "This agent asks more often than it may; wait as `Retry-After` says."
        )
        {
            RetryAfter = retryAfter,
        };

    public static Problem TooManyPending(int max) =>
        new(
            429,
            "too_many_pending",
            "Too many pending requests",
            $"At most {max} requests of one agent may be pending; cancel one or wait."
        )
        {
            RetryAfter = PendingRetry,
        };

    public static Problem NoQuestion(Approval approval, Register register) =>
        Conflict(
            "no_question",
            "There is no such question",
            "An answer needs a question that waits: see `questions` of the request.",
            approval,
            register
        );

    public static Problem Undecided(Approval approval, Register register) =>
        Conflict(
            "not_decided",
            "There is no decision yet",
            "A receipt is of a decision; wait for one with `GET /v1/requests/{id}?wait=60`.",
            approval,
            register
        );

    public static Problem NotPending(Approval approval, Register register) =>
        Conflict(
            "not_pending",
            "The request is no longer pending",
            "Its present state is in `request`.",
            approval,
            register
        );

    public static Problem NotReportable(Approval approval, Register register) =>
        Conflict(
            "not_reportable",
            "No result can be reported now",
            "A result is reported once, after approval. The present state is in `request`.",
            approval,
            register
        );

    /// <summary>409 with what the request is now.</summary>
    private static Problem Conflict(
        string code,
        string title,
        string detail,
        Approval approval,
        Register register
    ) =>
        new(409, code, title, detail)
        {
            Present = json => RequestView.Write(json, approval, register),
        };
}
