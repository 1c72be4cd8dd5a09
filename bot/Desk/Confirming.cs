using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// The click that confirms a change of the configuration applies it in the same commit, or says why it
/// cannot be applied any more. Either way the request has ended.
/// </summary>
internal static class Confirming
{
    /// <summary>Who ends a request when nobody did.</summary>
    public const string ByItself = "chatapprovals";

    /// <summary>The facts of a decision, with what it does to the configuration.</summary>
    public static IEnumerable<Fact> Facts(
        Commit commit,
        Approval approval,
        ImmutableArray<Fact> decided,
        PersonId confirmer,
        Prepared prepared,
        DeskOptions options
    )
    {
        if (
            approval.Change is not { } change
            || !decided.Any(f => f is Fact.RequestEnded { Status: RequestStatus.Approved })
        )
        {
            return decided;
        }

        var (changed, no) = change.Area switch
        {
            Linking.LinkArea or Linking.PartArea => (
                Links(commit, approval, change, options),
                null
            ),
            Rotating.Area => Rotating.Facts(
                commit,
                change.Name,
                prepared.Rotation,
                change.By,
                (confirmer, approval.Id)
            ),
            Erasing.Area => Erasing.Facts(commit, approval, change, confirmer, prepared.Scan),
            _ => ([Changed(commit, approval, change, confirmer, prepared.Key)], null),
        };
        return (no ?? WhyNot(commit, change, changed)) is { } why
            ? [.. decided.Where(f => f is not Fact.RequestEnded), Ended(approval, why)]
            : [.. decided, .. changed];
    }

    private static Fact.ConfigChanged Changed(
        Commit commit,
        Approval approval,
        ProposedChange change,
        PersonId confirmer,
        ApiKey? key
    ) =>
        new(
            approval.Id.ToString(),
            change.Area,
            change.Name,
            change.Before,
            change.Confirmed(approval.CreatedAt, commit.Now, confirmer, key?.Hash),
            change.By,
            "confirmed"
        )
        {
            ConfirmedBy = confirmer,
        };

    private static ImmutableArray<Fact> Links(
        Commit commit,
        Approval approval,
        ProposedChange change,
        DeskOptions options
    ) =>
        Linking.Confirmed(commit.Register, change, options.LinkWait, commit.Now)
            is LinkRuling.Done done
            ? [.. done.Facts.Select(f => Configuration.Reviewed(f, "confirmed", approval.Id))]
            : [];

    /// <summary>The end of a proposal that has no effect.</summary>
    public static Fact Ended(Approval approval, string why) =>
        new Fact.RequestEnded(approval.Id, RequestStatus.Cancelled, ByItself, why);

    private static string? WhyNot(
        Commit commit,
        ProposedChange change,
        ImmutableArray<Fact> changed
    )
    {
        var register = commit.Register;
        if (!register.HasRole(Register.Admins, change.Account, commit.Now))
        {
            return "Not applied: whoever proposed it is no administrator any more.";
        }

        if (changed.IsEmpty || !change.IsStill(register.Value(change.Area, change.Name)))
        {
            return "Not applied: this was changed since it was proposed. Propose it again.";
        }

        var then = changed.Aggregate(register, (r, f) => r.Apply(f, commit.Now));
        return Lost(register, then) is { } policy
            ? $"Not applied: then nobody could satisfy the policy {policy}. Propose it again."
            : null;
    }

    /// <summary>A policy that nobody could satisfy after, and that is new or could be satisfied before.</summary>
    private static string? Lost(Register before, Register after) =>
        after
            .Policies.Policies.FirstOrDefault(p =>
                p.Effect == Effect.RequireApproval
                && !Forecast.CouldSatisfy(p, after, _ => true)
                && (
                    before.Policies.Named(p.Name) is not { } was
                    || Forecast.CouldSatisfy(was, before, _ => true)
                )
            )
            ?.Name;
}
