using System.Globalization;
using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>What Slack sends to an app when people act, in the shapes of Slack's own captured payloads.</summary>
internal sealed class SlackPayloads(SlackWorkspace workspace, SlackViews views)
{
    /// <summary>The old verification token: still sent, worth nothing.</summary>
    private const string LegacyToken = "legacy-verification-token";
    private readonly SlackOptions _options = workspace.Options;

    public object MessageAction(
        SlackUser user,
        SlackChannel channel,
        SlackMessage message,
        object action,
        string triggerId,
        string responseUrl
    ) =>
        new
        {
            type = "block_actions",
            user = Shown(user),
            api_app_id = _options.AppId,
            token = LegacyToken,
            container = new
            {
                type = "message",
                message_ts = message.Ts,
                channel_id = channel.Id,
                is_ephemeral = message.EphemeralFor is not null,
                thread_ts = message.ThreadTs,
            },
            trigger_id = triggerId,
            team = Team(user),
            is_enterprise_install = false,
            channel = new { id = channel.Id, name = channel.IsIm ? "directmessage" : channel.Name },
            message = message.EphemeralFor is null ? Shown(message) : null,
            state = new { values = new { } },
            response_url = responseUrl,
            actions = new[] { action },
        };

    public object ViewAction(SlackUser user, SlackView view, object values, object action) =>
        new
        {
            type = "block_actions",
            user = Shown(user),
            api_app_id = _options.AppId,
            token = LegacyToken,
            container = new { type = "view", view_id = view.Id },
            trigger_id = workspace.NewTrigger(user.Id, view.Id),
            team = Team(user),
            is_enterprise_install = false,
            view = views.Shown(view, values),
            actions = new[] { action },
        };

    public object Submission(SlackUser user, SlackView view, object values) =>
        new
        {
            type = "view_submission",
            team = Team(user),
            user = Shown(user),
            api_app_id = _options.AppId,
            token = LegacyToken,
            trigger_id = workspace.NewTrigger(user.Id, view.Id),
            view = views.Shown(view, values),
            response_urls = Array.Empty<object>(),
            is_enterprise_install = false,
        };

    public object Closed(SlackUser user, SlackView view) =>
        new
        {
            type = "view_closed",
            team = Team(user),
            user = Shown(user),
            api_app_id = _options.AppId,
            token = LegacyToken,
            view = views.Shown(view, new { }),
            is_cleared = false,
        };

    public Dictionary<string, string> Command(
        SlackUser user,
        SlackChannel channel,
        string text,
        string responseUrl
    ) =>
        new(StringComparer.Ordinal)
        {
            ["token"] = LegacyToken,
            ["team_id"] = _options.TeamId,
            ["team_domain"] = _options.TeamName,
            ["channel_id"] = channel.Id,
            ["channel_name"] = channel.IsIm ? "directmessage" : channel.Name,
            ["user_id"] = user.Id,
            ["user_name"] = user.Name,
            ["command"] = _options.Command,
            ["text"] = text,
            ["api_app_id"] = _options.AppId,
            ["is_enterprise_install"] = "false",
            ["response_url"] = responseUrl,
            ["trigger_id"] = workspace.NewTrigger(user.Id, null),
        };

    public object Event(object @event, DateTimeOffset now) =>
        new
        {
            token = LegacyToken,
            team_id = _options.TeamId,
            api_app_id = _options.AppId,
            @event,
            type = "event_callback",
            event_id = RandomIds.Upper('E'),
            event_time = now.ToUnixTimeSeconds(),
            authorizations = new[]
            {
                new
                {
                    enterprise_id = (string?)null,
                    team_id = _options.TeamId,
                    user_id = _options.BotUserId,
                    is_bot = true,
                    is_enterprise_install = false,
                },
            },
            is_ext_shared_channel = false,
            event_context = "4-" + RandomIds.Token(12),
        };

    public object MessageEvent(string type, SlackMessage message, SlackChannel channel) =>
        new
        {
            type,
            user = message.User,
            ts = message.Ts,
            client_msg_id = RandomIds.Guid(),
            text = message.Text,
            team = _options.TeamId,
            channel = channel.Id,
            event_ts = message.Ts,
            channel_type = type is "message" ? (channel.IsIm ? "im" : "channel") : null,
        };

    /// <summary>The clicked control as it stands in the blocks; as the caller says where it stands in none.</summary>
    public static object Action(
        (JsonElement Block, JsonElement Element)? control,
        string actionId,
        string? value,
        DateTimeOffset now
    )
    {
        var element = control?.Element;
        var type = element.Text("type") ?? "button";
        var selected = type is "static_select" or "radio_buttons" or "overflow";
        return new
        {
            action_id = actionId,
            block_id = control?.Block.Text("block_id") ?? "gone",
            text = type is "button" ? element.At("text") : null,
            value = selected ? null : value ?? element.Text("value"),
            style = element.Text("style"),
            type,
            selected_option = selected ? new { value = value ?? "" } : null,
            action_ts = (now.ToUnixTimeMilliseconds() / 1000m).ToString(
                "F6",
                CultureInfo.InvariantCulture
            ),
        };
    }

    private static object Shown(SlackUser user) =>
        new
        {
            id = user.Id,
            username = user.Name,
            name = user.Name,
            team_id = user.TeamId,
        };

    /// <summary>The workspace that the payload was raised in: a stranger's own one (Slack Connect).</summary>
    private object Team(SlackUser user) =>
        new { id = user.TeamId, domain = user.IsStranger ? "elsewhere" : _options.TeamName };

    private object Shown(SlackMessage message) =>
        new
        {
            type = "message",
            user = message.User,
            bot_id = message.FromBot ? _options.BotId : null,
            app_id = message.FromBot ? _options.AppId : null,
            ts = message.Ts,
            text = message.Text,
            team = _options.TeamId,
            thread_ts = message.ThreadTs,
            blocks = message.Blocks,
            metadata = message.Metadata,
        };
}
