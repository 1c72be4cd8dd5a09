namespace ChatApprovals.Playground.Slack;

/// <summary>The methods that tell who and what there is: users, conversations, user groups, the team.</summary>
internal sealed class SlackDirectory(SlackWorkspace workspace, SlackChat chat)
{
    private const int PageMax = 1_000;

    public SlackReply Test() =>
        new(
            new
            {
                ok = true,
                url = $"https://{workspace.Options.TeamName}.slack.com/",
                team = workspace.Options.TeamName,
                user = workspace.Options.BotName,
                team_id = workspace.Options.TeamId,
                user_id = workspace.Options.BotUserId,
                bot_id = workspace.Options.BotId,
                is_enterprise_install = false,
            }
        );

    public SlackReply Team() =>
        new(
            new
            {
                ok = true,
                team = new
                {
                    id = workspace.Options.TeamId,
                    name = workspace.Options.TeamName,
                    domain = workspace.Options.TeamName,
                    email_domain = "acme.example",
                },
            }
        );

    public SlackReply User(SlackCall call) =>
        call["user"] is { } id && workspace.Users.TryGetValue(id, out var user)
            ? new(new { ok = true, user = user.Shown() })
            : SlackReply.Refuse("user_not_found");

    /// <summary>Only members of this workspace who are still there.</summary>
    public SlackReply ByEmail(SlackCall call)
    {
        var user = workspace.Users.Values.FirstOrDefault(u =>
            u is { Deleted: false, IsBot: false, IsStranger: false }
            && string.Equals(u.Email, call["email"], StringComparison.OrdinalIgnoreCase)
        );
        return user is null
            ? SlackReply.Refuse("users_not_found")
            : new(new { ok = true, user = user.Shown() });
    }

    public SlackReply OpenConversation(SlackCall call)
    {
        if (call["channel"] is { } known && workspace.Channels.TryGetValue(known, out var channel))
        {
            return new(new { ok = true, channel = Shown(channel) });
        }
        if (call["users"] is not { } users || users.Contains(',', StringComparison.Ordinal))
        {
            return SlackReply.Refuse("invalid_arguments", ["exactly one user is supported here"]);
        }
        if (!workspace.Users.TryGetValue(users, out var user) || user.Deleted)
        {
            return SlackReply.Refuse("user_not_found");
        }
        return user.IsBot
            ? SlackReply.Refuse("cannot_dm_bot")
            : new(new { ok = true, channel = Shown(workspace.Direct(user.Id)) });
    }

    public SlackReply Conversation(SlackCall call) =>
        Find(call) is { } channel
            ? new(new { ok = true, channel = Shown(channel) })
            : SlackReply.Refuse("channel_not_found");

    public SlackReply Conversations(SlackCall call)
    {
        var ims = (call["types"] ?? "public_channel").Contains("im", StringComparison.Ordinal);
        var found = workspace.Channels.Values.Where(c => !c.IsIm || ims).Select(Shown);
        return new(
            new
            {
                ok = true,
                channels = found,
                response_metadata = new { next_cursor = "" },
            }
        );
    }

    public SlackReply Members(SlackCall call) =>
        Find(call) is { } channel
            ? new(
                new
                {
                    ok = true,
                    members = channel.Members,
                    response_metadata = new { next_cursor = "" },
                }
            )
            : SlackReply.Refuse("channel_not_found");

    /// <summary>Newest first; ephemeral messages are in nobody's history.</summary>
    public SlackReply History(SlackCall call)
    {
        if (Find(call) is not { } channel)
        {
            return SlackReply.Refuse("channel_not_found");
        }
        if (!channel.BotIsMember)
        {
            return SlackReply.Refuse("not_in_channel");
        }
        var found = channel.Messages.Where(m => m.EphemeralFor is null).Where(Within(call));
        if (call["ts"] is { } thread) // conversations.replies
        {
            found = found.Where(m => thread is var t && (Is(m.Ts, t) || Is(m.ThreadTs, t)));
        }
        var limit = int.TryParse(call["limit"], out var asked)
            ? Math.Clamp(asked, 1, PageMax)
            : 100;
        var all = found.Reverse().ToList();
        return new(
            new
            {
                ok = true,
                messages = all.Take(limit)
                    .Select(m => chat.Shown(m, call.Flag("include_all_metadata"))),
                has_more = all.Count > limit,
                response_metadata = new { next_cursor = "" },
            }
        );
    }

    public SlackReply GroupMembers(SlackCall call) =>
        call["usergroup"] is { } id
        && workspace.UserGroups.TryGetValue(id, out var group)
        && (!group.Disabled || call.Flag("include_disabled"))
            ? new(new { ok = true, users = group.Users })
            : SlackReply.Refuse("no_such_subteam");

    public SlackReply Groups(SlackCall call) =>
        new(
            new
            {
                ok = true,
                usergroups = workspace
                    .UserGroups.Values.Where(g => !g.Disabled || call.Flag("include_disabled"))
                    .OrderBy(g => g.Id, StringComparer.Ordinal)
                    .Select(g => new
                    {
                        id = g.Id,
                        team_id = workspace.Options.TeamId,
                        is_usergroup = true,
                        name = g.Handle,
                        handle = g.Handle,
                        is_external = false,
                        date_delete = g.Disabled ? 1_700_000_000 : 0,
                        user_count = g.Users.Count,
                        users = call.Flag("include_users") ? g.Users : null,
                    }),
            }
        );

    private static Func<SlackMessage, bool> Within(SlackCall call)
    {
        var (oldest, latest, inclusive) = (call["oldest"], call["latest"], call.Flag("inclusive"));
        return message =>
            Compare(message.Ts, oldest) is var after
            && Compare(message.Ts, latest) is var before
            && (oldest is null || after > 0 || inclusive && after is 0)
            && (latest is null || before < 0 || inclusive && before is 0);
    }

    private static int Compare(string ts, string? other) =>
        decimal.Parse(ts).CompareTo(decimal.TryParse(other, out var value) ? value : 0);

    private static bool Is(string? a, string b) => string.Equals(a, b, StringComparison.Ordinal);

    private SlackChannel? Find(SlackCall call) =>
        call["channel"] is { } id ? workspace.Channels.GetValueOrDefault(id) : null;

    private object Shown(SlackChannel channel) =>
        new
        {
            id = channel.Id,
            name = channel.IsIm ? null : channel.Name,
            is_channel = !channel.IsIm,
            is_group = false,
            is_im = channel.IsIm,
            is_mpim = false,
            is_private = channel.IsIm,
            is_archived = channel.IsArchived,
            is_member = channel.IsIm ? (bool?)null : channel.BotIsMember,
            is_shared = channel.IsExtShared,
            is_ext_shared = channel.IsExtShared,
            is_org_shared = false,
            is_pending_ext_shared = false,
            user = channel.User,
            context_team_id = workspace.Options.TeamId,
        };
}
