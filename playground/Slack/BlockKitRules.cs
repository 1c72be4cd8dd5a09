using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>Slack's published limits on blocks (docs.slack.dev/reference/block-kit). Counts are taken after
/// escaping, because that is what a later <c>chat.update</c> is measured by. Says what Slack would say, with
/// JSON pointers; no message means that the blocks are accepted. Only block types that every workspace has
/// are known: a newer one would be refused somewhere.</summary>
internal static class BlockKitRules
{
    public const int MessageBlocksMax = 50;
    public const int ViewBlocksMax = 100;

    /// <summary>Undocumented; about 12,000 by Slack's own answer in slackapi/bolt-js#2509.</summary>
    public const int MessageCharactersMax = 12_000;

    public static IReadOnlyList<string> Check(JsonElement blocks, int blocksMax)
    {
        var faults = new BlockFaults();
        if (blocks.ValueKind is not JsonValueKind.Array)
        {
            faults.Add("/blocks", "must be an array");
            return faults.All;
        }
        if (blocks.GetArrayLength() > blocksMax)
        {
            faults.Add("/blocks", $"no more than {blocksMax} items allowed");
        }
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var block in blocks.EnumerateArray())
        {
            var at = $"/blocks/{index++}";
            CheckBlock(block, at, faults);
            faults.Length(block, "block_id", at, 1, 255, required: false);
            if (block.Text("block_id") is { } id && !ids.Add(id))
            {
                faults.Add(at + "/block_id", "`block_id` already exists");
            }
            CheckActionIds(block, at, faults);
        }
        return faults.All;
    }

    /// <summary>All text that the blocks show, in UTF-16 units.</summary>
    public static int Characters(JsonElement blocks) =>
        blocks
            .Objects()
            .Sum(o =>
                o.Text("text") is { } text && o.Text("type") is not null ? Stored(o, text) : 0
            );

    private static int Stored(JsonElement holder, string text) =>
        holder.Text("type") switch
        {
            "plain_text" => SlackText.Plain(text).Length,
            "mrkdwn" => SlackText.Mrkdwn(text).Length,
            _ => text.Length,
        };

    private static void CheckBlock(JsonElement block, string at, BlockFaults faults)
    {
        switch (block.Text("type"))
        {
            case "section":
                Section(block, at, faults);
                break;
            case "header":
                faults.TextObject(block, "text", at, 150, plainOnly: true);
                break;
            case "context":
                Context(block, at, faults);
                break;
            case "actions":
                Elements(block, at, 25, faults);
                break;
            case "input":
                faults.TextObject(block, "label", at, 2000, plainOnly: true);
                faults.TextObject(block, "hint", at, 2000, plainOnly: true, required: false);
                ElementRules.Check(block.At("element"), at + "/element", faults);
                break;
            case "image":
                faults.Length(block, "alt_text", at, 1, 2000, required: true);
                faults.Length(block, "image_url", at, 1, 3000, required: false);
                break;
            case "markdown":
                faults.Length(block, "text", at, 1, 12_000, required: true);
                break;
            case "rich_text":
                RichTextRules.Check(block, at, faults);
                break;
            case "table":
                faults.Count(block, "rows", at, 1, 100);
                break;
            case "divider":
                break;
            case null:
                faults.Add(at, "missing required field: type");
                break;
            case var unknown:
                faults.Add(at + "/type", $"unsupported type: {unknown}");
                break;
        }
    }

    private static void Section(JsonElement block, string at, BlockFaults faults)
    {
        if (block.At("text") is null && block.At("fields") is null)
        {
            faults.Add(at, "missing required field: text");
        }
        faults.TextObject(block, "text", at, 3000, plainOnly: false, required: false);
        if (block.At("fields") is not null)
        {
            faults.Count(block, "fields", at, 1, 10);
            var index = 0;
            foreach (var field in block.Items("fields"))
            {
                faults.TextObject(field, $"{at}/fields/{index++}", 2000, plainOnly: false);
            }
        }
        if (block.At("accessory") is { } accessory)
        {
            ElementRules.Check(accessory, at + "/accessory", faults);
        }
    }

    private static void Context(JsonElement block, string at, BlockFaults faults)
    {
        faults.Count(block, "elements", at, 1, 10);
        var index = 0;
        foreach (var element in block.Items("elements"))
        {
            var place = $"{at}/elements/{index++}";
            if (element.Text("type") is "image")
            {
                faults.Length(element, "alt_text", place, 1, 2000, required: true);
            }
            else
            {
                faults.TextObject(element, place, 3000, plainOnly: false);
            }
        }
    }

    private static void Elements(JsonElement block, string at, int max, BlockFaults faults)
    {
        faults.Count(block, "elements", at, 1, max);
        var index = 0;
        foreach (var element in block.Items("elements"))
        {
            ElementRules.Check(element, $"{at}/elements/{index++}", faults);
        }
    }

    private static void CheckActionIds(JsonElement block, string at, BlockFaults faults)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var element in block.Objects())
        {
            if (element.Text("action_id") is { } id && !seen.Add(id))
            {
                faults.Add(at, $"`action_id` \"{id}\" already exists in this block");
            }
        }
    }
}
