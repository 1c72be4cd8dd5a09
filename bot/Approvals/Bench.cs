using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>
/// Somebody presses a button. <see cref="Clicker"/> is the person the account belongs to;
/// <see cref="Member"/> what the platform's directory says of the account now.
/// </summary>
public sealed record Attempt(
    Verdict Verdict,
    Person Clicker,
    Member Member,
    string? Reason,
    Surface Surface,
    string? DisplayHash,
    string EvidenceHash
)
{
    /// <summary>Set by the surface's own checks (wrong message, review not seen): refused as this.</summary>
    public Refusal? Obstacle { get; init; }
}

/// <summary>Decides requests. Pure: the same state, register, attempt and time give the same ruling.</summary>
public static class Bench
{
    /// <summary>
    /// Judges one attempt. Order of the checks: is the request still open, who is it, may they, is the
    /// attempt complete. A rejection by anyone who may decide ends the request; an approval ends it when
    /// every stage is filled by distinct people who are all still eligible.
    /// </summary>
    public static Ruling Decide(
        Approval approval,
        Register register,
        Attempt attempt,
        DateTimeOffset now
    )
    {
        if (!approval.IsPending)
        {
            return Said(approval, attempt)
                ? new Ruling.Repeated()
                : Refuse(approval, attempt, Refusal.Ended);
        }

        if (now >= approval.Opening.ExpiresAt)
        {
            return Refuse(approval, attempt, Refusal.Expired, [.. Expire(approval, now)]);
        }

        if (Said(approval, attempt))
        {
            return new Ruling.Repeated();
        }

        var refusal =
            attempt.Obstacle
            ?? Duties.Judge(approval, register, attempt.Clicker, attempt.Member)
            ?? Incomplete(approval, attempt, now);
        return refusal is { } why
            ? Refuse(approval, attempt, why)
            : Count(approval, register, attempt, now);
    }

    /// <summary>The fact that ends a request whose time is over; none if it is not.</summary>
    public static IEnumerable<Fact> Expire(Approval approval, DateTimeOffset now) =>
        approval.IsPending && now >= approval.Opening.ExpiresAt
            ? [new Fact.RequestEnded(approval.Id, RequestStatus.Expired, By: null, Reason: null)]
            : [];

    private static Ruling.Counted Count(
        Approval approval,
        Register register,
        Attempt attempt,
        DateTimeOffset now
    )
    {
        var made = new Fact.DecisionMade(
            approval.Id,
            new Decision(
                attempt.Verdict,
                attempt.Clicker.Id,
                attempt.Member.Account,
                attempt.Member.Name,
                attempt.Surface,
                now,
                attempt.Reason,
                attempt.DisplayHash,
                attempt.EvidenceHash
            )
        );
        var after = approval.Apply(made, now);
        var ending = attempt.Verdict switch
        {
            Verdict.Rejected => RequestStatus.Denied,
            _ when Quorum.Of(after, register).IsComplete => RequestStatus.Approved,
            _ => RequestStatus.Pending,
        };
        var by = attempt.Clicker.Id.ToString();
        return new Ruling.Counted(
            ending == RequestStatus.Pending
                ? [made]
                : [made, new Fact.RequestEnded(approval.Id, ending, by, attempt.Reason)]
        );
    }

    private static Refusal? Incomplete(Approval approval, Attempt attempt, DateTimeOffset now)
    {
        var policy = approval.Opening.Policy;
        var needsReason =
            attempt.Verdict == Verdict.Approved
                ? policy.ApproveNeedsReason
                : policy.RejectNeedsReason;
        if (needsReason && string.IsNullOrWhiteSpace(attempt.Reason))
        {
            return Refusal.ReasonMissing;
        }

        if (attempt.Verdict == Verdict.Rejected || policy.Dwell == 0)
        {
            return null;
        }

        var shownAt = approval.Copies.Min(c => c.ShownAt);
        return shownAt is null || now < shownAt.Value.AddSeconds(policy.Dwell)
            ? Refusal.TooSoon
            : null;
    }

    private static bool Said(Approval approval, Attempt attempt) =>
        approval.Decisions.Any(d => d.Person == attempt.Clicker.Id && d.Verdict == attempt.Verdict);

    private static Ruling.Refused Refuse(
        Approval approval,
        Attempt attempt,
        Refusal why,
        params ImmutableArray<Fact> found
    ) =>
        new(
            why,
            found.Insert(
                0,
                new Fact.DecisionRefused(
                    approval.Id,
                    attempt.Verdict,
                    why,
                    attempt.Member.Account,
                    attempt.Clicker.Id == default ? null : attempt.Clicker.Id,
                    attempt.EvidenceHash
                )
            )
        );
}
