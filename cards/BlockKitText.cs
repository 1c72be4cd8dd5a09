using System.Text.Json.Nodes;

namespace ChatApprovals.Cards;

/// <summary>
/// Lines as rich_text elements. Slack reads no markup, mention, emoji code or link in these.
/// </summary>
internal static class BlockKitText
{
    /// <summary>One text element stays under the general limit of a text object.</summary>
    private const int ElementText = CardLimits.SectionText - 100;

    /// <summary>What Slack counts of a line: gutter, text and the line break.</summary>
    public static int Cost(Line line) =>
        line.Gutter.Length + line.Spans.Sum(s => CardLimits.SlackLength(s.Text)) + 1;

    public static JsonObject Section(IEnumerable<Line> lines) =>
        Of("rich_text_section", lines, true);

    public static JsonObject Quote(IEnumerable<Line> lines) => Of("rich_text_quote", lines, true);

    /// <summary>A block of code; Slack styles nothing in it.</summary>
    public static JsonObject Preformatted(IEnumerable<Line> lines) =>
        Of("rich_text_preformatted", lines, false);

    public static JsonObject Plain(string text) =>
        new()
        {
            ["type"] = "plain_text",
            ["text"] = text,
            ["emoji"] = false,
        };

    private static JsonObject Of(string type, IEnumerable<Line> lines, bool styled)
    {
        var runs = new List<Span>();
        foreach (var line in lines)
        {
            Add(runs, runs.Count == 0 ? line.Gutter : "\n" + line.Gutter, Tone.Plain);
            foreach (var span in line.Spans)
            {
                Add(runs, span.Text, styled ? span.Tone : Tone.Plain);
            }
        }

        var elements = runs.SelectMany(r =>
            CardCut.Pieces(r.Text, ElementText, CardLimits.SlackLength).Select(t => Text(t, r.Tone))
        );
        return new JsonObject { ["type"] = type, ["elements"] = new JsonArray([.. elements]) };
    }

    private static void Add(List<Span> runs, string text, Tone tone)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (runs is [.., var last] && last.Tone == tone)
        {
            runs[^1] = last with { Text = last.Text + text };
        }
        else
        {
            runs.Add(new Span(text, tone));
        }
    }

    private static JsonObject Text(string text, Tone tone)
    {
        var element = new JsonObject { ["type"] = "text", ["text"] = text };
        var style = tone switch
        {
            Tone.Label or Tone.Warning => "bold",
            Tone.Value or Tone.Added or Tone.Removed => "code",
            Tone.Subtle => "italic",
            _ => null,
        };
        if (style is not null)
        {
            element["style"] = new JsonObject { [style] = true };
        }
        else if (tone == Tone.Name)
        {
            element["style"] = new JsonObject { ["bold"] = true, ["code"] = true };
        }

        return element;
    }
}
