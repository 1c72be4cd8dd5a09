using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Slack;

/// <summary>
/// Reads the <c>user</c> of <c>users.info</c> (docs.slack.dev/reference/objects/user-object). A positive
/// check: whoever is not plainly a live, full, human member of our workspace has an obstacle, and a
/// missing or odd field is one too. Pure.
/// </summary>
public static class SlackMember
{
    /// <summary>Slack's own account says <c>is_bot: false</c>.</summary>
    private const string Slackbot = "USLACKBOT";

    /// <summary>The member as Slack describes it.</summary>
    /// <param name="account">Who was asked for.</param>
    /// <param name="team">Our workspace.</param>
    /// <param name="user">The answer's <c>user</c>.</param>
    public static Member Read(AccountId account, string team, JsonElement user) =>
        new(account, Name(user) ?? account.User, Emails(user))
        {
            Obstacle = Obstacle(account, team, user),
        };

    /// <summary>A member about whom Slack could not or did not say enough.</summary>
    public static Member Unknown(AccountId account) =>
        new(account, account.User, []) { Obstacle = MemberObstacle.Unknown };

    /// <summary>Slack says that there is no such account in our workspace.</summary>
    public static Member Nobody(AccountId account) =>
        new(account, account.User, []) { Obstacle = MemberObstacle.NoSuchAccount };

    private static MemberObstacle? Obstacle(AccountId account, string team, JsonElement user)
    {
        if (
            !Is(user.Text("id"), account.User)
            || user.Text("team_id") is not { } home
            || user.Flag("deleted") is not { } isDeleted
        )
        {
            return MemberObstacle.Unknown;
        }

        // Of a deactivated account Slack tells little else.
        if (isDeleted)
        {
            return MemberObstacle.Deactivated;
        }

        if (
            !(Is(home, team) || IsInWorkspace(user, team))
            || !Is(account.Tenant, team)
            || user.IsSet("is_stranger")
        )
        {
            return MemberObstacle.Stranger;
        }

        if (IsMachine(user) || Is(account.User, Slackbot))
        {
            return MemberObstacle.NotHuman;
        }

        if (user.IsSet("is_invited_user"))
        {
            return MemberObstacle.Deactivated;
        }

        return (
            user.Flag("is_bot"),
            user.Flag("is_restricted"),
            user.Flag("is_ultra_restricted")
        ) switch
        {
            (false, false, false) => null,
            (false, true, not null) or (false, not null, true) => MemberObstacle.Guest,
            _ => MemberObstacle.Unknown,
        };
    }

    /// <summary>In an organisation (Enterprise Grid) a member of our workspace may be at home in another.</summary>
    private static bool IsInWorkspace(JsonElement user, string team) =>
        user.At("enterprise_user", "teams") is { ValueKind: JsonValueKind.Array } teams
        && teams
            .EnumerateArray()
            .Any(t => t.ValueKind == JsonValueKind.String && Is(t.GetString(), team));

    private static bool IsMachine(JsonElement user) =>
        user.Flag("is_bot") == true
        || user.IsSet("is_workflow_bot")
        || user.IsSet("is_connector_bot")
        || user.IsSet("is_app_user");

    private static string? Name(JsonElement user) =>
        user.Text("profile", "display_name")
        ?? user.Text("profile", "real_name")
        ?? user.Text("real_name")
        ?? user.Text("name");

    /// <summary>
    /// What the directory reports, confirmed or not: addresses only ever exclude and count once (contract
    /// section 7), so leaving one out would give power.
    /// </summary>
    private static ImmutableArray<string> Emails(JsonElement user) =>
        user.Text("profile", "email") is { } email ? [email.Trim()] : [];

    private static bool Is(string? a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
