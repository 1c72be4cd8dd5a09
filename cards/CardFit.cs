using System.Collections.Immutable;
using System.Globalization;

namespace ChatApprovals.Cards;

/// <summary>
/// What a surface has room for: <c>Total</c> for all parts, of which <c>Essential</c> for all but
/// the agent's words and at most <c>Words</c> for these. <c>Line</c> and <c>Text</c> measure in the
/// surface's own unit.
/// </summary>
internal sealed record Room(
    int Total,
    int Essential,
    int Words,
    Func<Line, int> Line,
    CardCut.Cost Text
);

/// <summary>
/// The parts as they go onto one card. <c>Fits</c>: all but the agent's words is whole.
/// <c>WordsWhole</c>: those too.
/// </summary>
internal sealed record Fitted(ImmutableArray<Part> Parts, bool Fits, bool WordsWhole)
{
    private const int WordLinesShown = 24;

    /// <summary>
    /// Shares of the room, in percent, when not all fits: each part shows its beginning. They sum
    /// to less than 100.
    /// </summary>
    private static int Share(PartKind kind) =>
        kind switch
        {
            PartKind.Action => 16,
            PartKind.Facts => 24,
            PartKind.Data => 8,
            PartKind.Change => 20,
            _ => 24,
        };

    public static Fitted Of(ImmutableArray<Part> parts, Room room, string where)
    {
        var essential = parts.Where(p => p.Kind != PartKind.Words).ToImmutableArray();
        // The number of lines first: it is cheap, and an agent may send a hundred thousand.
        var fits =
            essential.Sum(p => p.Lines.Length) <= CardLimits.CardLines
            && essential.Sum(p => Cost(p, room)) <= room.Essential;
        if (!fits)
        {
            essential =
            [
                .. essential.Select(p =>
                    Clip(p, room.Essential * Share(p.Kind) / 100, 24, room, where)
                ),
            ];
        }

        var words = parts.FirstOrDefault(p => p.Kind == PartKind.Words);
        if (words is null)
        {
            return new Fitted(essential, fits, true);
        }

        var left = Math.Min(room.Words, room.Total - essential.Sum(p => Cost(p, room)));
        var clipped = Clip(words, left, WordLinesShown, room, where);
        var whole = ReferenceEquals(clipped, words) && !words.IsShort;
        return new Fitted([.. essential, clipped], fits, whole);
    }

    public static int Cost(Part part, Room room) =>
        part.Lines.Sum(room.Line) + (part.Title?.Length ?? 0);

    /// <summary>
    /// The part itself when it fits, else its beginning and how much more there is.
    /// </summary>
    public static Part Clip(Part part, int max, int maxLines, Room room, string where)
    {
        if (part.Lines.Length <= maxLines && Cost(part, room) <= max)
        {
            return part;
        }

        var kept = ImmutableArray.CreateBuilder<Line>();
        var left = max;
        foreach (var line in part.Lines.Take(maxLines))
        {
            var cost = room.Line(line);
            if (cost > left)
            {
                kept.AddRange(Beginning(line, left - (cost - room.Text(AllText(line))), room));
                break;
            }

            left -= cost;
            kept.Add(line);
        }

        kept.Add(More(part.Lines.Sum(l => l.Characters) - kept.Sum(l => l.Characters), where));
        return part with { Lines = kept.ToImmutable() };
    }

    private static Line More(int characters, string where)
    {
        var count = characters.ToString("N0", CultureInfo.InvariantCulture);
        return Line.Of(new Span($"… {count} more characters {where}", Tone.Warning));
    }

    private static string AllText(Line line) => string.Concat(line.Spans.Select(s => s.Text));

    /// <summary>
    /// As much of a line as the room takes; nothing when that is too little to be of use.
    /// </summary>
    private static IEnumerable<Line> Beginning(Line line, int max, Room room)
    {
        const int WorthShowing = 60;
        if (max < WorthShowing)
        {
            yield break;
        }

        var spans = ImmutableArray.CreateBuilder<Span>();
        foreach (var span in line.Spans)
        {
            var cost = room.Text(span.Text);
            if (cost <= max)
            {
                spans.Add(span);
                max -= cost;
                continue;
            }

            spans.Add(span with { Text = CardCut.Pieces(span.Text, max, room.Text)[0] });
            break;
        }

        yield return line with
        {
            Spans = spans.ToImmutable(),
        };
    }
}
