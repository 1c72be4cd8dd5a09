using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>
/// One entry of a plan's <c>resource_changes</c> or <c>output_changes</c> ("Change Representation"), as people may
/// see it.
/// </summary>
public sealed class TerraformChange
{
    private const string Secret = "(sensitive value)";
    private const string OtherSecret = "(another sensitive value)";
    private const string Unknown = "(known after apply)";

    private readonly JsonObject _change;

    private TerraformChange(string address, string kind, JsonObject change)
    {
        (Address, Kind, _change) = (address, kind, change);
    }

    /// <summary>What can become of a resource; the counts are properties of the action.</summary>
    public static ImmutableArray<string> Kinds { get; } =
    ["create", "update", "replace", "delete", "forget", "move", "import"];

    public string Address { get; }

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public string Kind { get; }

    /// <summary>Null: it changes nothing.</summary>
    /// <exception cref="AskException">Nobody here knows what it would do.</exception>
    public static TerraformChange? Read(JsonObject item)
    {
        var address = item["address"]?.ToString() ?? "";
        if (item["deposed"] is { } deposed)
        {
            address += $" (deposed {deposed})";
        }

        if (item["change"] is not JsonObject change || address.Length == 0)
        {
            throw AskException.NotAsked("--terraform-plan has a change without address or change");
        }

        return KindOf(item, change) is { } kind ? new(address, kind, change) : null;
    }

    public static TerraformChange? ReadOutput(string name, JsonNode? output) =>
        output is JsonObject change && KindOf([], change) is { } kind
            ? new($"output.{name}", kind, change)
            : null;

    public void Teach(TerraformSecrets secrets)
    {
        secrets.Learn(_change["before"], _change["before_sensitive"]);
        secrets.Learn(_change["after"], _change["after_sensitive"]);
    }

    /// <summary>Puts it into the two states that people compare.</summary>
    public void Show(JsonObject before, JsonObject after, TerraformSecrets secrets)
    {
        if (Masked(_change["before"], _change["before"], Masks, secrets) is { } old)
        {
            before[Address] = old;
        }

        var shown = Masked(_change["after"], _change["before"], Masks, secrets);
        if (WithUnknown(shown, _change["after_unknown"], secrets) is { } next)
        {
            after[Address] = next;
        }
    }

    private (JsonNode? Was, JsonNode? Becomes) Masks =>
        (_change["before_sensitive"], _change["after_sensitive"]);

    private static string? KindOf(JsonObject item, JsonObject change)
    {
        var actions = (change["actions"] as JsonArray ?? []).Select(a => a?.ToString());
        return string.Join(' ', actions) switch
        {
            "no-op" when item.ContainsKey("previous_address") => "move",
            "no-op" when change["importing"] is not null => "import",
            "no-op" or "read" => null,
            "create" => "create",
            "update" => "update",
            "delete create" or "create delete" or "create forget" => "replace",
            "delete" => "delete",
            "forget" => "forget",
            var other => throw AskException.NotAsked(
                $"--terraform-plan has an action that is not known here: '{other}'"
            ),
        };
    }

    /// <summary>
    /// The value without what is, or was, sensitive. A mask is true for all of a value, or shaped as the value with
    /// true where it is. A secret that becomes another one must not look the same as before.
    /// </summary>
    private static JsonNode? Masked(
        JsonNode? value,
        JsonNode? before,
        (JsonNode? Was, JsonNode? Becomes) masks,
        TerraformSecrets secrets
    )
    {
        if (
            TerraformSecrets.IsTrue(masks.Was)
            || TerraformSecrets.IsTrue(masks.Becomes)
            || secrets.IsIn(value)
        )
        {
            return value is null ? null
                : JsonNode.DeepEquals(value, before) ? Secret
                : OtherSecret;
        }

        switch (value)
        {
            case JsonObject members:
                var copy = new JsonObject();
                foreach (var (name, item) in members)
                {
                    var inside = (At(masks.Was, name), At(masks.Becomes, name));
                    copy[secrets.Shown(name)] = Masked(item, At(before, name), inside, secrets);
                }

                return copy;
            case JsonArray items:
                var list = items.Select(
                    (item, i) =>
                        Masked(
                            item,
                            At(before, i),
                            (At(masks.Was, i), At(masks.Becomes, i)),
                            secrets
                        )
                );
                return new JsonArray([.. list]);
            default:
                return value?.DeepClone();
        }
    }

    /// <summary>What the provider will say only when it has run.</summary>
    private static JsonNode? WithUnknown(
        JsonNode? value,
        JsonNode? unknown,
        TerraformSecrets secrets
    )
    {
        if (TerraformSecrets.IsTrue(unknown))
        {
            return Unknown;
        }

        switch (unknown)
        {
            case JsonObject members when value is null or JsonObject:
                var copy = value as JsonObject ?? [];
                foreach (var (name, member) in members)
                {
                    var told = secrets.Shown(name);
                    if (WithUnknown(copy[told]?.DeepClone(), member, secrets) is { } shown)
                    {
                        copy[told] = shown;
                    }
                }

                return value is null && copy.Count == 0 ? null : copy;
            case JsonArray items when value is JsonArray list:
                for (var i = 0; i < Math.Min(items.Count, list.Count); i++)
                {
                    list[i] = WithUnknown(list[i]?.DeepClone(), items[i], secrets);
                }

                return list;
            default:
                return value;
        }
    }

    private static JsonNode? At(JsonNode? node, string name) => (node as JsonObject)?[name];

    private static JsonNode? At(JsonNode? node, int index) =>
        node is JsonArray items && index < items.Count ? items[index] : null;
}
