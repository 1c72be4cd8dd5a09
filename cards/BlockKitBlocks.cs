using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace ChatApprovals.Cards;

/// <summary>
/// Collects blocks with ids of their own: <c>prefix.number</c>, so a redraw has new ones.
/// </summary>
internal sealed class BlockKitBlocks(string prefix)
{
    public JsonArray Json { get; } = [];

    public void Header(string text) =>
        Add("header", new JsonObject { ["text"] = BlockKitText.Plain(text) });

    public void Parts(ImmutableArray<Part> parts)
    {
        foreach (var part in parts)
        {
            if (part.Kind == PartKind.Words)
            {
                Add("divider", []);
            }

            Add("rich_text", new JsonObject { ["elements"] = new JsonArray([.. Elements(part)]) });
        }
    }

    /// <summary>A line in small type; none when there is nothing to say.</summary>
    public void Note(string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            Add(
                "context",
                new JsonObject { ["elements"] = new JsonArray(BlockKitText.Plain(text)) }
            );
        }
    }

    public void Buttons(ImmutableArray<(CardButton Button, string Value)> buttons)
    {
        if (!buttons.IsEmpty)
        {
            var elements = new JsonArray([.. buttons.Select(b => Button(b.Button, b.Value))]);
            Add("actions", new JsonObject { ["elements"] = elements });
        }
    }

    /// <summary>The reason: block and action have fixed ids, which the contract names.</summary>
    public void Input(string label, bool required, int longest = CardLimits.InputText) =>
        Json.Add(
            new JsonObject
            {
                ["type"] = "input",
                ["block_id"] = "reason",
                ["label"] = BlockKitText.Plain(label),
                ["optional"] = !required,
                ["element"] = new JsonObject
                {
                    ["type"] = "plain_text_input",
                    ["action_id"] = "reason",
                    ["multiline"] = true,
                    ["max_length"] = longest,
                },
            }
        );

    private static List<JsonNode> Elements(Part part)
    {
        var title = part.Title is { } t ? Line.Of(new Span(t, Tone.Label)) : null;
        if (part.Kind == PartKind.Words)
        {
            return [BlockKitText.Section([title!]), BlockKitText.Quote(part.Lines)];
        }

        bool IsCode(Line line) => part.Kind == PartKind.Change && DiffLines.IsCode(line);
        ImmutableArray<Line> head = [.. part.Lines.TakeWhile(l => !IsCode(l))];
        ImmutableArray<Line> tail = [.. part.Lines.Skip(head.Length).SkipWhile(IsCode)];
        var code = part.Lines[head.Length..(part.Lines.Length - tail.Length)];
        List<JsonNode> elements = [];
        Draw(elements, BlockKitText.Section, title is null ? head : head.Insert(0, title));
        Draw(elements, BlockKitText.Preformatted, code);
        Draw(elements, BlockKitText.Section, tail);
        return elements;
    }

    private static void Draw(
        List<JsonNode> elements,
        Func<IEnumerable<Line>, JsonObject> draw,
        ImmutableArray<Line> lines
    )
    {
        if (!lines.IsEmpty)
        {
            elements.Add(draw(lines));
        }
    }

    private static JsonObject Button(CardButton button, string value)
    {
        var json = new JsonObject
        {
            ["type"] = "button",
            ["action_id"] = button.Verb,
            ["text"] = BlockKitText.Plain(button.Label),
            ["value"] = value,
        };
        if (button == CardOffer.Approve || button == CardOffer.Reject)
        {
            json["style"] = button == CardOffer.Approve ? "primary" : "danger";
        }

        return json;
    }

    private void Add(string type, JsonObject members)
    {
        var number = (Json.Count + 1).ToString(CultureInfo.InvariantCulture);
        members.Insert(0, "type", type);
        members.Insert(1, "block_id", $"{prefix}.{number}");
        Json.Add(members);
    }
}

/// <summary>A modal around blocks.</summary>
internal static class BlockKitView
{
    public static JsonObject Of(
        string title,
        string callbackId,
        string metadata,
        string? submit,
        BlockKitBlocks blocks
    )
    {
        var view = new JsonObject
        {
            ["type"] = "modal",
            ["callback_id"] = callbackId,
            ["title"] = BlockKitText.Plain(title[..Math.Min(title.Length, CardLimits.ViewTitle)]),
            ["close"] = BlockKitText.Plain(submit is null ? "Close" : "Cancel"),
            ["private_metadata"] = metadata,
            ["blocks"] = blocks.Json,
        };
        if (submit is not null)
        {
            view["submit"] = BlockKitText.Plain(submit);
        }

        return view;
    }
}
