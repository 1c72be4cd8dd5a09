using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;

namespace ChatApprovals.Desk;

/// <summary>
/// Makes the card of a request: the same facts for both surfaces, from the same object that is bound and
/// run. Pure. Everything the agent wrote stays raw here; the renderers make it safe.
/// </summary>
public static class ApprovalCard
{
    /// <summary>The card that everybody sees in one place (no viewer), or as one person sees it.</summary>
    public static Card For(
        Approval approval,
        Register register,
        CardCopy copy,
        Person? viewer,
        Member? member
    )
    {
        var opening = approval.Opening;
        var stages = Stages(approval, register);
        var why =
            viewer is not null && member is not null && approval.IsPending
                ? Duties.Judge(approval, register, viewer, member)
                : null;
        return new Card
        {
            State = StateOf(approval, stages),
            Code = opening.Code,
            RequestId = approval.Id.ToString(),
            Revision = RevisionOf(approval),
            Risk = WireNames.Of(opening.Risk),
            Action = opening.Request.Action.Name,
            ResourceType = opening.Request.Resource.Type,
            ResourceId = opening.Request.Resource.Id,
            Facts = CardFacts.Of(approval, register),
            DataScope = Scope(opening.Request.DataScope),
            Diff = opening.Request.Diff is { } diff ? CardDiffs.Of(diff) : null,
            Stages = stages,
            ExpiresAt = opening.ExpiresAt,
            Justification = opening.Request.Justification,
            Evidence = [.. opening.Request.Evidence.Select(Evidence)],
            Undo = opening.Request.Undo,
            Questions = [.. approval.Questions.Select(Question)],
            Outcomes = Outcomes(approval, register),
            Actions = Actions(approval, copy, why, member),
            Note = why is { } refusal ? RefusalText.Of(refusal, approval) : null,
        };
    }

    /// <summary>Grows with every change that a card shows.</summary>
    private static int RevisionOf(Approval a) =>
        a.Decisions.Length
        + a.Said
        + (a.IsPending ? 0 : 1)
        + (a.Execution is null ? 0 : 1)
        + (a.Erased is null ? 0 : 1)
        + (a.Grant is { IsConsumed: true } or { IsRevoked: true } ? 1 : 0);

    /// <summary>An approval that counts no more leaves a request as if nobody had approved.</summary>
    private static CardState StateOf(Approval a, ImmutableArray<CardStage> stages) =>
        (a.Status, a.Execution?.Outcome) switch
        {
            (RequestStatus.Approved, Execution.Succeeded) => CardState.Executed,
            (RequestStatus.Approved, Execution.Failed) => CardState.Failed,
            (RequestStatus.Approved, Execution.Unknown) => CardState.Unknown,
            (RequestStatus.Approved, _) => CardState.Approved,
            (RequestStatus.Denied, _) => CardState.Denied,
            (RequestStatus.Expired, _) => CardState.Expired,
            (RequestStatus.Cancelled, _) => CardState.Cancelled,
            _ => stages.All(s => s.Approved == 0) ? CardState.Pending : CardState.PartlyApproved,
        };

    private static ImmutableArray<CardStage> Stages(Approval approval, Register register)
    {
        var filled = Quorum.FilledOf(approval, register);
        return
        [
            .. approval.Opening.Policy.Stages.Select(
                (s, i) => new CardStage(s.Approvers, s.Count, filled[i])
            ),
        ];
    }

    /// <summary>Whoever may not decide may ask all the same, if they are a member and there is an agent.</summary>
    private static CardActions Actions(
        Approval approval,
        CardCopy copy,
        Refusal? why,
        Member? member
    )
    {
        var mayAsk = approval.Change is null && member?.Obstacle is null;
        if (!approval.IsPending || (why is not null && !mayAsk))
        {
            return CardActions.None;
        }

        var policy = approval.Opening.Policy;
        return new CardActions(
            copy.Token,
            Approve: why is null,
            Reject: why is null,
            Review: false,
            Question: mayAsk
        )
        {
            ApproveReason = policy.ApproveNeedsReason ? ReasonRule.Required : ReasonRule.Optional,
            RejectReason = policy.RejectNeedsReason ? ReasonRule.Required : ReasonRule.Optional,
        };
    }

