using ChatApprovals.Anchors;

namespace ChatApprovals.Export;

/// <summary>Counts the checkpoints of each anchor, smaller ones first, and asks in the end for those that the auditor trusts.</summary>
internal sealed class AnchorTally(AnchorTrust trust)
{
    private readonly SortedDictionary<string, AnchorFound> _found = new(StringComparer.Ordinal);

    /// <summary>The next answer. An anchor is trusted while each of its answers is.</summary>
    public void Add(string anchor, long size, (DateTimeOffset? At, bool IsTrusted) answer)
    {
        var before = _found.GetValueOrDefault(anchor);
        _found[anchor] = new AnchorFound(
            anchor,
            (before?.Count ?? 0) + 1,
            size,
            answer.At,
            answer.IsTrusted && before is null or { IsTrusted: true }
        );
    }

    /// <summary>All of them. Who names a witness or an authority wants its word: without one nothing is shown.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public IReadOnlyList<AnchorFound> Finish()
    {
        if (trust.Witnesses.Count > 0 && !IsTrusted(WitnessAnchor.Kind))
        {
            throw new FormatException(
                $"There is no cosignature of {trust.Names} on any checkpoint: it was never asked, or its answers were taken away."
            );
        }

        if (trust.TimestampRoots is not null && !IsTrusted(TimestampAnchor.Kind))
        {
            throw new FormatException(
                "There is no time stamp of an authority that you know on any checkpoint: it was never asked, or its answers were taken away."
            );
        }

        return [.. _found.Values];
    }

    private bool IsTrusted(string anchor) =>
        _found.GetValueOrDefault(anchor) is { IsTrusted: true };
}
