using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Grants;

/// <summary>
/// What a guard presents: the grant of a token that was verified (null: it was not), what is about to run,
/// as the guard itself sees it, and which key the agent showed to have.
/// </summary>
public sealed record Presented(
    Grant? Grant,
    NamedAction Action,
    Resource Resource,
    JsonElement Context,
    KeyProof Proof
)
{
    /// <summary>Accounts of which their platforms say that they are no full members any more.</summary>
    public ImmutableHashSet<AccountId> Departed { get; init; } = [];
}

/// <summary>
/// Judges whether a grant may be issued, and whether it lets something run. Pure. People and policies are
/// judged again each time, by the register of now: who approved and may no longer, approves no more.
/// </summary>
public static class GrantCheck
{
    /// <summary>Why no token may be made for a request now, or null.</summary>
    public static GrantRefusal? WhyNotIssue(
        Approval approval,
        Register register,
        DateTimeOffset now
    ) =>
        approval.Status != RequestStatus.Approved ? GrantRefusal.NotApproved
        : approval.Grant is { IsConsumed: true } ? GrantRefusal.AlreadyConsumed
        : WhyNotStanding(approval, register) is { } why ? why
        : now >= ValidUntil(approval) ? GrantRefusal.ApprovalExpired
        : null;

    /// <summary>
    /// Why no token may be made for an agent that showed this key or none, or null. A key that it showed once
    /// binds the request's grant: from then on nothing goes without that same key.
    /// </summary>
    public static GrantRefusal? WhyNotBind(Approval approval, KeyProof proof) =>
        proof switch
        {
            KeyProof.Of(var jkt) when approval.Grant?.Jkt is not { } own || Same(own, jkt) => null,
            KeyProof.Of => GrantRefusal.WrongKey,
            KeyProof.None when approval.Grant?.Jkt is null && !approval.Opening.NeedsKey => null,
            KeyProof.None => GrantRefusal.ProofMissing,
            _ => GrantRefusal.InvalidProof,
        };

    /// <summary>
    /// Why what a guard presents must not run, or null: it may, once. Order: the token, the audience, whether it
    /// was used for this, the time, the binding, the agent's key, whether the approval still stands.
    /// </summary>
    /// <param name="presented">The grant and what is about to run.</param>
    /// <param name="approval">The grant's request as it is now; null when there is none.</param>
    /// <param name="audience">The audience of the guard that presents it.</param>
    /// <param name="register">People, policies and freezes as they are now.</param>
    /// <param name="now">The committer's time.</param>
    public static GrantRefusal? WhyNotRun(
        Presented presented,
        Approval? approval,
        string audience,
        Register register,
        DateTimeOffset now
    )
    {
        if (presented.Grant is not { } grant || approval is null)
        {
            return GrantRefusal.InvalidToken;
        }

        var isBound = IsBound(grant, presented);
        return approval.Opening.IsErased ? GrantRefusal.Revoked
            : !IsOf(grant, approval) ? GrantRefusal.InvalidToken
            : !Same(grant.Audience, audience) ? GrantRefusal.WrongAudience
            : now < grant.IssuedAt ? GrantRefusal.InvalidToken
            // Whoever lost the answer asks again, also later: that it was used is said of what was approved alone.
            : isBound && approval.Grant!.IsConsumed ? GrantRefusal.AlreadyConsumed
            : now >= grant.ExpiresAt ? GrantRefusal.Expired
            : !isBound ? GrantRefusal.BindingMismatch
            : WhyNotProven(approval, presented.Proof)
                ?? WhyNotStanding(approval, Present(register, presented));
    }

