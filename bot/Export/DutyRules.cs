using ChatApprovals.Approvals;

namespace ChatApprovals.Export;

/// <summary>
/// Whether a decision, and the end that it brought, could be: judged once more by the rules that the bot judges by, with the
/// people, groups and policies that the entries before it make.
/// </summary>
internal static class DutyRules
{
    /// <summary>What is wrong with a decision, for a sentence that begins with its entry; or null.</summary>
    /// <param name="request">As it was before.</param>
    /// <param name="register">As it was then.</param>
    /// <param name="decision">The decision.</param>
    /// <param name="knowsGroups">Whether it is known who was eligible.</param>
    public static string? WhyNot(
        Approval request,
        Register register,
        Decision decision,
        bool knowsGroups
    ) =>
        decision.Person is { } person
            ? OfPerson(request, register, decision, person, knowsGroups)
            : OfPolicy(request, decision, knowsGroups);

    /// <summary>What is wrong with an approval of which all is known, or null.</summary>
    public static string? WhyNot(Approval request, Register register)
    {
        var policy = request.Opening.Policy;
        if (policy.Effect != Effect.RequireApproval)
        {
            return policy.Effect == Effect.Deny ? "approves what its policy denies" : null;
        }

        var quorum = Quorum.Of(request, register, mustCompare: null);
        return quorum.IsComplete
            ? null
            : $"approves it with {quorum.Filled.Sum()} of the {policy.Stages.Sum(s => s.Count)} people that its policy asks for";
    }

    /// <summary>
    /// The first duty that a decision of these people breaks: one of them, or who is one place with them, is behind the
    /// request or was counted before. Null: none that can be compared.
    /// </summary>
    public static Refusal? Broken(
        Approval request,
        Register register,
        IReadOnlyCollection<Person> people
    ) =>
        people
            .Select(p => Duties.Exclusion(request, register, p, mustCompare: null))
            .Concat(people.Select(p => Duties.Counted(request, register, p)))
            .FirstOrDefault(why => why is not null);

    private static string? OfPolicy(Approval request, Decision decision, bool knowsPolicy) =>
        decision.Surface != Surface.Policy ? "is a decision of nobody"
        : !knowsPolicy ? null
        : request.Opening.Policy.Effect switch
        {
            Effect.RequireApproval => "is the decision of a policy that leaves it to people",
            Effect.Allow when decision.Verdict == Verdict.Approved => null,
            Effect.Deny when decision.Verdict == Verdict.Rejected => null,
            _ => "is the contrary of what its policy decides",
        };

    private static string? OfPerson(
        Approval request,
        Register register,
        Decision decision,
        PersonId person,
        bool knowsGroups
    )
    {
        if (
            decision.Account is not { } account
            || register.PersonOf(account) is not { } clicker
            || clicker.Id != person
        )
        {
            return $"is a decision of {person} with an account that was not theirs";
        }

        return Broken(request, register, [clicker]) is { } why
                ? $"is a decision of {person}, {Words(why)}"
            : knowsGroups
                ? WhyNot(request, register, decision, clicker)
                    ?? WhyNotStage(request, register, decision, clicker)
                    ?? WhyNotWhole(request.Opening.Policy, decision, account)
            : null;
    }

    /// <summary>By their own right, or in the place of somebody who let them.</summary>
    private static string? WhyNot(
        Approval request,
        Register register,
        Decision decision,
        Person clicker
    )
    {
        var account = decision.Account!.Value;
        return decision.For is not { } from
            ? Standing.OwnStages(request, register, clicker, account).IsEmpty
                ? $"is a decision of {decision.Person}, who was in no group that its policy names"
                : null
            : Standing.LentTo(request, register, clicker, account).Any(l => l.From == from)
                ? null
                : $"is a decision of {decision.Person} in the place of {from}, who had not let them decide it";
    }

    /// <summary>
    /// Where stages are one after the other, an approval is for the one that was open: none after the one that the entries
    /// say was. It may be one before: an approval of somebody who has left since counts no more, and that is in no entry.
    /// </summary>
    private static string? WhyNotStage(
        Approval request,
        Register register,
        Decision decision,
        Person clicker
    )
    {
        var policy = request.Opening.Policy;
        if (decision.Verdict != Verdict.Approved || policy.Order != StageOrder.Sequential)
        {
            return decision.Stage is null
                ? null
                : $"is for stage {decision.Stage} of a request that has no stage open before others";
        }

        var open =
            Quorum.Of(request, register, mustCompare: null).FirstOpen ?? policy.Stages.Length - 1;
        return decision.Stage is not { } stage ? "does not say for which stage it is"
            : stage < 0 || stage > open ? $"is for stage {stage}, where {open} was open"
            : !Standing
                .StagesOf(request, register, clicker, decision.Account!.Value)
                .Contains(stage)
                ? $"is for stage {stage}, which {decision.Person} could not fill"
            : null;
    }

    /// <summary>What each person's decision has.</summary>
    private static string? WhyNotWhole(Policy policy, Decision decision, AccountId account)
    {
        var needsReason =
            decision.Verdict == Verdict.Approved
                ? policy.ApproveNeedsReason
                : policy.RejectNeedsReason;
        return decision.Surface != account.Surface
                ? $"is a decision on {WireNames.Of(decision.Surface)} with {account}"
            : string.IsNullOrEmpty(decision.EvidenceHash)
                ? "is a decision without the platform's own words (evidence_hash)"
            : needsReason && string.IsNullOrWhiteSpace(decision.Reason)
                ? "is a decision without a reason, which its policy wants"
            : null;
    }

    private static string Words(Refusal why) =>
        why switch
        {
            Refusal.Initiator => "who started it",
            Refusal.OnBehalfOf => "on whose behalf it is",
            Refusal.Owner => "who owns the agent",
            Refusal.KeyCreator => "who was given the agent's key",
            Refusal.Widened => "who made its policy or a group of it wider while it waited",
            Refusal.DelegateExcluded => "who is one place with somebody behind it",
            Refusal.DelegateCounted => "who is one place with somebody who has decided",
            _ => "who has decided already",
        };
}
