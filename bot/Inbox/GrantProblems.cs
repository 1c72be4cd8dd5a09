using ChatApprovals.Approvals;
using ChatApprovals.Http;

namespace ChatApprovals.Inbox;

/// <summary>Why an agent gets no grant, with the request as it is now.</summary>
internal static class GrantProblems
{
    /// <param name="why">What the rules say.</param>
    /// <param name="approval">The request.</param>
    /// <param name="register">To show it by.</param>
    /// <param name="wrong">What is wrong with the proof, if that is why.</param>
    public static Problem NotIssued(
        GrantRefusal why,
        Approval approval,
        Register register,
        string? wrong
    )
    {
        var (status, title, detail) = Text(why);
        return new Problem(status, WireNames.Of(why), title, Proof(why, wrong) ?? detail)
        {
            Present = json => RequestView.Write(json, approval, register),
        };
    }

    /// <summary>What to do about a proof (RFC 9449) that is missing or wrong; null for every other refusal.</summary>
    public static string? Proof(GrantRefusal why, string? wrong) =>
        why switch
        {
            GrantRefusal.ProofMissing =>
                "Fetch the grant with the header `DPoP`, a proof of the agent's key (RFC 9449), and run it with a new proof of the same key.",
            GrantRefusal.InvalidProof =>
                $"Send one new proof in the header `DPoP` (RFC 9449). {wrong}",
            GrantRefusal.WrongKey =>
                "The grant is bound to the key of the first proof, for good; ask again with a new request.",
            _ => null,
        };

    public static string ProofTitle { get; } = "The agent must show its key";

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
            GrantRefusal.ProofMissing or GrantRefusal.InvalidProof or GrantRefusal.WrongKey => (
                403,
                ProofTitle,
                ""
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
                "An administrator revoked it, the agent may not do this any more, or it has reported already what became of it."
            ),
        };
}