    /// <summary>
    /// Why a guarded endpoint must not send a call, or null: it may, once. A call that is not the approved
    /// one is said before anything about the approval.
    /// </summary>
    /// <param name="approval">The request that the call names; of the same agent.</param>
    /// <param name="presented">The call itself; its <see cref="Presented.Grant"/> is not looked at.</param>
    /// <param name="guard">The guarded endpoint as it was when the call came.</param>
    /// <param name="register">People, policies, guards and freezes as they are now.</param>
    /// <param name="now">The committer's time.</param>
    public static GrantRefusal? WhyNotSend(
        Approval approval,
        Presented presented,
        KnownGuard guard,
        Register register,
        DateTimeOffset now
    )
    {
        var opening = approval.Opening;
        var (action, resource) = (presented.Action, presented.Resource);
        // An agent's own words in the inbox could bind the same and show something else.
        return opening.IsErased ? GrantRefusal.Revoked
            : opening.Request.Call is null
            || !Same(
                Binding.Hash(opening.Agent, action, resource, presented.Context, opening.Salt),
                opening.BindingHash
            )
                ? GrantRefusal.BindingMismatch
            : !guard.IsIn(register) ? GrantRefusal.WrongAudience
            : WhyNotIssue(approval, Present(register, presented), now)
                ?? WhyNotProven(approval, presented.Proof);
    }

    /// <summary>Until when a grant may be asked for: <c>approval_valid_for</c> after the approval.</summary>
    public static DateTimeOffset ValidUntil(Approval approval) =>
        approval.EndedAt!.Value.AddSeconds(approval.Opening.Policy.ApprovalValidFor);

    /// <summary>Only the one grant of that request, as it was opened: whatever a signature says beyond it.</summary>
    private static bool IsOf(Grant grant, Approval approval)
    {
        var opening = approval.Opening;
        return approval.Status == RequestStatus.Approved
            && approval.Id == grant.Request
            && approval.Grant?.Id == grant.Id
            && opening.Agent == grant.Agent
            && Same(opening.Salt, grant.Salt)
            && Same(opening.BindingHash, grant.BindingHash)
            // A token from before the key was shown is worth nothing any more.
            && Same(approval.Grant.Jkt, grant.Jkt);
    }

    /// <summary>To run needs the key that was shown before; where one is demanded, none was no way around it.</summary>
    private static GrantRefusal? WhyNotProven(Approval approval, KeyProof proof) =>
        approval.Grant?.Jkt is null && approval.Opening.NeedsKey
            ? GrantRefusal.ProofMissing
            : WhyNotBind(approval, proof);

    /// <summary>The hash of what is about to run. A guard may leave the salt out, or repeat it in its context.</summary>
    private static bool IsBound(Grant grant, Presented presented) =>
        (
            !presented.Context.TryGetProperty("salt", out var salt)
            || (salt.ValueKind == JsonValueKind.String && salt.ValueEquals(grant.Salt))
        )
        && Same(
            Binding.Hash(
                grant.Agent,
                presented.Action,
                presented.Resource,
                presented.Context,
                grant.Salt
            ),
            grant.BindingHash
        );

    /// <summary>What those who are gone said counts no more; that they said it stays in the ledger.</summary>
    private static Register Present(Register register, Presented presented) =>
        register with
        {
            Departed = presented.Departed,
        };

    private static GrantRefusal? WhyNotStanding(Approval approval, Register register)
    {
        var opening = approval.Opening;
        return approval.Grant is { IsRevoked: true }
            || opening.IsErased
            // Whoever said what became of it has had their one run, or will not run it.
            || approval.Execution is not null
            || register.Agent(opening.Agent) is not { Disabled: false } agent
            || !agent.MayAsk(opening.Request.Action.Name)
                ? GrantRefusal.Revoked
            : register.IsFrozen(opening.Agent) ? GrantRefusal.Frozen
            : IsStillApproved(approval, register) ? null
            : GrantRefusal.NoLongerApproved;
    }

    /// <summary>
    /// By the rules the request was made under, with the people of now; and never against a policy that
    /// denies such requests by now. What a policy allowed by itself, the policies must still allow.
    /// </summary>
    private static bool IsStillApproved(Approval approval, Register register)
    {
        var opening = approval.Opening;
        var present = register.Policies.Choose(opening.Agent, opening.Request).Effect;
        return opening.Policy.Effect == Effect.Allow
            ? present == Effect.Allow
            : present != Effect.Deny && Quorum.Of(approval, register).IsComplete;
    }

    private static bool Same(string? one, string? other) =>
        string.Equals(one, other, StringComparison.Ordinal);
}
