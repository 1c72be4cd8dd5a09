using System.Text.Json;

namespace ChatApprovals.Slack;

/// <summary>What the Events API delivered, as far as the bot listens.</summary>
public abstract record SlackEvent
{
    private SlackEvent() { }

    /// <summary>Slack asks whether the URL is ours: answer the challenge.</summary>
    public sealed record UrlVerification(string Challenge) : SlackEvent;

    /// <summary>
    /// A person wrote to the bot: a direct message, or a mention in a channel. <see cref="UserTeam"/> is
    /// null where Slack does not say which workspace they belong to.
    /// </summary>
    public sealed record Spoken(
        SlackEnvelope Envelope,
        string User,
        string? UserTeam,
        string Channel,
        string Text,
        bool IsDirect
    ) : SlackEvent
    {
        /// <summary>The thread it was written in, by its first message; null: in none.</summary>
        public string? Thread { get; init; }
    }

    /// <summary>An account changed in Slack's directory.</summary>
    public sealed record UserChanged(SlackEnvelope Envelope, string User, string? Team)
        : SlackEvent;

    /// <summary>The app was removed from the workspace, or its tokens were revoked.</summary>
    public sealed record Uninstalled(SlackEnvelope Envelope) : SlackEvent;

    /// <summary>Nothing that the bot acts on.</summary>
    public sealed record Other(string Type) : SlackEvent;

    public sealed record Malformed : SlackEvent;

    /// <summary>Reads a request body. Never throws.</summary>
    public static SlackEvent Parse(ReadOnlyMemory<byte> body)
    {
        if (SlackJson.Parse(body) is not { } root || root.Text("type") is not { } type)
        {
            return new Malformed();
        }

        return type switch
        {
            "url_verification" => root.Text("challenge") is { } challenge
                ? new UrlVerification(challenge)
                : new Malformed(),
            "event_callback" => Inner(root),
            _ => new Other(type),
        };
    }

    private static SlackEvent Inner(JsonElement root)
    {
        if (
            root.Text("event_id") is not { } id
            || root.At("event") is not { ValueKind: JsonValueKind.Object } inner
            || inner.Text("type") is not { } type
        )
        {
            return new Malformed();
        }

        var envelope = new SlackEnvelope(
            id,
            root.Text("api_app_id"),
            root.Text("team_id"),
            root.Flag("is_ext_shared_channel") ?? false
        );
        return type switch
        {
            "app_mention" => Words(envelope, inner, isDirect: false),
            "message" when IsToUs(inner) => Words(envelope, inner, isDirect: true),
            "user_change" or "team_join" => inner.Text("user", "id") is { } user
                ? new UserChanged(envelope, user, inner.Text("user", "team_id"))
                : new Malformed(),
            "app_uninstalled" or "tokens_revoked" => new Uninstalled(envelope),
            _ => new Other(type),
        };
    }

    /// <summary>Where Slack leaves out the kind of conversation, the id says it: D… is a direct message.</summary>
    private static bool IsToUs(JsonElement inner) =>
        inner.Text("channel_type") is { } kind ? kind is "im" : inner.Text("channel") is ['D', ..];

    /// <summary>Only what a person wrote just now: no bots, no edits, no joins, no files' captions.</summary>
    private static SlackEvent Words(SlackEnvelope envelope, JsonElement inner, bool isDirect)
    {
        if (inner.IsSet("bot_id") || inner.IsSet("bot_profile") || inner.IsSet("subtype"))
        {
            return new Other("not a person's message");
        }

        // In a channel shared with another workspace, absence of a team must not mean ours.
        var team =
            inner.Text("user_team")
            ?? inner.Text("team")
            ?? (envelope.IsShared ? null : envelope.Team);
        return inner.Text("user") is { } user && inner.Text("channel") is { } channel
            ? new Spoken(envelope, user, team, channel, inner.Text("text") ?? "", isDirect)
            {
                Thread = inner.Text("thread_ts"),
            }
            : new Malformed();
    }
}

/// <summary>What surrounds an event: its id (the same when Slack delivers it again), app and workspace.</summary>
public sealed record SlackEnvelope(string EventId, string? AppId, string? Team, bool IsShared);
