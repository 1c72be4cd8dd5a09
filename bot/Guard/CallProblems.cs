using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Guard;

/// <summary>Why a call of a guarded endpoint is not sent, or what became of one that was.</summary>
internal static class CallProblems
{
    public static Problem NotFound { get; } =
        new(
            404,
            "not_found",
            "Not found",
            "There is no such guarded endpoint, or no request of this agent has the id in `Approval`."
        );

    public static Problem BadTarget(string why) =>
        new(400, "invalid_request", "This address cannot be sent on byte by byte", why);

    public static Problem Compressed { get; } =
        new(
            415,
            "invalid_request",
            "The body must be readable",
            "Send it without `Content-Encoding`: people read what they approve."
        );

    public static Problem Upgrade { get; } =
        new(
            400,
            "invalid_request",
            "Not a request and an answer",
            "Upgrades (WebSocket, HTTP/2) are not sent on: leave out the header `Upgrade`."
        );

    /// <param name="header">One of ours, not of the caller's spelling.</param>
    public static Problem Unsent(string header) =>
        new(
            400,
            "invalid_request",
            "A condition that would not be sent on",
            $"{header} decides whether something is done, and only bound headers are sent on: leave it out, or have an "
                + $"administrator add the guard with `bind {header}`."
        );

    public static Problem NotReady { get; } =
        new(
            502,
            "upstream_not_ready",
            "The upstream cannot be called now",
            "Nothing was sent and nothing is used up. The bot's log says why; an administrator must act."
        );

    public static Problem NoRoom { get; } =
        new(
            503,
            "unavailable",
            "Too many calls are under way",
            "Nothing was sent and nothing is used up; try again."
        )
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    public static Problem UpstreamFailed { get; } =
        new(
            502,
            "upstream_failed",
            "The upstream did not answer",
            "The call was let through and its outcome is unknown: it is never sent again. Look before you ask anew."
        );

    /// <summary>It was asked, and the answer was not yes.</summary>
    public static Problem Ended(Approval approval, Register register)
    {
        var (code, title) = approval.Status switch
        {
            RequestStatus.Denied => ("denied", "The request was denied"),
            RequestStatus.Expired => ("expired", "The request expired"),
            _ => ("cancelled", "The request was cancelled"),
        };
        return new Problem(403, code, title, "Nothing was sent. Its state is in `request`.")
        {
            Present = json => RequestView.Write(json, approval, register),
        };
    }

    public static Problem Of(Sending.Refused refused, Register register)
    {
        var (why, approval) = refused;
        var (title, detail) = GrantProblems.Proof(why, refused.Detail) is { } proof
            ? (GrantProblems.ProofTitle, proof)
            : Text(why);
        var status = why is GrantRefusal.AlreadyConsumed ? 409 : 403;
        var problem = new Problem(status, WireNames.Of(why), title, detail);
        // What was approved is nobody's to read who presents something else.
        return why is GrantRefusal.BindingMismatch
            ? problem
            : problem with
            {
                Present = json => RequestView.Write(json, approval, register),
            };
    }

    private static (string Title, string Detail) Text(GrantRefusal why) =>
        why switch
        {
            GrantRefusal.BindingMismatch => (
                "This is not what was approved",
                "Method, path, query, body, content type, a listed header or the guard differ. Nothing is used up."
            ),
            GrantRefusal.AlreadyConsumed => (
                "The call was sent",
                "An approval sends its call once; ask again with a new request. `request` says what became of it."
            ),
            GrantRefusal.ApprovalExpired => (
                "The approval is too old",
                "The policy's `approval_valid_for` is over; ask again with a new request."
            ),
            GrantRefusal.Frozen => (
                "Frozen",
                "An administrator stopped everything of this agent; `unfreeze` lets it go on."
            ),
            GrantRefusal.NoLongerApproved => (
                "The approval does not stand any more",
                "Somebody who approved may not any more, or a policy denies it by now; ask again with a new request."
            ),
            GrantRefusal.WrongAudience => (
                "The guard was changed",
                "An administrator removed it, or made it anew; ask again with a new request."
            ),
            _ => (
                "The approval was revoked",
                "An administrator revoked it, or the agent may not do this any more."
            ),
        };
}
