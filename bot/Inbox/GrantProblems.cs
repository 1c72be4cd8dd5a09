using ChatApprovals.Approvals;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>Why an agent gets no grant, with the request as it is now.</summary>
internal static class GrantProblems
{
    public static Problem NotIssued(GrantRefusal why, Approval approval, Register register)
    {
        var (status, title, detail) = Text(why);
        return new Problem(status, WireNames.Of(why), title, detail)
        {
            Present = json => RequestView.Write(json, approval, register),
        };
    }

    private static (int Status, string Title, string Detail) Text(GrantRefusal why) =>
        why switch
        {
            GrantRefusal.NotApproved => (
                409,
                "The request is not approved",
                "A grant is for an approved request; wait with `GET /v1/requests/{id}?wait=60`."
            ),
            GrantRefusal.ApprovalExpired => (
                409,
                "The approval is too old",
                "The policy's `approval_valid_for` is over; ask again with a new request."
            ),
            GrantRefusal.AlreadyConsumed => (
                409,
                "The grant was used",
                "A grant runs its action once; ask again with a new request."
            ),
            GrantRefusal.Frozen => (
                403,
                "Frozen",
                "An administrator stopped everything of this agent; `unfreeze` lets it go on."
            ),
            GrantRefusal.NoLongerApproved => (
                409,
                "The approval does not stand any more",
                "Somebody who approved may not any more, or a policy denies it by now; ask again with a new request."
            ),
            _ => (
                403,
                "The approval was revoked",
                "An administrator revoked it, or the agent may not do this any more."
            ),
        };
}
