using System.Collections.Immutable;

namespace ChatApprovals.Cards;

/// <summary>
/// The agent's words: each line of them stands behind the bot's gutter, so none can pass for a
/// fact.
/// </summary>
internal static class WordLines
{
    public const string Gutter = "│ ";

    public static ImmutableArray<Line> Of(Card card) =>
        [.. Block("Why", card.Justification), .. TalkLines.Of(card.Questions), .. Rest(card)];

    /// <summary>
    /// The talk first, for it is what changed since somebody looked last; whether some of it is left out.
    /// </summary>
    public static (ImmutableArray<Line> Lines, bool IsShort) OnCard(Card card)
    {
        var (talk, isShort) = TalkLines.Last(card.Questions);
        return ([.. talk, .. Block("Why", card.Justification), .. Rest(card)], isShort);
    }

    private static IEnumerable<Line> Rest(Card card) =>
        [.. card.Evidence.SelectMany(Evidence), .. Block("Undo", card.Undo)];

    private static IEnumerable<Line> Block(string label, string? text) =>
        text is null ? [] : [Label(label), .. Quoted(text)];

    private static IEnumerable<Line> Evidence(CardEvidence evidence)
    {
        yield return Label(
            evidence.Kind switch
            {
                CardEvidenceKind.Fact => "Claim",
                CardEvidenceKind.Log => "Log",
                CardEvidenceKind.PolicyTrace => "Policy trace",
                CardEvidenceKind.Link => "Address, not a link",
                _ => "Evidence",
            }
        );
        var name = new Span(CardText.Code(evidence.Name), Tone.Plain);
        var shown = CardText.Lines(evidence.Text);
        var note =
            evidence.Kind == CardEvidenceKind.Link ? CardScripts.NoteFor(evidence.Text) : null;
        if (shown.Length == 1)
        {
            var text = new Span($": {shown[0]}", Tone.Plain);
            yield return new Line(Gutter, [name, text, .. Note(note)]);
            yield break;
        }

        yield return new Line(Gutter, [name, new Span(":", Tone.Plain), .. Note(note)]);
        foreach (var line in shown)
        {
            yield return new Line(Gutter, [new Span(line, Tone.Plain)]);
        }
    }

    private static IEnumerable<Span> Note(string? note) =>
        note is null ? [] : [new Span(" ⚠ " + note, Tone.Warning)];

    public static IEnumerable<Line> Quoted(string text) =>
        CardText.Lines(text).Select(l => new Line(Gutter, [new Span(l, Tone.Plain)]));

    private static Line Label(string label) => Line.Of(new Span(label, Tone.Label));
}
