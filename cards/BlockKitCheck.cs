using System.Collections.Immutable;
using System.Text.Json;

namespace ChatApprovals.Cards;

/// <summary>
/// Slack's rules for a message or view, as far as cards use them. Anything unknown is a fault.
/// </summary>
internal sealed class BlockKitCheck
{
    private readonly List<string> _faults = [];
    private readonly HashSet<string> _blockIds = new(StringComparer.Ordinal);
    private int _text;

    public static ImmutableArray<string> Of(JsonElement root)
    {
        var check = new BlockKitCheck();
        check.Root(root);
        return [.. check._faults];
    }

    private void Root(JsonElement root)
    {
        var isView = Is(root, "type", "modal");
        if (isView)
        {
            View(root);
        }
        else
        {
            Length("text", Text(root, "text"), CardLimits.MessageText);
        }

        var blocks = root.TryGetProperty("blocks", out var b) ? b.EnumerateArray().ToArray() : [];
        var most = isView ? CardLimits.BlocksPerView : CardLimits.BlocksPerMessage;
        Fault(blocks.Length == 0 || blocks.Length > most, $"{blocks.Length} blocks");
        for (var i = 0; i < blocks.Length; i++)
        {
            Block($"blocks/{i}", blocks[i]);
        }

        Fault(!isView && _text > CardLimits.TotalText, $"{_text} characters in all blocks");
    }

    private void View(JsonElement view)
    {
        foreach (var name in new[] { "title", "submit", "close" })
        {
            if (view.TryGetProperty(name, out var text))
            {
                PlainText(name, text, CardLimits.ViewTitle);
            }
        }

        Fault(!view.TryGetProperty("title", out _), "a view without title");
        Length("private_metadata", Text(view, "private_metadata"), CardLimits.PrivateMetadata);
        Length("callback_id", Text(view, "callback_id"), CardLimits.CallbackId);
        var asks = view.GetProperty("blocks").EnumerateArray().Any(b => Is(b, "type", "input"));
        Fault(asks && !view.TryGetProperty("submit", out _), "inputs without submit");
    }

    private void Block(string at, JsonElement block)
    {
        var id = Text(block, "block_id");
        Length($"{at}/block_id", id, CardLimits.BlockId);
        Fault(id.Length > 0 && !_blockIds.Add(id), $"{at}: block_id {id} again");
        switch (Text(block, "type"))
        {
            case "header":
                PlainText(at, block.GetProperty("text"), CardLimits.HeaderText);
                break;
            case "section":
                Section(at, block);
                break;
            case "context":
                Elements(at, block, CardLimits.ContextElements, AnyText);
                break;
            case "actions":
                Actions(at, block);
                break;
            case "rich_text":
                Elements(at, block, int.MaxValue, RichText);
                break;
            case "input":
                Input(at, block);
                break;
            case "divider":
                break;
            default:
                _faults.Add($"{at}: unknown block");
                break;
        }
    }

    private void Section(string at, JsonElement block)
    {
        var has = block.TryGetProperty("text", out var text);
        if (has)
        {
            AnyText(at, text);
        }

        if (block.TryGetProperty("fields", out var fields))
        {
            Fault(fields.GetArrayLength() is 0 or > CardLimits.Fields, $"{at}: fields");
            foreach (var field in fields.EnumerateArray())
            {
                AnyText(at, field, CardLimits.FieldText);
            }
        }

        Fault(!has && fields.ValueKind != JsonValueKind.Array, $"{at}: an empty section");
    }

    private void Actions(string at, JsonElement block)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        Elements(at, block, CardLimits.ActionElements, Button);
        foreach (var button in block.GetProperty("elements").EnumerateArray())
        {
            var id = Text(button, "action_id");
            Fault(!ids.Add(id), $"{at}: action_id {id} again");
        }
    }

    private void Button(string at, JsonElement button)
    {
        Fault(!Is(button, "type", "button"), $"{at}: unknown element");
        PlainText(at, button.GetProperty("text"), CardLimits.ButtonText);
        Length($"{at}/value", Text(button, "value"), CardLimits.ButtonValue);
        Length($"{at}/action_id", Text(button, "action_id"), CardLimits.ActionId);
        var style = Text(button, "style");
        Fault(style is not ("" or "primary" or "danger"), $"{at}: style {style}");
        Fault(button.TryGetProperty("url", out _), $"{at}: a link");
    }

    private void Input(string at, JsonElement block)
    {
        PlainText(at, block.GetProperty("label"), CardLimits.InputLabel);
        var element = block.GetProperty("element");
        Fault(!Is(element, "type", "plain_text_input"), $"{at}: unknown input");
        if (element.TryGetProperty("max_length", out var most))
        {
            Fault(most.GetInt32() > CardLimits.InputText, $"{at}: max_length");
        }
    }

    private void RichText(string at, JsonElement element)
    {
        var type = Text(element, "type");
        var known = type is "rich_text_section" or "rich_text_quote" or "rich_text_preformatted";
        Fault(!known, $"{at}: unknown element {type}");
        foreach (var run in element.GetProperty("elements").EnumerateArray())
        {
            Fault(!Is(run, "type", "text"), $"{at}: not a text element");
            Fault(Text(run, "text").Length == 0, $"{at}: an empty text element");
            Length(at, Text(run, "text"), CardLimits.SectionText);
            _text += CardLimits.SlackLength(Text(run, "text"));
        }
    }

    private void Elements(string at, JsonElement block, int most, Action<string, JsonElement> check)
    {
        var elements = block.GetProperty("elements").EnumerateArray().ToArray();
        Fault(elements.Length == 0 || elements.Length > most, $"{at}: {elements.Length} elements");
        for (var i = 0; i < elements.Length; i++)
        {
            check($"{at}/{i}", elements[i]);
        }
    }

    private void AnyText(string at, JsonElement text) => AnyText(at, text, CardLimits.SectionText);

    private void AnyText(string at, JsonElement text, int most)
    {
        if (Is(text, "type", "mrkdwn"))
        {
            Length(at, Text(text, "text"), most);
            _text += CardLimits.SlackLength(Text(text, "text"));
        }
        else
        {
            PlainText(at, text, most);
        }
    }

    private void PlainText(string at, JsonElement text, int most)
    {
        Fault(!Is(text, "type", "plain_text"), $"{at}: not plain_text");
        Fault(Text(text, "text").Length == 0, $"{at}: empty text");
        Length(at, Text(text, "text"), most);
        _text += CardLimits.SlackLength(Text(text, "text"));
    }

    private void Length(string at, string text, int most)
    {
        var length = CardLimits.SlackLength(text);
        Fault(length > most, $"{at}: {length} characters, at most {most}");
    }

    private void Fault(bool fault, string what)
    {
        if (fault)
        {
            _faults.Add(what);
        }
    }

    private static bool Is(JsonElement element, string name, string value) =>
        string.Equals(Text(element, name), value, StringComparison.Ordinal);

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : "";
}
