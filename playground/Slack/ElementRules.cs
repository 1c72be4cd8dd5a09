using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>Limits of buttons, inputs and menus (docs.slack.dev/reference/block-kit/block-elements).</summary>
internal static class ElementRules
{
    public static void Check(JsonElement? maybe, string at, BlockFaults faults)
    {
        if (maybe is not { ValueKind: JsonValueKind.Object } element)
        {
            faults.Add(at, "must provide an object");
            return;
        }
        faults.Length(element, "action_id", at, 1, 255, required: false);
        faults.TextObject(element, "placeholder", at, 150, plainOnly: true, required: false);
        switch (element.Text("type"))
        {
            case "button":
                Button(element, at, faults);
                break;
            case "plain_text_input":
                Input(element, at, faults);
                break;
            case "static_select" or "multi_static_select":
                Options(element, at, 100, faults);
                break;
            case "overflow":
                Options(element, at, 5, faults);
                break;
            case "checkboxes" or "radio_buttons":
                Options(element, at, 10, faults);
                break;
            case "image":
                faults.Length(element, "alt_text", at, 1, 2000, required: true);
                break;
            case "users_select"
            or "multi_users_select"
            or "conversations_select"
            or "multi_conversations_select"
            or "channels_select"
            or "external_select"
            or "datepicker"
            or "timepicker"
            or "datetimepicker"
            or "email_text_input"
            or "url_text_input"
            or "number_input"
            or "rich_text_input"
            or "file_input":
                break;
            case var unknown:
                faults.Add(at + "/type", $"unsupported type: {unknown ?? "(none)"}");
                break;
        }
        Confirm(element.At("confirm"), at + "/confirm", faults);
    }

    private static void Input(JsonElement element, string at, BlockFaults faults)
    {
        faults.Length(element, "initial_value", at, 0, 3000, required: false);
        if (element.At("max_length") is { } max && max.GetInt32() is < 1 or > 3000)
        {
            faults.Add(at + "/max_length", "must be between 1 and 3000");
        }
    }

    private static void Button(JsonElement element, string at, BlockFaults faults)
    {
        faults.TextObject(element, "text", at, 75, plainOnly: true);
        faults.Length(element, "value", at, 0, 2000, required: false);
        faults.Length(element, "url", at, 1, 3000, required: false);
        faults.Length(element, "accessibility_label", at, 1, 75, required: false);
        if (element.At("style") is not null && element.Text("style") is not ("primary" or "danger"))
        {
            faults.Add(at + "/style", "must be one of: primary, danger");
        }
    }

    private static void Options(JsonElement element, string at, int max, BlockFaults faults)
    {
        if (element.At("option_groups") is not null)
        {
            return;
        }
        faults.Count(element, "options", at, 1, max);
        var index = 0;
        foreach (var option in element.Items("options"))
        {
            var place = $"{at}/options/{index++}";
            faults.TextObject(option, "text", place, 75, plainOnly: false);
            faults.Length(option, "value", place, 1, 150, required: true);
            faults.TextObject(option, "description", place, 75, plainOnly: false, required: false);
        }
    }

    private static void Confirm(JsonElement? maybe, string at, BlockFaults faults)
    {
        if (maybe is not { } confirm)
        {
            return;
        }
        faults.TextObject(confirm, "title", at, 100, plainOnly: true);
        faults.TextObject(confirm, "text", at, 300, plainOnly: false);
        faults.TextObject(confirm, "confirm", at, 30, plainOnly: true);
        faults.TextObject(confirm, "deny", at, 30, plainOnly: true);
    }
}

/// <summary>The shape of <c>rich_text</c>: known containers, known inline elements, no empty text.</summary>
internal static class RichTextRules
{
    public static void Check(JsonElement block, string at, BlockFaults faults)
    {
        faults.Count(block, "elements", at, 1, int.MaxValue - 1);
        var index = 0;
        foreach (var element in block.Items("elements"))
        {
            Container(element, $"{at}/elements/{index++}", faults);
        }
    }

    private static void Container(JsonElement element, string at, BlockFaults faults)
    {
        var type = element.Text("type");
        if (type is "rich_text_list")
        {
            Check(element, at, faults);
            if (element.Text("style") is not ("bullet" or "ordered"))
            {
                faults.Add(at + "/style", "must be one of: bullet, ordered");
            }
        }
        else if (type is "rich_text_section" or "rich_text_preformatted" or "rich_text_quote")
        {
            faults.Count(element, "elements", at, 1, int.MaxValue - 1);
            var index = 0;
            foreach (var inline in element.Items("elements"))
            {
                Inline(inline, type, $"{at}/elements/{index++}", faults);
            }
        }
        else
        {
            faults.Add(at + "/type", $"unsupported type: {type ?? "(none)"}");
        }
    }

    private static void Inline(JsonElement inline, string within, string at, BlockFaults faults)
    {
        var type = inline.Text("type");
        var known =
            type is "text" or "link"
            || within is not "rich_text_preformatted"
                && type
                    is "user"
                        or "usergroup"
                        or "channel"
                        or "emoji"
                        or "broadcast"
                        or "date"
                        or "color"
                        or "team";
        if (!known)
        {
            faults.Add(at + "/type", $"unsupported type: {type ?? "(none)"}");
        }
        if (type is "text")
        {
            faults.Length(inline, "text", at, 1, int.MaxValue - 1, required: true);
        }
    }
}
