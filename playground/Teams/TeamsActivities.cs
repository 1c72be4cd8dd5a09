using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Playground.Teams;

/// <summary>Activities as Teams sends them to a bot. Pure but for ids and the time given.</summary>
internal sealed class TeamsActivities(TeamsOptions options, Func<string> serviceUrl)
{
    /// <summary>The Entra group behind the team.</summary>
    public const string GroupId = "3d9c0a77-5b1e-4f64-8c2a-91e6b7d40f55";

    public JsonObject Message(
        TeamsMember from,
        TeamsConversation conversation,
        string thread,
        string id,
        string text,
        IEnumerable<(string Tag, string Id, string Name)> mentions,
        DateTimeOffset now
    )
    {
        var activity = Base("message", id, from, conversation, thread, now);
        activity["text"] = text;
        activity["textFormat"] = "plain";
        var entities = (JsonArray)activity["entities"]!;
        foreach (var (tag, mentioned, name) in mentions)
        {
            entities.Add(
                new JsonObject
                {
                    ["type"] = "mention",
                    ["mentioned"] = new JsonObject { ["id"] = mentioned, ["name"] = name },
                    ["text"] = tag,
                }
            );
        }
        return activity;
    }

    public JsonObject Invoke(
        TeamsMember from,
        TeamsConversation conversation,
        TeamsMessage message,
        JsonObject action,
        string trigger,
        DateTimeOffset now
    )
    {
        var id = "f:" + RandomIds.Guid();
        var activity = Base("invoke", id, from, conversation, message.Thread, now);
        activity["name"] = "adaptiveCard/action";
        activity["replyToId"] = message.Id;
        activity["value"] = new JsonObject { ["action"] = action, ["trigger"] = trigger };
        activity["channelData"]!["source"] = new JsonObject { ["name"] = "message" };
        return activity;
    }

    /// <summary>The answer to a file consent card; declined when there is no upload.</summary>
    public JsonObject FileConsent(
        TeamsMember from,
        TeamsConversation conversation,
        string messageId,
        JsonElement context,
        JsonObject? upload,
        DateTimeOffset now
    )
    {
        var activity = Base("invoke", NewId(), from, conversation, conversation.Id, now);
        activity["name"] = "fileConsent/invoke";
        activity["replyToId"] = messageId;
        activity["value"] = new JsonObject
        {
            ["type"] = "fileUpload",
            ["action"] = upload is null ? "decline" : "accept",
            ["context"] = JsonNode.Parse(context.GetRawText()),
            ["uploadInfo"] = upload,
        };
        return activity;
    }

    /// <summary>The bot (or a member) was added to the conversation.</summary>
    public JsonObject MembersAdded(
        TeamsMember by,
        TeamsConversation conversation,
        string addedId,
        DateTimeOffset now
    )
    {
        var activity = Base("conversationUpdate", NewId(), by, conversation, conversation.Id, now);
        activity["membersAdded"] = new JsonArray(new JsonObject { ["id"] = addedId });
        if (!conversation.IsPersonal)
        {
            activity["channelData"]!["eventType"] = "teamMemberAdded";
        }
        return activity;
    }

    /// <summary>The app came or went: the action is <c>add</c> or <c>remove</c>.</summary>
    public JsonObject Installation(
        TeamsMember by,
        TeamsConversation conversation,
        string action,
        DateTimeOffset now
    )
    {
        var activity = Base("installationUpdate", NewId(), by, conversation, conversation.Id, now);
        activity["action"] = action;
        return activity;
    }

    private static string NewId() => "f:" + RandomIds.Guid();

    private JsonObject Base(
        string type,
        string id,
        TeamsMember from,
        TeamsConversation conversation,
        string thread,
        DateTimeOffset now
    ) =>
        new()
        {
            ["type"] = type,
            ["id"] = id,
            ["timestamp"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
            ["serviceUrl"] = serviceUrl(),
            ["channelId"] = "msteams",
            ["from"] = new JsonObject
            {
                ["id"] = from.Mri,
                ["name"] = from.Name,
                ["aadObjectId"] = from.Aad,
            },
            ["conversation"] = Conversation(conversation, thread),
            ["recipient"] = new JsonObject { ["id"] = options.BotMri, ["name"] = options.BotName },
            ["locale"] = "en-GB",
            ["entities"] = new JsonArray(
                new JsonObject
                {
                    ["type"] = "clientInfo",
                    ["locale"] = "en-GB",
                    ["country"] = "GB",
                    ["platform"] = "Web",
                    ["timezone"] = "Europe/London",
                }
            ),
            ["channelData"] = ChannelData(conversation),
        };

    private JsonObject Conversation(TeamsConversation conversation, string thread)
    {
        var shown = new JsonObject
        {
            ["conversationType"] = conversation.IsPersonal ? "personal" : "channel",
            ["tenantId"] = options.TenantId,
            ["id"] = thread,
        };
        if (!conversation.IsPersonal)
        {
            shown["isGroup"] = true;
        }
        return shown;
    }

    private JsonObject ChannelData(TeamsConversation conversation)
    {
        var data = new JsonObject { ["tenant"] = new JsonObject { ["id"] = options.TenantId } };
        if (!conversation.IsPersonal)
        {
            data["team"] = new JsonObject
            {
                ["id"] = options.TeamId,
                ["name"] = options.TeamName,
                ["aadGroupId"] = GroupId,
            };
            data["channel"] = new JsonObject
            {
                ["id"] = conversation.Id,
                ["name"] = conversation.Name,
            };
            data["teamsTeamId"] = options.TeamId;
            data["teamsChannelId"] = conversation.Id;
        }
        return data;
    }

    /// <summary>The card's action of that verb with what the person typed merged into its data.</summary>
    public static JsonObject Action(JsonElement? card, string verb, JsonElement? typed)
    {
        var found = card
            ?.Objects()
            .FirstOrDefault(o =>
                o.Text("type") is "Action.Execute"
                && string.Equals(o.Text("verb"), verb, StringComparison.Ordinal)
            );
        var data = new JsonObject();
        Merge(data, found?.At("data"));
        Merge(data, typed);
        return new()
        {
            ["type"] = "Action.Execute",
            ["id"] = found?.Text("id"),
            ["title"] = found?.Text("title"),
            ["verb"] = verb,
            ["data"] = data,
        };
    }

    private static void Merge(JsonObject data, JsonElement? more)
    {
        if (more is { ValueKind: JsonValueKind.Object } members)
        {
            foreach (var member in members.EnumerateObject())
            {
                data[member.Name] = JsonNode.Parse(member.Value.GetRawText());
            }
        }
    }
}
