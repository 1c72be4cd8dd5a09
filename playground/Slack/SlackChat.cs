using System.Text.Json;

namespace ChatApprovals.Playground.Slack;

/// <summary>The methods <c>chat.*</c>.</summary>
internal sealed class SlackChat(SlackWorkspace workspace)
{
    /// <summary>docs.slack.dev, chat.postMessage, "Truncating content".</summary>
    private const int TextMax = 40_000;

    public SlackReply Post(SlackCall call)
    {
        if (Target(call["channel"]) is not { } channel)
        {
            return SlackReply.Refuse("channel_not_found");
        }
        if (Refusal(channel) is { } refusal)
        {
            return refusal;
        }
        var (content, error) = Content.Of(call);
        if (content is null)
        {
            return error!;
        }
        var message = content.Message(channel.Id, workspace.NextTs(), workspace.Options) with
        {
            Metadata = call.Structured("metadata"),
            ThreadTs = call["thread_ts"],
        };
        channel.Add(message);
        workspace.Changes.Tell();
        return new(
            new
            {
                ok = true,
                channel = channel.Id,
                ts = message.Ts,
                message = Shown(message, metadata: true),
            }
        );
    }

    public SlackReply PostEphemeral(SlackCall call)
    {
        if (Target(call["channel"]) is not { } channel)
        {
            return SlackReply.Refuse("channel_not_found");
        }
        if (Refusal(channel) is { } refusal)
        {
            return refusal;
        }
        if (call["user"] is not { } user || !channel.Members.Contains(user, StringComparer.Ordinal))
        {
            return SlackReply.Refuse("user_not_in_channel");
        }
        var (content, error) = Content.Of(call);
        if (content is null)
        {
            return error!;
        }
        var message = content.Message(channel.Id, workspace.NextTs(), workspace.Options) with
        {
            EphemeralFor = user,
        };
        channel.Add(message);
        workspace.Changes.Tell();
        return new(new { ok = true, message_ts = message.Ts });
    }

    public SlackReply Update(SlackCall call)
    {
        if (Known(call["channel"]) is not { } channel)
        {
            return SlackReply.Refuse("channel_not_found");
        }
        if (channel.Find(call["ts"]) is not { EphemeralFor: null } old)
        {
            return SlackReply.Refuse("message_not_found");
        }
        if (!old.FromBot)
        {
            return SlackReply.Refuse("cant_update_message");
        }
        var (content, error) = Content.Of(call);
        if (content is null)
        {
            return error!;
        }
        var message = old with
        {
            Text = content.Text ?? old.Text,
            Blocks = content.Blocks ?? old.Blocks,
            Metadata = call.Structured("metadata") ?? old.Metadata,
            Edited = true,
        };
        if (!channel.Replace(message))
        {
            return SlackReply.Refuse("message_not_found");
        }
        workspace.Changes.Tell();
        var shown = Shown(message, metadata: true);
        return new(
            new
            {
                ok = true,
                channel = channel.Id,
                ts = message.Ts,
                text = message.Text,
                message = shown,
            }
        );
    }

    public SlackReply Delete(SlackCall call)
    {
        if (Known(call["channel"]) is not { } channel)
        {
            return SlackReply.Refuse("channel_not_found");
        }
        if (channel.Find(call["ts"]) is not { } message)
        {
            return SlackReply.Refuse("message_not_found");
        }
        if (!message.FromBot)
        {
            return SlackReply.Refuse("cant_delete_message");
        }
        channel.Remove(message.Ts);
        workspace.Changes.Tell();
        return new(
            new
            {
                ok = true,
                channel = channel.Id,
                ts = message.Ts,
            }
        );
    }

    public SlackReply Permalink(SlackCall call)
    {
        var message = Known(call["channel"])?.Find(call["message_ts"]);
        var host = $"https://{workspace.Options.TeamName}.slack.com";
        return message is null
            ? SlackReply.Refuse("message_not_found")
            : new(
                new
                {
                    ok = true,
                    channel = message.Channel,
                    permalink = $"{host}/archives/{message.Channel}/p{message.Ts.Replace(".", "", StringComparison.Ordinal)}",
                }
            );
    }

    /// <summary>A message as the API shows it. Metadata only to who asked for it.</summary>
    public object Shown(SlackMessage message, bool metadata) =>
        new
        {
            type = "message",
            user = message.User,
            bot_id = message.FromBot ? workspace.Options.BotId : null,
            app_id = message.FromBot ? workspace.Options.AppId : null,
            team = workspace.Options.TeamId,
            ts = message.Ts,
            thread_ts = message.ThreadTs,
            text = message.Text,
            blocks = message.Blocks,
            metadata = metadata ? message.Metadata : null,
            edited = message.Edited ? new { user = message.User, ts = message.Ts } : null,
        };

    private SlackChannel? Known(string? id) =>
        id is null ? null : workspace.Channels.GetValueOrDefault(id);

    /// <summary>A user id instead of a channel means their direct message.</summary>
    private SlackChannel? Target(string? id) =>
        Known(id)
        ?? (id is not null && workspace.Users.ContainsKey(id) ? workspace.Direct(id) : null);

    private static SlackReply? Refusal(SlackChannel channel) =>
        channel switch
        {
            { IsArchived: true } => SlackReply.Refuse("is_archived"),
            { BotIsMember: false } => SlackReply.Refuse("not_in_channel"),
            _ => null,
        };

    /// <summary>Checked text and blocks of a message that is about to be stored.</summary>
    internal sealed record Content(string? Text, JsonElement? Blocks)
    {
        public static (Content?, SlackReply?) Of(SlackCall call)
        {
            var blocks = call.Structured("blocks");
            var text = call["text"];
            if (string.IsNullOrEmpty(text) && (blocks is not { } some || IsEmpty(some)))
            {
                return (null, SlackReply.Refuse("no_text"));
            }
            if (text?.Length > TextMax)
            {
                return (null, SlackReply.Refuse("msg_too_long"));
            }
            if (blocks is { } given && Refusal(given) is { } refusal)
            {
                return (null, refusal);
            }
            if (call.Structured("metadata") is { } metadata && !IsMetadata(metadata))
            {
                return (null, SlackReply.Refuse("invalid_metadata_format"));
            }
            var escaped = text is null ? null : SlackText.Mrkdwn(text);
            return (new(escaped, blocks is { } b ? SlackText.Stored(b) : null), null);
        }

        public SlackMessage Message(string channel, string ts, SlackOptions options) =>
            new(channel, ts, options.BotUserId, Text ?? "") { Blocks = Blocks, FromBot = true };

        private static bool IsEmpty(JsonElement blocks) =>
            blocks.ValueKind is JsonValueKind.Array && blocks.GetArrayLength() is 0;

        private static bool IsMetadata(JsonElement metadata) =>
            metadata.Text("event_type") is { Length: > 0 }
            && metadata.At("event_payload") is { ValueKind: JsonValueKind.Object };

        private static SlackReply? Refusal(JsonElement blocks)
        {
            if (blocks.ValueKind is not JsonValueKind.Array)
            {
                return SlackReply.Refuse("invalid_blocks_format");
            }
            if (BlockKitRules.Check(blocks, BlockKitRules.MessageBlocksMax) is { Count: > 0 } said)
            {
                return SlackReply.Refuse("invalid_blocks", said);
            }
            return BlockKitRules.Characters(blocks) > BlockKitRules.MessageCharactersMax
                ? SlackReply.Refuse("msg_blocks_too_long")
                : null;
        }
    }
}
