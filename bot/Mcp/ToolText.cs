using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Grants;
using ChatApprovals.Http;

namespace ChatApprovals.Mcp;

/// <summary>
/// Where a request is, and what to do now, in words for a model: beside the JSON, which says the same. What
/// people wrote is quoted as JSON, so that it cannot pass for ours. Pure.
/// </summary>
internal static class ToolText
{
    public static string Of(Approval approval, Register register, DateTimeOffset now) =>
        approval.Status switch
        {
            RequestStatus.Pending => Pending(approval),
            RequestStatus.Approved => Approved(approval, register, now),
            RequestStatus.Denied =>
                $"DENIED{By(approval, Verdict.Rejected)}. Do not run the action, and do not ask "
                    + "for it again unless what they object to has changed. Tell your user.",
            RequestStatus.Expired =>
                $"EXPIRED at {Rfc3339.Write(approval.EndedAt!.Value)}: not enough of those asked "
                    + $"decided in time. Asked: {Asked(approval)}. Do not run the action; ask again only if it is still needed.",
            _ => $"CANCELLED{Ended(approval)}. Do not run the action.",
        };

    /// <summary>One line of progress.</summary>
    public static string Waits(Approval approval) =>
        $"Card {approval.Opening.Code} waits for {Asked(approval)}";

    public static string Of(Problem problem)
    {
        var wait = problem.RetryAfter is { } after
            ? string.Create(
                CultureInfo.InvariantCulture,
                $" Try again after {Math.Max(1, Math.Ceiling(after.TotalSeconds))} seconds."
            )
            : "";
        return $"REFUSED ({problem.Code}): {problem.Title}. {problem.Detail}{wait}";
    }

    private static string Pending(Approval approval) =>
        $"PENDING: nobody has decided yet, do not run the action. Code {approval.Opening.Code}: the same is on the card "
        + $"in chat, tell it your user. Asked: {Asked(approval)}. It expires at "
        + $"{Rfc3339.Write(approval.Opening.ExpiresAt)}.{Questions(approval)} "
        + $"Call {Tools.Wait} with id {approval.Id}.";

    private static string Approved(Approval approval, Register register, DateTimeOffset now)
    {
        var by = $"APPROVED{By(approval, Verdict.Approved)}.";
        if (approval.Execution is { } run)
        {
            return $"{by} Its result is reported: {run.Outcome}. Do not run the action again.";
        }

        return GrantCheck.WhyNotIssue(approval, register, now) is { } why
            ? $"{by} But do not run the action now: {WireNames.Of(why)}."
            : $"{by} {Run(approval)}";
    }

    private static string Run(Approval approval)
    {
        var until = Rfc3339.Write(GrantCheck.ValidUntil(approval));
        var grant = $"POST /v1/requests/{approval.Id}/grant with your key{Proof(approval)}";
        return approval.Opening.Request.Call is null
            ? $"Run exactly the action that you asked for, once, before {until}, and nothing else. An executor that "
                + $"wants a grant: {grant}. Then call {Tools.Report}."
            : Send(approval, until, grant);
    }

    /// <summary>Where the policy demands a key of the agent, the bot must know it before the call shows it.</summary>
    private static string Send(Approval approval, string until, string grant)
    {
        var call = $"the same guarded call again, once, before {until}, with the header";
        return approval.Opening.NeedsKey
            ? $"First {grant}. Then send {call}s Approval: {approval.Id} and DPoP: a new proof of the same "
                + "DPoP key, for that call and your key (ath)."
            : $"Send {call} Approval: {approval.Id}.";
    }

    private static string Proof(Approval approval) =>
        approval.Opening.NeedsKey
            ? " and the header DPoP: a proof of a DPoP key of your own (RFC 9449)"
            : "";

    private static string By(Approval approval, Verdict verdict)
    {
        var all = approval.Decisions.Where(d => d.Verdict == verdict).Select(One);
        return $" by {string.Join(", and by ", all)}";
    }

    private static string One(Decision decision) =>
        decision.Surface == Surface.Policy
            ? $"policy {Quoted(decision.Name)}"
            : $"{Quoted(decision.Name)} ({WireNames.Of(decision.Surface)}, {Rfc3339.Write(decision.At)}"
                + (decision.Reason is { Length: > 0 } why ? $", reason: {Quoted(why)})" : ")");

    private static string Ended(Approval approval)
    {
        var by = approval.EndedBy?.StartsWith("agent:", StringComparison.Ordinal) is true
            ? " by its agent"
            : " by a person";
        return approval.EndReason is { Length: > 0 } why ? $"{by}, reason: {Quoted(why)}" : by;
    }

    private static string Asked(Approval approval)
    {
        var policy = approval.Opening.Policy;
        var then = policy.Order == StageOrder.Sequential ? ", then " : " and ";
        return string.Join(
            then,
            policy.Stages.Select(s => $"{s.Count} of {string.Join(" or ", s.Approvers)}")
        );
    }

    private static string Questions(Approval approval) =>
        string.Concat(
            approval
                .Questions.Where(q => q.Answer is null)
                .Select(q =>
                    $" {Quoted(q.Name)} asks: {Quoted(q.Text)} (answer: POST /v1/requests/{approval.Id}/messages)."
                )
        );

    private static string Quoted(string text) =>
        $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
