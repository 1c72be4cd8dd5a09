using ChatApprovals.Approvals;

namespace ChatApprovals.Export;

/// <summary>Whether a request could end as it did: when, by whom, and with so many places filled.</summary>
internal static class EndRules
{
    /// <summary>What is wrong, for a sentence that begins with the entry; or null.</summary>
    /// <param name="ended">As it is with the entry.</param>
    public static string? WhyNot(Approval ended) =>
        ended.Status switch
        {
            RequestStatus.Expired when ended.EndedAt < ended.Opening.ExpiresAt =>
                "ends it before its time was over",
            RequestStatus.Approved or RequestStatus.Denied => WhyNotDecided(ended),
            _ => ended.Decisions.Any(d => d.Verdict == Verdict.Rejected)
                ? "ends it otherwise than its rejection did"
                : null,
        };

    /// <summary>
    /// What is wrong with what it says was filled, of one of which all is known. It may be less than the entries tell: an
    /// approval of somebody who has left since counts no more, and that is in no entry.
    /// </summary>
    /// <param name="ended">As it is with the entry.</param>
    /// <param name="register">As it was then.</param>
    public static string? WhyNotFilled(Approval ended, Register register)
    {
        var isDue = ended.Status != RequestStatus.Approved && ended.Approvers.Any();
        if (ended.FilledAtEnd is not { } filled)
        {
            return isDue ? "does not say how many places were filled" : null;
        }

        if (!isDue)
        {
            return "says how many places were filled, where all or none were";
        }

        var policy = ended.Opening.Policy;
        var most = Quorum.Of(ended, register, mustCompare: null).Filled;
        var isOther =
            filled.Length != policy.Stages.Length
            || filled.Where((f, i) => f < 0 || f > policy.Stages[i].Count).Any()
            || filled.Sum() > most.Sum()
            || (policy.Order == StageOrder.Sequential && filled.Where((f, i) => f > most[i]).Any());
        return isOther
            ? $"says that {string.Join(", ", filled)} places were filled, where {string.Join(", ", most)} were"
            : null;
    }

    /// <summary>The decision that brings a request to its end and the end are one moment and one person's.</summary>
    private static string? WhyNotDecided(Approval ended)
    {
        var last = ended.Decisions[^1];
        var by = last.Person?.ToString() ?? $"policy:{ended.Opening.Policy.Name}";
        return last.At != ended.EndedAt ? "ends it at another time than its last decision"
            : !string.Equals(by, ended.EndedBy, StringComparison.Ordinal)
                ? "says that another ended it than whoever decided it last"
            : null;
    }
}
