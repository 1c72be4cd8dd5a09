using System.Collections.Immutable;

namespace ChatApprovals.Cards;

/// <summary>
/// The card as lines of text: the same parts in the same order as on both surfaces, for whoever reads it
/// elsewhere. All of it is visible text; the agent's words stand behind the gutter.
/// </summary>
public static class PlainCard
{
    public static ImmutableArray<string> Lines(Card card) =>
        [CardHead.Line(card), .. CardLayout.Whole(card).SelectMany(Of)];

    private static IEnumerable<string> Of(Part part)
    {
        var lines = part.Lines.Select(l => l.Gutter + string.Concat(l.Spans.Select(s => s.Text)));
        return part.Title is { } title ? lines.Prepend(title) : lines;
    }
}