    private static ImmutableArray<CardOutcome> Outcomes(Approval a, Register register)
    {
        var outcomes = a
            .Decisions.Select(d => new CardOutcome(
                CardPeople.Decider(d, register),
                d.Verdict == Verdict.Approved ? CardVerdict.Approved : CardVerdict.Rejected,
                d.At,
                d.Reason,
                WireNames.Of(d.Surface)
            ))
            .ToList();
        if (a.Status is RequestStatus.Cancelled or RequestStatus.Expired)
        {
            var cancelled = a.Status == RequestStatus.Cancelled;
            outcomes.Add(
                new CardOutcome(
                    cancelled ? Ender(a, register) : "the clock",
                    cancelled ? CardVerdict.Cancelled : CardVerdict.Expired,
                    a.EndedAt!.Value,
                    a.EndReason,
                    null
                )
            );
        }

        outcomes.AddRange(GrantOutcomes(a, register));
        if (a.Execution is { } run)
        {
            var verdict = run.Outcome switch
            {
                Execution.Succeeded => CardVerdict.Executed,
                Execution.Unknown => CardVerdict.Unknown,
                _ => CardVerdict.Failed,
            };
            var who = run.Guard is { } guard ? $"guard {guard}" : a.Opening.Agent.ToString();
            outcomes.Add(new CardOutcome(who, verdict, run.At, run.Detail, null));
        }

        return [.. outcomes];
    }

    private static IEnumerable<CardOutcome> GrantOutcomes(Approval a, Register register)
    {
        if (a.Grant is { ConsumedAt: { } used, Guard: { } guard })
        {
            yield return new CardOutcome($"guard {guard}", CardVerdict.Used, used, null, null);
        }

        if (a.Grant is { RevokedAt: { } revoked } grant)
        {
            var who = grant.RevokedBy is not { } by
                ? "the restored ledger"
                : register.Person(by)?.Name ?? "an administrator";
            yield return new CardOutcome(who, CardVerdict.Revoked, revoked, null, null);
        }
    }

    private static string Ender(Approval a, Register register) =>
        a.EndedBy is not { } by ? "somebody behind the request"
        : by is Confirming.ByItself ? "ChatApprovals"
        : by.StartsWith("agent:", StringComparison.Ordinal) ? a.Opening.Agent.ToString()
        : PersonId.TryParse(by, provider: null, out var id) && register.Person(id) is { } person
            ? person.Name
        : "somebody behind the request";

    private static CardDataScope? Scope(DataScope? scope) =>
        scope is null
            ? null
            : new CardDataScope
            {
                Classification = scope.Classification,
                Summary = scope.Summary,
                Records = scope.Records,
                Datasets = scope.Datasets,
                Fields = scope.Fields,
                Destination = scope.Destination,
            };

    private static CardQuestion Question(Question q) =>
        new(
            q.Name,
            WireNames.Of(q.Surface),
            q.At,
            q.Text,
            q.Answer is { } answer ? new CardAnswer(answer.Text, answer.At) : null
        );

    private static CardEvidence Evidence(Evidence e) =>
        e.Kind switch
        {
            "fact" => new CardEvidence(CardEvidenceKind.Fact, e.Name ?? "", e.Value ?? ""),
            "log" => new CardEvidence(CardEvidenceKind.Log, e.Name ?? "", e.Text ?? ""),
            "link" => new CardEvidence(CardEvidenceKind.Link, e.Name ?? "", e.Url ?? ""),
            _ => new CardEvidence(
                CardEvidenceKind.PolicyTrace,
                string.Join(' ', new[] { e.Source, e.Rule }.OfType<string>()),
                string.Join(": ", new[] { e.Outcome, e.Detail }.OfType<string>())
            ),
        };
}
