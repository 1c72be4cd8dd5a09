using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;

namespace ChatApprovals.Playground.Teams;

/// <summary>The Bot Connector's work: messages and conversations. Says what Teams says when it refuses.</summary>
internal sealed class TeamsConnector(
    TeamsTenant tenant,
    TeamsFiles files,
    Recent<string> lints,
    TimeProvider time
)
{
    /// <summary>100 KB of UTF-16 (learn.microsoft.com, "Format your bot messages").</summary>
    private const int PayloadMax = 100 * 1024;

    private readonly ConcurrentDictionary<string, RateWindows> _limits = new(
        StringComparer.Ordinal
    );

    public TeamsReply Post(string conversationId, JsonElement activity)
    {
        if (tenant.Find(conversationId) is not { } conversation)
        {
            return TeamsReply.NoConversation();
        }
        if (Refusal(conversation, conversationId, activity) is { } refusal)
        {
            return refusal;
        }
        if (activity.Text("type") is "typing")
        {
            return new(202, new { });
        }
        var id = Add(conversation, conversationId, activity);
        return new(201, new { id });
    }

    public TeamsReply Put(string conversationId, string activityId, JsonElement activity)
    {
        if (tenant.Find(conversationId) is not { } conversation)
        {
            return TeamsReply.NoConversation();
        }
        if (Refusal(conversation, conversationId, activity) is { } refusal)
        {
            return refusal;
        }
        var changed = conversation.Change(
            activityId,
            old =>
                !old.FromBot
                    ? null
                    : old with
                    {
                        Text = activity.Text("text"),
                        Summary = activity.Text("summary"),
                        Card = CardOf(activity),
                        Consent = TeamsFileCards.ConsentOf(activity),
                        FileInfo = TeamsFileCards.InfoOf(activity),
                        Views = ImmutableDictionary<string, JsonElement>.Empty,
                        Notes = ImmutableDictionary<string, string>.Empty,
                        Edited = true,
                        Version = old.Version + 1,
                    }
        );
        if (changed is null)
        {
            return TeamsReply.NoActivity();
        }
        tenant.Changes.Tell();
        return new(200, new { id = activityId });
    }

    public TeamsReply Delete(string conversationId, string activityId)
    {
        if (tenant.Find(conversationId) is not { } conversation)
        {
            return TeamsReply.NoConversation();
        }
        if (
            conversation.Find(activityId) is not { FromBot: true }
            || !conversation.Remove(activityId)
        )
        {
            return TeamsReply.NoActivity();
        }
        tenant.Changes.Tell();
        return new(200, null);
    }

    /// <summary>A 1:1 chat (the same one every time), or a new thread in a channel. Nothing else.</summary>
    public TeamsReply Create(JsonElement body)
    {
        if (!body.True("isGroup"))
        {
            return CreatePersonal(body);
        }
        var channelId = body.At("channelData").At("channel").Text("id");
        if (channelId is null || tenant.Find(channelId) is not { IsPersonal: false } channel)
        {
            return TeamsReply.BadSyntax("channelData.channel.id must name a channel.");
        }
        if (body.At("activity") is not { } activity)
        {
            return TeamsReply.BadSyntax("Activity is required for a new channel thread.");
        }
        if (Refusal(channel, channelId, activity) is { } refusal)
        {
            return refusal;
        }
        var id = Add(channel, channelId, activity);
        return new(201, new { id = $"{channelId};messageid={id}", activityId = id });
    }

    public TeamsReply Members(string conversationId, bool paged, string? size, string? token)
    {
        if (tenant.Find(conversationId) is not { } conversation)
        {
            return TeamsReply.NoConversation();
        }
        var all = conversation.Members;
        if (!paged)
        {
            return new(200, all.Select(m => m.Shown(asList: true)));
        }
        var page = int.TryParse(size, out var asked) ? Math.Clamp(asked, 1, 500) : 200;
        var from = int.TryParse(token, out var start) ? start : 0;
        var next = from + page < all.Count ? (from + page).ToString() : null;
        var members = all.Skip(from).Take(page).Select(m => m.Shown(asList: false));
        return new(200, new { members, continuationToken = next });
    }

    public TeamsReply Member(string conversationId, string memberId) =>
        tenant.Find(conversationId) is not { } conversation ? TeamsReply.NoConversation()
        : conversation.Member(memberId) is { } member ? new(200, member.Shown(asList: false))
        : TeamsReply.Refuse(
            404,
            "MemberNotFoundInConversation",
            "Member not found in conversation."
        );

    public TeamsReply Team(string teamId) =>
        IsTeam(teamId)
            ? new(
                200,
                new
                {
                    id = teamId,
                    name = tenant.Options.TeamName,
                    aadGroupId = TeamsActivities.GroupId,
                }
            )
            : TeamsReply.NoConversation();

    public TeamsReply Channels(string teamId) =>
        IsTeam(teamId)
            ? new(
                200,
                new
                {
                    conversations = tenant
                        .Conversations.Values.Where(c => !c.IsPersonal)
                        .Select(c => new { id = c.Id, name = c.Name }),
                }
            )
            : TeamsReply.NoConversation();

    private bool IsTeam(string id) =>
        string.Equals(id, tenant.Options.TeamId, StringComparison.Ordinal);

    private TeamsReply CreatePersonal(JsonElement body)
    {
        var members = body.Items("members").ToList();
        if (members.Count is not 1)
        {
            return TeamsReply.BadSyntax("Exactly one member is required for a 1:1 chat.");
        }
        var tenantId = body.Text("tenantId") ?? body.At("channelData").At("tenant").Text("id");
        if (!string.Equals(tenantId, tenant.Options.TenantId, StringComparison.OrdinalIgnoreCase))
        {
            return TeamsReply.BadSyntax("tenantId is missing or another tenant's.");
        }
        if (tenant.Members.GetValueOrDefault(members[0].Text("id") ?? "") is not { } member)
        {
            return TeamsReply.BadSyntax("The member's id is not an MRI that this bot knows.");
        }
        var chat = tenant.Personal(member);
        if (body.At("activity") is { } activity)
        {
            if (Refusal(chat, chat.Id, activity) is { } refusal)
            {
                return refusal;
            }
            Add(chat, chat.Id, activity);
        }
        return new(201, new { id = chat.Id });
    }

    private string Add(TeamsConversation conversation, string thread, JsonElement activity)
    {
        var id = tenant.NextId();
        var inThread = conversation.IsPersonal || thread.Contains(';', StringComparison.Ordinal);
        conversation.Add(
            new(id, tenant.Options.BotMri)
            {
                Thread = inThread ? thread : $"{thread};messageid={id}",
                Text = activity.Text("text"),
                Summary = activity.Text("summary"),
                Card = CardOf(activity),
                Consent = TeamsFileCards.ConsentOf(activity),
                FileInfo = TeamsFileCards.InfoOf(activity),
                FromBot = true,
            }
        );
        tenant.Changes.Tell();
        return id;
    }

    private TeamsReply? Refusal(TeamsConversation conversation, string thread, JsonElement activity)
    {
        if (!conversation.BotMayWrite)
        {
            const string blocked = "Message writes are blocked: the bot is not installed.";
            return TeamsReply.Refuse(403, "MessageWritesBlocked", blocked);
        }
        if (activity.ValueKind is not JsonValueKind.Object || activity.Text("type") is not { } type)
        {
            return TeamsReply.BadSyntax("Activity type is missing.");
        }
        if (activity.GetRawText().Length * 2 > PayloadMax)
        {
            return TeamsReply.Refuse(413, "MessageSizeTooBig", "Message size too large.");
        }
        if (TeamsFileCards.Refusal(activity, conversation, files.Stored.ContainsKey) is { } odd)
        {
            return TeamsReply.BadSyntax(odd);
        }
        if (type is "message" && IsEmpty(activity))
        {
            return TeamsReply.BadSyntax("The message has neither text nor a card.");
        }
        return Refusal(activity) ?? Limited(thread);
    }

    private static bool IsEmpty(JsonElement activity) =>
        activity.Text("text") is null
        && CardOf(activity) is null
        && TeamsFileCards.ConsentOf(activity) is null
        && TeamsFileCards.InfoOf(activity) is null;

    private TeamsReply? Refusal(JsonElement activity)
    {
        foreach (var attachment in activity.Items("attachments"))
        {
            if (attachment.Text("contentType") is null)
            {
                return TeamsReply.BadSyntax("An attachment has no contentType.");
            }
        }
        if (CardOf(activity) is not { } card)
        {
            return null;
        }
        foreach (var lint in CardRules.Lint(card))
        {
            lints.Add(lint);
        }
        return CardRules.Refusal(card) is { } wrong ? TeamsReply.BadSyntax(wrong) : null;
    }

    /// <summary>Per bot and thread (learn.microsoft.com, "Optimize your bot with rate limiting").</summary>
    private TeamsReply? Limited(string thread)
    {
        if (!tenant.Options.RateLimits)
        {
            return null;
        }
        var limit = _limits.GetOrAdd(
            thread,
            _ =>
                new(
                    (7, TimeSpan.FromSeconds(1)),
                    (8, TimeSpan.FromSeconds(2)),
                    (60, TimeSpan.FromSeconds(30)),
                    (1800, TimeSpan.FromHours(1))
                )
        );
        return limit.Take(time.GetUtcNow()) is { } wait
            ? TeamsReply.Slow(RateWindows.Seconds(wait))
            : null;
    }

    internal static JsonElement? CardOf(JsonElement activity) =>
        activity
            .Items("attachments")
            .FirstOrDefault(a => a.Text("contentType") is CardRules.ContentType)
            .At("content");
}
