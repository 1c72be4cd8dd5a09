using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace ChatApprovals.Cards;

/// <summary>
/// Lines as RichTextBlocks, one each. Clients take a TextRun literally; a TextBlock is Markdown, so
/// only the bot's own constants stand in one.
/// </summary>
internal static class AdaptiveText
{
    /// <summary>UTF-8 bytes of the line's JSON and the comma after it.</summary>
    public static int Cost(Line line) => Rendering.Bytes(Block(line)).Length + 1;

    /// <summary>UTF-8 bytes of the text inside a JSON string.</summary>
    public static int Bytes(ReadOnlySpan<char> text) =>
        Encoding.UTF8.GetByteCount(
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text.ToString())
        );

    public static JsonObject Block(Line line)
    {
        var inlines = new JsonArray();
        if (line.Gutter.Length > 0)
        {
            inlines.Add(Run(new Span(line.Gutter, GutterTone(line))));
        }

        foreach (var span in line.Spans.Where(s => s.Text.Length > 0))
        {
            inlines.Add(Run(span));
        }

        return new JsonObject
        {
            ["type"] = "RichTextBlock",
            ["spacing"] = "None",
            ["inlines"] = inlines,
        };
    }

    /// <summary>A constant of the bot, bold.</summary>
    public static JsonObject Title(string text) =>
        new()
        {
            ["type"] = "TextBlock",
            ["text"] = text,
            ["weight"] = "Bolder",
            ["wrap"] = true,
        };

    private static Tone GutterTone(Line line) =>
        line.Spans is [{ Tone: Tone.Added or Tone.Removed or Tone.Value } first, ..]
            ? first.Tone
            : Tone.Subtle;

    private static JsonObject Run(Span span)
    {
        var run = new JsonObject { ["type"] = "TextRun", ["text"] = span.Text };
        switch (span.Tone)
        {
            case Tone.Label:
                run["weight"] = "Bolder";
                break;
            case Tone.Warning:
                run["weight"] = "Bolder";
                run["color"] = "Attention";
                break;
            case Tone.Key:
            case Tone.Subtle:
                run["isSubtle"] = true;
                break;
            case Tone.Name:
                run["fontType"] = "Monospace";
                run["weight"] = "Bolder";
                break;
            case Tone.Value:
                run["fontType"] = "Monospace";
                break;
            case Tone.Added:
            case Tone.Removed:
                run["fontType"] = "Monospace";
                run["color"] = span.Tone == Tone.Added ? "Good" : "Attention";
                break;
            default:
                break;
        }

        return run;
    }
}
