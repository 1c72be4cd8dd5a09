namespace ChatApprovals.Playground.Slack;

/// <summary>An account of the workspace (or of another one: <see cref="IsStranger"/>) as <c>users.info</c> tells it.</summary>
public sealed record SlackUser(string Id, string Name, string RealName, string Email)
{
    public string TeamId { get; init; } = People.SlackTeam;
    public bool EmailConfirmed { get; init; } = true;
    public bool IsBot { get; init; }
    public bool Deleted { get; init; }
    public bool IsAdmin { get; init; }

    /// <summary>Guest of several channels.</summary>
    public bool IsRestricted { get; init; }

    /// <summary>Guest of one channel.</summary>
    public bool IsUltraRestricted { get; init; }

    /// <summary>From another workspace, by Slack Connect.</summary>
    public bool IsStranger { get; init; }

    internal static SlackUser Of(Person person) =>
        new(person.Slack!, person.Key, person.Name, person.Email)
        {
            IsRestricted = person.Guest,
            IsAdmin = person.Key is "erin",
        };

    internal object Shown() =>
        new
        {
            id = Id,
            team_id = TeamId,
            name = Name,
            deleted = Deleted,
            real_name = RealName,
            tz = "Europe/Amsterdam",
            profile = new
            {
                real_name = RealName,
                display_name = RealName, // as most people write it; Name is the old handle
                email = IsBot || IsStranger ? null : Email,
                team = TeamId,
            },
            is_admin = IsAdmin,
            is_owner = false,
            is_primary_owner = false,
            is_restricted = IsRestricted,
            is_ultra_restricted = IsUltraRestricted,
            is_bot = IsBot,
            is_app_user = false,
            is_stranger = IsStranger ? true : (bool?)null,
            is_email_confirmed = EmailConfirmed,
            updated = 1_700_000_000,
        };
}
