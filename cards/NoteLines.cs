using System.Collections.Immutable;

namespace ChatApprovals.Cards;

/// <summary>An answer to a command: a title and literal lines, as many as fit.</summary>
internal static class NoteLines
{
    private const int LinesShown = 60;

    public static ImmutableArray<Part> Parts(string title, IReadOnlyList<string> lines, Room room)
    {
        var head = Line.Of(new Span(CardText.Line(title), Tone.Label));
        var shown = lines.SelectMany(l => l.Split('\n')).Select(Plain);
        var part = new Part(
            PartKind.Facts,
            null,
            [.. title.Length > 0 ? [head] : Array.Empty<Line>(), .. shown]
        );
        return [Fitted.Clip(part, room.Essential, LinesShown, room, "not shown here")];
    }

    /// <summary>
    /// An indent stays (YAML is copied from here); the rest is made visible as everywhere.
    /// </summary>
    private static Line Plain(string line)
    {
        var rest = line.TrimStart(' ');
        var indent = line.Length - rest.Length;
        var text =
            indent <= CardText.DottedIndent
                ? line[..indent] + CardText.Line(rest)
                : CardText.Line(line);
        return Line.Of(new Span(text.Length == 0 ? " " : text, Tone.Plain));
    }
}
