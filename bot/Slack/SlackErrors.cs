using ChatApprovals.Desk;

namespace ChatApprovals.Slack;

/// <summary>
/// What Slack's errors mean for a card and for whoever has to mend it
/// (docs.slack.dev/reference/methods/chat.postMessage and chat.update, "Errors").
/// </summary>
internal static class SlackErrors
{
    /// <param name="result">Anything but <see cref="SlackResult.Done"/>.</param>
    /// <param name="posting">There is no message yet.</param>
    /// <param name="isOpen">The request waits: it must be seen, as soon as somebody mends what is wrong.</param>
    public static Drawing ToDrawing(SlackResult result, bool posting, bool isOpen) =>
        result switch
        {
            // Slack limits posts by channel, and other methods as a whole: no other copy is taken either.
            SlackResult.Throttled slow => new Drawing.Later(result.Text, slow.After, false)
            {
                IsFull = true,
            },
            SlackResult.NotSent => new Drawing.Later(result.Text, null, false),
            SlackResult.Unsure => new Drawing.Later(result.Text, null, MaybePosted: posting),
            SlackResult.Refused refused => OfError(refused, posting, isOpen),
            _ => throw new ArgumentException("a call that worked is not an error", nameof(result)),
        };

    /// <summary>What is wrong, and how to mend it where a person can.</summary>
    public static string Sentence(SlackResult.Refused refused)
    {
        var meaning = refused.Error switch
        {
            "channel_not_found" =>
                "Slack knows no such channel, or the bot is not in it: correct the route or invite the bot",
            "not_in_channel" => "the bot is not in that channel: invite it",
            "is_archived" => "that channel is archived: set another route",
            "restricted_action" or "restricted_action_read_only_channel" =>
                "the workspace does not let the bot post in that channel",
            "invalid_auth" or "not_authed" => "Slack does not accept Slack:BotToken: copy it again",
            "account_inactive" or "token_revoked" or "token_expired" =>
                "the app was removed or its token revoked: install it again and set Slack:BotToken",
            "missing_scope" or "no_permission" =>
                "the app lacks a scope: install it again from the manifest",
            "msg_blocks_too_long" or "msg_too_long" => "Slack finds the card too long",
            "invalid_blocks" or "invalid_blocks_format" or "no_text" =>
                "Slack does not accept the card",
            "message_not_found" => "the card's message was deleted",
            "cant_update_message" or "edit_window_closed" =>
                "Slack does not let the bot change that message",
            "user_not_in_channel" => "they are not in that channel",
            "expired_trigger_id" or "exchanged_trigger_id" or "invalid_trigger_id" =>
                "the form was opened too late: press the button again",
            _ => "Slack refused",
        };
        return refused.Detail is { } detail
            ? $"{meaning} ({refused.Error}: {detail})"
            : $"{meaning} ({refused.Error})";
    }

    /// <summary>Whether only a person can mend it: the same call will be refused again.</summary>
    public static bool IsLasting(SlackResult.Refused refused) =>
        refused.Error
            is not (
                "fatal_error"
                or "internal_error"
                or "service_unavailable"
                or "request_timeout"
                or "ratelimited"
                or "rate_limited"
            );

    private static Drawing OfError(SlackResult.Refused refused, bool posting, bool isOpen)
    {
        var why = Sentence(refused);
        return refused.Error switch
        {
            "channel_not_found"
            or "not_in_channel"
            or "is_archived"
            or "restricted_action"
            or "restricted_action_read_only_channel" => isOpen
                ? ToMend(why)
                : new Drawing.Never(why),
            "msg_blocks_too_long"
            or "msg_too_long"
            or "invalid_blocks"
            or "invalid_blocks_format"
            or "no_text"
            or "message_not_found"
            or "cant_update_message"
            or "edit_window_closed"
            or "user_not_found"
            or "cannot_dm_bot" => new Drawing.Never(why),
            // Slack: "it's possible some aspect of the operation succeeded before the error was raised".
            "fatal_error" or "internal_error" => new Drawing.Later(why, null, MaybePosted: posting),
            "service_unavailable" or "request_timeout" => new Drawing.Later(
                why,
                null,
                MaybePosted: posting
            ),
            "ratelimited" or "rate_limited" => new Drawing.Later(why, null, false),
            _ => ToMend(why),
        };
    }

    private static Drawing.Later ToMend(string why) => new(why, null, false) { IsToMend = true };
}
