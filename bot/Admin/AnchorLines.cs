using ChatApprovals.Anchors;

namespace ChatApprovals.Admin;

/// <summary>How the anchors stand, for <c>status</c>.</summary>
internal sealed record AnchorLines(IReadOnlyList<AnchorState> States)
{
    /// <summary>One line for each, or one that says that there are none.</summary>
    public IEnumerable<string> Lines =>
        States.Count == 0
            ?
            [
                "Anchors: none, so only who kept a checkpoint would notice a ledger that was cut back",
            ]
            : States.Select(s =>
                s.Size is { } size
                    ? $"Anchor {s.Anchor}: has a checkpoint of {size} entries, said {Say.Time(s.At!.Value)}"
                    : $"Anchor {s.Anchor}: has no checkpoint yet"
            );

    public IEnumerable<string> Attention =>
        States
            .Where(s => s.IsLate)
            .Select(s =>
                s.IsContradicted
                    ? $"THE ANCHOR {s.Anchor} CONTRADICTS THIS LEDGER: {s.Why}. Keep the data directory as it is, and find out why"
                    : $"the anchor {s.Anchor} is late: {s.Why ?? "it has had no checkpoint for over a day"}"
            );
}
