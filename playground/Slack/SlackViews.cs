using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>The methods <c>views.*</c>, and a view as Slack tells it to the app.</summary>
internal sealed class SlackViews(SlackWorkspace workspace)
{
    public SlackReply Open(SlackCall call)
    {
        var (view, refusal) = Checked(call);
        if (view is not { } content)
        {
            return refusal!;
        }
        var (trigger, error) = workspace.Exchange(call["trigger_id"]);
        return trigger is null
            ? SlackReply.Refuse(error!)
            : Answer(workspace.ModalsOf(trigger.User).Open(content));
    }

    public SlackReply Push(SlackCall call)
    {
        var (view, refusal) = Checked(call);
        if (view is not { } content)
        {
            return refusal!;
        }
        var (trigger, error) = workspace.Exchange(call["trigger_id"]);
        if (trigger is null)
        {
            return SlackReply.Refuse(error!);
        }
        return workspace.ModalsOf(trigger.User).Push(content) is { } pushed
            ? Answer(pushed)
            : SlackReply.Refuse("push_limit_reached");
    }

    public SlackReply Update(SlackCall call)
    {
        var (view, refusal) = Checked(call);
        if (view is not { } content)
        {
            return refusal!;
        }
        foreach (var stack in workspace.Modals.Values)
        {
            if (stack.Find(call["view_id"], call["external_id"]) is { } old)
            {
                var (updated, error) = stack.Update(old.Id, call["hash"], content);
                return updated is null ? SlackReply.Refuse(error!) : Answer(updated);
            }
        }
        return SlackReply.Refuse("not_found");
    }

    /// <summary>Home tabs are accepted by the same rules, but nobody looks at them here.</summary>
    public static SlackReply Publish(SlackCall call)
    {
        var (view, refusal) = Checked(call);
        return view is null ? refusal! : new(new { ok = true, view });
    }

    /// <summary>What follows from the app's answer to a submission; null when it makes no sense to Slack.</summary>
    public static JsonElement? Valid(JsonElement? view) =>
        view is { ValueKind: JsonValueKind.Object } content && ViewRules.Check(content) is []
            ? WithStoredBlocks(content)
            : null;

    /// <summary>The whole view, with the person's input as <c>state.values</c>.</summary>
    public object Shown(SlackView view, object values)
    {
        var content = view.Content;
        return new
        {
            id = view.Id,
            team_id = workspace.Options.TeamId,
            type = "modal",
            blocks = content.At("blocks"),
            private_metadata = content.Text("private_metadata") ?? "",
            callback_id = content.Text("callback_id") ?? "",
            state = new { values },
            hash = view.Hash,
            title = content.At("title"),
            clear_on_close = content.True("clear_on_close"),
            notify_on_close = content.True("notify_on_close"),
            close = content.At("close"),
            submit = content.At("submit"),
            previous_view_id = view.PreviousId,
            root_view_id = view.RootId,
            app_id = workspace.Options.AppId,
            external_id = content.Text("external_id") ?? "",
            app_installed_team_id = workspace.Options.TeamId,
            bot_id = workspace.Options.BotId,
        };
    }

    private SlackReply Answer(SlackView view)
    {
        workspace.Changes.Tell();
        return new(new { ok = true, view = Shown(view, new { }) });
    }

    private static (JsonElement?, SlackReply?) Checked(SlackCall call)
    {
        if (call.Structured("view") is not { ValueKind: JsonValueKind.Object } view)
        {
            return (null, SlackReply.Refuse("invalid_arguments", ["missing required field: view"]));
        }
        return ViewRules.Check(view) is { Count: > 0 } said
            ? (null, SlackReply.Refuse("invalid_arguments", said))
            : (WithStoredBlocks(view), null);
    }

    private static JsonElement WithStoredBlocks(JsonElement view)
    {
        var members = view.EnumerateObject()
            .ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);
        members["blocks"] = SlackText.Stored(members["blocks"]);
        return Json.Of(members);
    }
}
