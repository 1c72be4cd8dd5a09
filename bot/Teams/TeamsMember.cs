using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;

namespace ChatApprovals.Teams;

/// <summary>
/// Reads a member as the Bot Connector tells it. A positive check: only who is said to be a user of this very
/// tenant is a member; a part that is missing makes the account unknown. Pure.
/// </summary>
public static class TeamsMember
{
    /// <summary>How guests sign in: <c>name_their.host#EXT#@tenant</c>.</summary>
    private const string External = "#EXT#";

    /// <summary>What the connector says of the account that was asked for.</summary>
    public static Member Read(JsonElement member, AccountId asked)
    {
        var name = member.Text("name") ?? asked.User;
        ImmutableArray<string> emails =
        [
            .. new[] { member.Text("email"), member.Text("userPrincipalName") }
                .OfType<string>()
                .Where(e => e.Contains('@', StringComparison.Ordinal))
                .Distinct(StringComparer.OrdinalIgnoreCase),
        ];
        return new Member(asked, name, emails) { Obstacle = Obstacle(member, asked) };
    }

    /// <summary>The account of a member, in the member's own tenant; null when the connector does not say.</summary>
    public static AccountId? Account(JsonElement member) =>
        member.Text("tenantId") is { } tenant ? Activities.Account(tenant, User(member)) : null;

    public static Member Unknown(AccountId account) =>
        new(account, account.User, []) { Obstacle = MemberObstacle.Unknown };

    private static MemberObstacle? Obstacle(JsonElement member, AccountId asked)
    {
        if (member.Text("id")?.StartsWith("28:", StringComparison.Ordinal) == true)
        {
            return MemberObstacle.NotHuman;
        }

        if (User(member) is null || member.Text("tenantId") is not { } tenant)
        {
            return MemberObstacle.Unknown;
        }

        if (!string.Equals(tenant, asked.Tenant, StringComparison.OrdinalIgnoreCase))
        {
            return MemberObstacle.Stranger;
        }

        return IsExternal(member) ? MemberObstacle.Guest
            : Account(member) != asked ? MemberObstacle.Unknown
            : OfRoles(member);
    }

    /// <summary>
    /// The connector's own word is <c>userRole</c>, the directory's <c>userType</c>. Where neither is said,
    /// the sign-in name decides, which has no mark of a guest when this is reached.
    /// </summary>
    private static MemberObstacle? OfRoles(JsonElement member)
    {
        var said = new[] { member.Text("userRole"), member.Text("userType") }
            .OfType<string>()
            .Select(r => r.ToUpperInvariant())
            .ToArray();
        if (said.Any(r => r is "GUEST" or "ANONYMOUS"))
        {
            return MemberObstacle.Guest;
        }

        return
            said.All(r => r is "USER" or "MEMBER")
            && (said.Length > 0 || member.Text("userPrincipalName") is { Length: > 0 })
            ? null
            : MemberObstacle.Unknown;
    }

    private static bool IsExternal(JsonElement member) =>
        new[] { member.Text("userPrincipalName"), member.Text("email") }.Any(t =>
            t?.Contains(External, StringComparison.OrdinalIgnoreCase) == true
        );

    // The plain member list says objectId, the others aadObjectId (teams.md 1.4).
    private static string? User(JsonElement member) =>
        member.Text("aadObjectId") ?? member.Text("objectId");
}
