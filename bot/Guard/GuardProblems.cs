using ChatApprovals.Approvals;
using ChatApprovals.Http;
using ChatApprovals.Inbox;

namespace ChatApprovals.Guard;

/// <summary>Why a guard must not run something. Nothing of the token or of the request is repeated.</summary>
internal static class GuardProblems
{
    public static Problem Unauthenticated { get; } =
        new(
            401,
            "unauthenticated",
            "Which guard is asking?",
            "Send the guard's key in one header: `Authorization: Bearer cgk_…`. A lost key is replaced by `guard rotate`."
        );

    public static Problem UnknownKey { get; } =
        Unauthenticated with
        {
            Challenge = "error=\"invalid_token\"",
        };

    public static Problem TooMany(TimeSpan retryAfter) =>
        new(
            429,
            "too_many_requests",
            "Too much that is no grant",
            "This guard presents more that is no token of this bot than it may; its grants are not kept from it."
        )
        {
            RetryAfter = retryAfter,
        };

    /// <param name="why">What the rules say.</param>
    /// <param name="wrong">What is wrong with the proof, if that is why.</param>
    public static Problem Of(GrantRefusal why, string? wrong) =>
        why switch
        {
            GrantRefusal.AlreadyConsumed => new(
                409,
                "already_consumed",
                "The grant was used",
                "It let its action run once. Do not run it again: if you do not know what became of it, say so."
            ),
            GrantRefusal.BindingMismatch => Refused(
                "binding_mismatch",
                "This is not what was approved",
                "Action, resource or context differ from the approved ones. The grant is not used up."
            ),
            GrantRefusal.Expired => Refused(
                "expired",
                "The grant has expired",
                "The agent may fetch a fresh one while the approval is valid."
            ),
            GrantRefusal.WrongAudience => Refused(
                "wrong_audience",
                "The grant is for another guard",
                "Its audience is not this guard's. The grant is not used up."
            ),
            GrantRefusal.Revoked => Refused(
                "revoked",
                "The grant was revoked",
                "An administrator revoked it, the agent may not do this any more, or it has reported already what became of it."
            ),
            GrantRefusal.Frozen => Refused(
                "revoked",
                "Frozen",
                "An administrator stopped everything of this agent."
            ),
            GrantRefusal.NoLongerApproved => Refused(
                "revoked",
                "The approval does not stand any more",
                "Somebody who approved may not any more, or a policy denies it by now."
            ),
            _ => Invalid(why, wrong),
        };

    private static Problem Invalid(GrantRefusal why, string? wrong)
    {
        var detail = why switch
        {
            GrantRefusal.ProofMissing =>
                "The grant is for the holder of a key: `dpop` needs the proof that came with the token, and `htm` and `htu` of that call.",
            GrantRefusal.InvalidProof =>
                $"The proof is none of this call. {wrong} The grant is not used up.",
            GrantRefusal.WrongKey =>
                "The proof is of another key than the grant's `cnf.jkt`. The grant is not used up.",
            _ => null,
        };
        return detail is null
            ? Refused(
                "invalid_token",
                "Not a grant",
                "The token is not one of this bot's grants as they are now."
            )
            : Refused("invalid_token", GrantProblems.ProofTitle, detail);
    }

    private static Problem Refused(string code, string title, string detail) =>
        new(403, code, title, detail);
}
