using System.Collections.Immutable;

namespace ChatApprovals.Cards;

/// <summary>
/// Deals all parts onto pages, in order and whole: the pages' texts together are the card's text. A
/// line too long for a page goes on behind the gutter and <c>↪</c>.
/// </summary>
internal static class CardPages
{
    public const string Wrapped = "↪ ";

    public static ImmutableArray<ImmutableArray<Part>> Of(
        ImmutableArray<Part> parts,
        Room room,
        int maxLines
    )
    {
        var pages = ImmutableArray.CreateBuilder<ImmutableArray<Part>>();
        var page = new List<Part>();
        var (left, lines) = (room.Essential, maxLines);
        foreach (var (part, line, index) in parts.SelectMany(p => Short(p, room)))
        {
            var cost = room.Line(line);
            if (page.Count > 0 && (cost > left || lines == 0))
            {
                pages.Add([.. page]);
                page.Clear();
                (left, lines) = (room.Essential, maxLines);
            }

            left -= cost;
            lines--;
            Put(page, part, line, continued: index > 0);
        }

        pages.Add([.. page]);
        return pages.ToImmutable();
    }

    private static void Put(List<Part> page, Part part, Line line, bool continued)
    {
        if (page is [.., var last] && last.Kind == part.Kind)
        {
            page[^1] = last with { Lines = last.Lines.Add(line) };
            return;
        }

        var title = continued && part.Title is { } t ? t + ", continued" : part.Title;
        page.Add(new Part(part.Kind, title, [line]));
    }

    /// <summary>The part's lines, those longer than half a page cut into several.</summary>
    private static IEnumerable<(Part Part, Line Line, int Index)> Short(Part part, Room room)
    {
        var max = room.Essential / 2;
        return part
            .Lines.SelectMany(l => room.Line(l) <= max ? [l] : Cut(l, max, room))
            .Select((l, i) => (part, l, i));
    }

    private static IEnumerable<Line> Cut(Line line, int max, Room room)
    {
        var gutter = line.Gutter;
        var spans = ImmutableArray.CreateBuilder<Span>();
        var left = max;
        foreach (var span in line.Spans)
        {
            foreach (var piece in CardCut.Pieces(span.Text, max, room.Text))
            {
                var cost = room.Text(piece);
                if (cost > left && spans.Count > 0)
                {
                    yield return new Line(gutter, spans.DrainToImmutable());
                    gutter = line.Gutter + Wrapped;
                    left = max;
                }

                left -= cost;
                spans.Add(new Span(piece, span.Tone));
            }
        }

        yield return new Line(gutter, spans.DrainToImmutable());
    }
}
