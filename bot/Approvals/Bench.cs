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
    /// <summary>When the card that was pressed was first shown; null when that is not known (yet).</summary>
    public DateTimeOffset? ShownAt { get; init; }

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

        // Whoever may not decide anyway is not sent to read it again.
        var (first, then) =
            attempt.Obstacle is Refusal.ReviewChanged
                ? (default(Refusal?), attempt.Obstacle)
                : (attempt.Obstacle, null);
        var refusal =
            first
            ?? Duties.Judge(approval, register, attempt.Clicker, attempt.Member)
            ?? then
            ?? Stranding(approval, register, attempt)
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
            {
                Stage = StageOpen(approval, register, attempt.Verdict),
                For = Standing.InPlaceOf(
                    approval,
                    register,
                    attempt.Clicker,
                    attempt.Member.Account
                ),
            }
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

    private static int? StageOpen(Approval approval, Register register, Verdict verdict) =>
        verdict == Verdict.Approved && approval.Opening.Policy.Order == StageOrder.Sequential
            ? Quorum.Of(approval, register).FirstOpen
            : null;

    /// <summary>
    /// One person fills one place in all stages together: whoever is needed for a later one does not use
    /// themselves up in this one.
    /// </summary>
    private static Refusal? Stranding(Approval approval, Register register, Attempt attempt) =>
        attempt.Verdict == Verdict.Approved
        && Forecast.IsNeededLater(approval, register, attempt.Clicker)
            ? Refusal.NeededLater
            : null;

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

        return attempt.Verdict == Verdict.Approved && DwellLeft(policy, attempt.ShownAt, now) > 0
            ? Refusal.TooSoon
            : null;
    }

    /// <summary>
    /// Whole seconds until an approval on a card shown then may count; 0: it may. A card that is not known
    /// to have been shown was not read.
    /// </summary>
    public static int DwellLeft(Policy policy, DateTimeOffset? shownAt, DateTimeOffset now) =>
        policy.Dwell == 0 ? 0
        : shownAt is not { } at ? policy.Dwell
        : Math.Max(0, (int)Math.Ceiling((at.AddSeconds(policy.Dwell) - now).TotalSeconds));

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
