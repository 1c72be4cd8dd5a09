using System.Collections.Immutable;

namespace ChatApprovals.Cards;

/// <summary>
/// The change zone: the diff line by line, its origin, and what its lines do not say.
/// </summary>
internal static class DiffLines
{
    public static string Title(CardDiff diff) =>
        diff switch
        {
            { WellFormed: false } => "Change, not a well-formed diff",
            { Computed: true } => "Change",
            _ => "Change, diff as sent by the agent",
        };

    public static ImmutableArray<Line> Of(CardDiff diff) =>
        [
            .. Fault(diff),
            .. diff.Flags.Select(f =>
                Line.Of(new Span("⚠ ", Tone.Warning), new Span(CardText.Code(f), Tone.Value))
            ),
            .. Reordered(diff),
            .. diff.WellFormed ? [Summary(diff)] : ImmutableArray<Line>.Empty,
            .. diff.WellFormed ? diff.Lines.Select(Body) : PlainText(diff),
        ];

    /// <summary>True for the lines that are drawn as a block of code.</summary>
    public static bool IsCode(Line line) => line.Gutter.Length > 0;

    private static IEnumerable<Line> Fault(CardDiff diff) =>
        diff.Fault is { } fault
            ? [Line.Of(new Span("⚠ " + CardText.Line(fault), Tone.Warning))]
            : [];

    private static IEnumerable<Line> Reordered(CardDiff diff) =>
        diff.Lines.Any(l => CardScripts.Reorders(l.Text))
            ?
            [
                Line.Of(
                    new Span(
                        "⚠ right-to-left letters: the order on screen may differ",
                        Tone.Warning
                    )
                ),
            ]
            : [];

    private static Line Summary(CardDiff diff)
    {
        var added = diff.Lines.Count(l => l.Kind == DiffKind.Added);
        var removed = diff.Lines.Count(l => l.Kind == DiffKind.Removed);
        return Line.Of(new Span($"{added} added, {removed} removed", Tone.Subtle));
    }

    private static Line Body(DiffLine line) =>
        line.Kind switch
        {
            DiffKind.Added => Code("+ ", line.Text, Tone.Added),
            DiffKind.Removed => Code("- ", line.Text, Tone.Removed),
            DiffKind.Context => Code("┊ ", line.Text, Tone.Value),
            DiffKind.Hunk => Code("┄ ", line.Text, Tone.Subtle),
            DiffKind.File => Code("▸ ", line.Text, Tone.Label),
            _ => Code("│ ", line.Text, Tone.Value),
        };

    private static IEnumerable<Line> PlainText(CardDiff diff) =>
        CardText
            .Lines(string.Join('\n', diff.Lines.Select(l => l.Text)))
            .Select(l => new Line("│ ", [new Span(l, Tone.Value)]));

    private static Line Code(string gutter, string text, Tone tone) =>
        new(gutter, [new Span(CardText.Code(text), tone)]);
}
