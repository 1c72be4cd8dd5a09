using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>Slack's limits on modals (docs.slack.dev/reference/views).</summary>
internal static class ViewRules
{
    public static IReadOnlyList<string> Check(JsonElement view)
    {
        var faults = new BlockFaults();
        if (view.Text("type") is not ("modal" or "home"))
        {
            faults.Add("/type", "must be one of: modal, home");
        }
        if (view.Text("type") is "modal")
        {
            faults.TextObject(view, "title", "", 24, plainOnly: true);
        }
        faults.TextObject(view, "submit", "", 24, plainOnly: true, required: false);
        faults.TextObject(view, "close", "", 24, plainOnly: true, required: false);
        faults.Length(view, "private_metadata", "", 0, 3000, required: false);
        faults.Length(view, "callback_id", "", 0, 255, required: false);
        faults.Length(view, "external_id", "", 0, 255, required: false);
        if (view.At("blocks") is not { } blocks)
        {
            faults.Add("", "missing required field: blocks");
            return faults.All;
        }
        if (view.At("submit") is null && view.Items("blocks").Any(b => b.Text("type") is "input"))
        {
            faults.Add("/submit", "`submit` is required when an input block is within blocks");
        }
        return [.. faults.All, .. BlockKitRules.Check(blocks, BlockKitRules.ViewBlocksMax)];
    }
}
