using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>What a person typed into a modal, as Slack's client checks it and sends it on.</summary>
internal static class SlackInputs
{
    /// <summary><c>state.values</c> of all inputs of the view, by block id and action id.</summary>
    public static Dictionary<string, Dictionary<string, object>> Values(
        SlackView view,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> typed
    )
    {
        var values = new Dictionary<string, Dictionary<string, object>>(StringComparer.Ordinal);
        foreach (var (block, action, element) in Inputs(view))
        {
            var given = typed.GetValueOrDefault(block)?.GetValueOrDefault(action);
            if (!values.TryGetValue(block, out var actions))
            {
                values[block] = actions = new(StringComparer.Ordinal);
            }
            actions[action] = Value(element, given);
        }
        return values;
    }

    /// <summary>What Slack's own client refuses before anything is sent; null when it sends.</summary>
    public static string? Refusal(
        SlackView view,
        IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> typed
    )
    {
        foreach (var block in view.Content.Items("blocks").Where(b => b.Text("type") is "input"))
        {
            var element = block.At("element");
            var (blockId, actionId) = (block.Text("block_id")!, element.Text("action_id") ?? "");
            var given = typed.GetValueOrDefault(blockId)?.GetValueOrDefault(actionId);
            given ??= element.Text("initial_value");
            if (string.IsNullOrWhiteSpace(given) && !block.True("optional"))
            {
                return $"Please complete this required field: {blockId}";
            }
            if (element.At("max_length") is { } max && given?.Length > max.GetInt32())
            {
                return $"{blockId} is longer than {max.GetInt32()} characters";
            }
            if (element.At("min_length") is { } min && given?.Length < min.GetInt32())
            {
                return $"{blockId} is shorter than {min.GetInt32()} characters";
            }
        }
        return null;
    }

    private static IEnumerable<(string Block, string Action, JsonElement Element)> Inputs(
        SlackView view
    ) =>
        from block in view.Content.Items("blocks")
        from element in block.Objects()
        let action = element.Text("action_id")
        where action is not null && element.Text("type") is not ("button" or "overflow")
        select (block.Text("block_id") ?? "", action, element);

    private static object Value(JsonElement element, string? given)
    {
        var type = element.Text("type")!;
        return type switch
        {
            "static_select" or "radio_buttons" or "external_select" => new
            {
                type,
                selected_option = given is null
                    ? element.At("initial_option")
                    : Option(element, given),
            },
            "checkboxes" or "multi_static_select" => new
            {
                type,
                selected_options = (given?.Split(',') ?? [])
                    .Where(v => v.Length > 0)
                    .Select(v => Option(element, v)),
            },
            "users_select" => new { type, selected_user = given },
            "multi_users_select" => new { type, selected_users = given?.Split(',') ?? [] },
            "datepicker" => new { type, selected_date = given },
            _ => new { type, value = given ?? element.Text("initial_value") },
        };
    }

    private static JsonElement? Option(JsonElement element, string value) =>
        element
            .Items("options")
            .FirstOrDefault(o => string.Equals(o.Text("value"), value, StringComparison.Ordinal))
            is { ValueKind: JsonValueKind.Object } option
            ? option
            : Json.Of(new { value });
}
