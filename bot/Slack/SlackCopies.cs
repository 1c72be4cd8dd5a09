using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Slack;

/// <summary>
/// A card's message as it is sent, and how to find it again. <c>chat.postMessage</c> knows no idempotency
/// key: the message's metadata carries the copy's token instead.
/// </summary>
internal sealed class SlackCopies(SlackClient client)
{
    private const string EventType = "chatapprovals_card";
    private const int PageSize = 200;
    private const int PagesMax = 10;

    /// <summary>Slack's clock names messages; ours named the copy's time.</summary>
    private static readonly TimeSpan ClocksApart = TimeSpan.FromMinutes(5);

    /// <summary>Whether a copy's message is in its channel.</summary>
    public abstract record Found
    {
        private Found() { }

        public sealed record Here(string Message) : Found;

        public sealed record Nowhere : Found;

        /// <summary>Nobody can say. <see cref="Lasting"/>: asking again will not help by itself.</summary>
        public sealed record Unclear(string Why, bool Lasting) : Found;
    }

    /// <summary>The arguments of <c>chat.postMessage</c>; with <c>ts</c>, of <c>chat.update</c>.</summary>
    public static JsonObject Body(CopyToDraw copy, Rendering rendering)
    {
        var body = SlackJson.Object(rendering.Json);
        body["channel"] = copy.Conversation;
        body["metadata"] = new JsonObject
        {
            ["event_type"] = EventType,
            ["event_payload"] = new JsonObject { ["copy"] = copy.Token },
        };
        return Inert(body);
    }

    /// <summary>Nothing in a message of ours is to be turned into a mention, a link or a preview.</summary>
    public static JsonObject Inert(JsonObject body)
    {
        body["parse"] = "none";
        body["link_names"] = false;
        body["unfurl_links"] = false;
        body["unfurl_media"] = false;
        return body;
    }

    /// <summary>Looks through the channel's messages since the copy was made, newest first.</summary>
    public async Task<Found> FindAsync(CopyToDraw copy, SlackIdentity us, CancellationToken cancel)
    {
        string? before = null;
        for (var page = 0; page < PagesMax; page++)
        {
            var result = await client.FormAsync("conversations.history", Ask(copy, before), cancel);
            if (
                result is not SlackResult.Done { Body: var body }
                || body.At("messages") is not { ValueKind: JsonValueKind.Array } messages
            )
            {
                return new Found.Unclear(
                    $"looking for the card: {result.Text}",
                    result is SlackResult.Refused refused && SlackErrors.IsLasting(refused)
                );
            }

            foreach (var message in messages.EnumerateArray())
            {
                before = message.Text("ts") ?? before;
                if (IsOurs(message, copy.Token, us) && message.Text("ts") is { } ts)
                {
                    return new Found.Here(ts);
                }
            }

            if (body.Flag("has_more") != true)
            {
                return new Found.Nowhere();
            }
        }

        return new Found.Unclear("looking for the card: too many messages since", Lasting: true);
    }

    private static IEnumerable<KeyValuePair<string, string>> Ask(CopyToDraw copy, string? before)
    {
        var oldest = (copy.CreatedAt - ClocksApart).ToUnixTimeSeconds();
        yield return new("channel", copy.Conversation);
        yield return new("oldest", oldest.ToString(CultureInfo.InvariantCulture) + ".000000");
        yield return new("limit", PageSize.ToString(CultureInfo.InvariantCulture));
        yield return new("include_all_metadata", "true");
        if (before is not null)
        {
            yield return new("latest", before);
        }
    }

    /// <summary>Metadata is no secret: another app could post the same, but not as our bot.</summary>
    private static bool IsOurs(JsonElement message, string token, SlackIdentity us) =>
        (
            us.BotId is { } bot
                ? string.Equals(message.Text("bot_id"), bot, StringComparison.Ordinal)
                : string.Equals(message.Text("user"), us.BotUser, StringComparison.Ordinal)
        )
        && string.Equals(
            message.Text("metadata", "event_type"),
            EventType,
            StringComparison.Ordinal
        )
        && string.Equals(
            message.Text("metadata", "event_payload", "copy"),
            token,
            StringComparison.Ordinal
        );
}
