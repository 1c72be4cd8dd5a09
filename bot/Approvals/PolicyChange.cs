using System.Collections.Immutable;
using System.Text.Json;

namespace ChatApprovals.Approvals;

/// <summary>
/// Whether a change of the policies could let anything through more easily than before. Sound, not complete:
/// what cannot be shown to narrow widens.
/// </summary>
public static class PolicyChange
{
    /// <summary>
    /// True when some request may come under a policy that asks for less than the one it came under before.
    /// Looked at is every pair of policies between which a request can pass.
    /// </summary>
    public static bool Widens(PolicyBook before, PolicyBook after)
    {
        var (was, becomes) = (Reachable(before), Reachable(after));
        return was.SelectMany(_ => becomes, (from, to) => (from, to))
            .Any(p => CanPass(p.from, p.to, was, becomes) && !AsksNoLess(p.from, p.to));
    }

    /// <summary>
    /// Whether whatever satisfies <paramref name="to"/> would have satisfied <paramref name="from"/>, and
    /// nothing lasts longer or is shown to more. Says nothing of what they match.
    /// </summary>
    public static bool AsksNoLess(Policy from, Policy to) =>
        to.Effect == Effect.Deny
        || (
            DemandsNoFewerKeys(from, to)
            && (from.Effect == Effect.Allow || AsksPeopleNoLess(from, to))
        );

    private static bool AsksPeopleNoLess(Policy from, Policy to) =>
        from.Effect == Effect.RequireApproval
        && to.Effect == Effect.RequireApproval
        && CoversStages(from, to)
        && (from.Order == StageOrder.Any || to.Order == StageOrder.Sequential)
        && (!from.ApproveNeedsReason || to.ApproveNeedsReason)
        && (!from.RejectNeedsReason || to.RejectNeedsReason)
        && to.ExpiresIn <= from.ExpiresIn
        && to.ApprovalValidFor <= from.ApprovalValidFor
        && to.GrantTtl <= from.GrantTtl
        && to.Dwell >= from.Dwell
        && (to.Risk ?? Risk.Low) >= (from.Risk ?? Risk.Low)
        && to.Notify.All(from.Notify.Contains)
        && TellsNoMore(from.Escalate, to.Escalate);

    /// <summary>Whether every request whose grant needs the agent's key still needs it, also when nobody is asked.</summary>
    private static bool DemandsNoFewerKeys(Policy from, Policy to) =>
        from.SenderConstrained is not { } was
        || (
            to.SenderConstrained is { } becomes
            && becomes <= was
            && (to.Risk ?? Risk.Low) >= (from.Risk ?? Risk.Low)
        );

    /// <summary>
    /// A request that came under <paramref name="from"/> still matches it, if that is unchanged: so only what
    /// now stands before it can take it. And what stood before it did not match it then.
    /// </summary>
    private static bool CanPass(
        Policy from,
        Policy to,
        ImmutableArray<Policy> was,
        ImmutableArray<Policy> becomes
    )
    {
        if (IsSame(from, to))
        {
            return true;
        }

        var still = Find(becomes, from);
        var already = Find(was, to);
        return (still < 0 || becomes.IndexOf(to) < still)
            && (already < 0 || was.IndexOf(from) < already);
    }

    /// <summary>The policies that any request can come under, in order, with what is when none matches.</summary>
    private static ImmutableArray<Policy> Reachable(PolicyBook book)
    {
        var all = book.Policies.Add(Policy.Nothing);
        var last = all.Select((p, i) => (p, i)).First(x => x.p.Match.IsEverything()).i;
        return all[..(last + 1)];
    }

    private static int Find(ImmutableArray<Policy> policies, Policy wanted)
    {
        for (var i = 0; i < policies.Length; i++)
        {
            if (
                IsSame(policies[i], wanted)
                && string.Equals(MatchOf(policies[i]), MatchOf(wanted), StringComparison.Ordinal)
            )
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsSame(Policy a, Policy b) =>
        string.Equals(a.Name, b.Name, StringComparison.Ordinal);

    private static string MatchOf(Policy policy) =>
        JsonSerializer.Serialize(policy.Match, ConfigJson.Options);

    /// <summary>Each stage as before or of fewer groups and more people; more stages may follow.</summary>
    private static bool CoversStages(Policy from, Policy to) =>
        to.Stages.Length >= from.Stages.Length
        && from.Stages.Zip(to.Stages)
            .All(s =>
                s.Second.Count >= s.First.Count
                && s.Second.Approvers.All(g =>
                    s.First.Approvers.Contains(g, StringComparer.Ordinal)
                )
            );

    private static bool TellsNoMore(Escalation? from, Escalation? to) =>
        to is null
        || (
            from is not null
            && to.After >= from.After
            && to.To.All(g => from.To.Contains(g, StringComparer.Ordinal))
        );
}
