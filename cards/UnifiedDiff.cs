using System.Collections.Immutable;

namespace ChatApprovals.Cards;

internal static class UnifiedDiff
{
    public static CardDiff Read(string text) =>
        new(
            [.. text.Split('\n').Select(l => new DiffLine(DiffKind.Plain, l))],
            [],
            "unread",
            false
        );
}
