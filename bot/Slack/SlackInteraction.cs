using System.Text.Json;
using ChatApprovals.Cards;

namespace ChatApprovals.Slack;

/// <summary>What a person did with a card or a modal, as far as the bot acts on it.</summary>
public abstract record SlackInteraction
{
    private SlackInteraction() { }

    /// <summary>A button of a message that everyone in <see cref="Channel"/> sees.</summary>
    public sealed record Pressed(
        SlackSender Sender,
        string ActionId,
        string Value,
        string Channel,
        string Message,
        string? TriggerId,
        string? ResponseUrl
    ) : SlackInteraction;

    /// <summary>A button inside a modal: a page of a review is turned, or the request rejected.</summary>
    public sealed record PressedInModal(
        SlackSender Sender,
        string ActionId,
        string Value,
        string ViewId,
        string? Hash,
        string PrivateMetadata,
        string? TriggerId
    ) : SlackInteraction;

    /// <summary>
    /// A modal was submitted. <see cref="HasReason"/>: it has a field for one. <see cref="CanSubmit"/>: it
    /// has a submit button.
    /// </summary>
    public sealed record Submitted(
        SlackSender Sender,
        string CallbackId,
        string PrivateMetadata,
        bool HasReason,
        string? Reason,
        bool CanSubmit
    ) : SlackInteraction
    {
        /// <summary>The text of a policy's form.</summary>
        public string? Yaml { get; init; }
    }

    /// <summary>Nothing that the bot acts on, such as a shortcut or a closed modal.</summary>
    public sealed record Other(string Type) : SlackInteraction;

    public sealed record Malformed : SlackInteraction;

    /// <summary>Reads the JSON of the form field <c>payload</c>. Never throws.</summary>
    public static SlackInteraction Parse(ReadOnlyMemory<byte> json)
    {
        if (SlackJson.Parse(json) is not { } payload || payload.Text("type") is not { } type)
        {
            return new Malformed();
        }

        return type switch
        {
            "block_actions" => SlackSender.Of(payload) is { } sender
                ? Action(payload, sender)
                : new Malformed(),
            "view_submission" => SlackSender.Of(payload) is { } sender
                ? Submission(payload, sender)
                : new Malformed(),
            _ => new Other(type),
        };
    }

    private static SlackInteraction Action(JsonElement payload, SlackSender sender)
    {
        if (
            payload.At("actions") is not { ValueKind: JsonValueKind.Array } actions
            || actions.GetArrayLength() != 1
            || actions[0] is not { ValueKind: JsonValueKind.Object } action
            || action.Text("type") is not "button"
            || action.Text("action_id") is not { } id
            || action.Text("value") is not { } value
        )
        {
            return new Other("block_actions without exactly one of our buttons");
        }

        return Container(payload) switch
        {
            "message" => OnMessage(payload, sender, id, value),
            "view" => InModal(payload, sender, id, value),
            _ => new Other("a button that is neither on a message nor in a modal"),
        };
    }

    /// <summary>Where Slack does not name the container, what else is there says it.</summary>
    private static string? Container(JsonElement payload) =>
        payload.Text("container", "type")
        ?? (
            payload.IsSet("view") ? "view"
            : payload.IsSet("message") ? "message"
            : null
        );

    private static SlackInteraction OnMessage(
        JsonElement payload,
        SlackSender sender,
        string id,
        string value
    )
    {
        var channel = payload.Text("container", "channel_id") ?? payload.Text("channel", "id");
        var message = payload.Text("container", "message_ts") ?? payload.Text("message", "ts");
        if (
            channel is null
            || message is null
            || Contradicts(payload.Text("channel", "id"), channel)
            || Contradicts(payload.Text("message", "ts"), message)
        )
        {
            return new Malformed();
        }

        return new Pressed(
            sender,
            id,
            value,
            channel,
            message,
            payload.Text("trigger_id"),
            payload.Text("response_url")
        );
    }

    private static SlackInteraction InModal(
        JsonElement payload,
        SlackSender sender,
        string id,
        string value
    ) =>
        payload.Text("view", "type") is not "modal" ? new Other("a button of the app's home")
        : payload.Text("view", "id") is { } view
            ? new PressedInModal(
                sender,
                id,
                value,
                view,
                payload.Text("view", "hash"),
                payload.Text("view", "private_metadata") ?? "",
                payload.Text("trigger_id")
            )
        : new Malformed();

    private static SlackInteraction Submission(JsonElement payload, SlackSender sender)
    {
        if (payload.Text("view", "callback_id") is not { } callback)
        {
            return new Other("a modal that is not ours");
        }

        var field = payload.At("view", "state", "values", "reason", "reason");
        return new Submitted(
            sender,
            callback,
            payload.Text("view", "private_metadata") ?? "",
            field is not null,
            field?.Text("value"),
            payload.IsSet("view", "submit")
        )
        {
            Yaml = payload
                .At("view", "state", "values", PolicyForm.Field, PolicyForm.Field)
                ?.Text("value"),
        };
    }

    private static bool Contradicts(string? said, string other) =>
        said is not null && !string.Equals(said, other, StringComparison.Ordinal);
}
