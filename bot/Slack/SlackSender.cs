using System.Text.Json;

namespace ChatApprovals.Slack;

/// <summary>The workspace that a payload was raised in, as far as Slack says.</summary>
public abstract record SlackHome
{
    private SlackHome() { }

    public sealed record Workspace(string Id) : SlackHome;

    /// <summary>An organisation-wide installation of Enterprise Grid: no single workspace.</summary>
    public sealed record Organisation(string Id) : SlackHome;

    public sealed record Unsaid : SlackHome;

    /// <summary>Reads <c>team</c> and <c>enterprise</c> of an interaction; both may be null.</summary>
    internal static SlackHome Of(JsonElement payload) =>
        payload.Text("team", "id") is { } team ? new Workspace(team)
        : payload.Text("enterprise", "id") is { } enterprise ? new Organisation(enterprise)
        : new Unsaid();
}

/// <summary>
/// Who acted, where, and through which app, in Slack's ids. <see cref="UserTeam"/> is the user's own
/// workspace, which in a shared channel (Slack Connect) differs from ours. Never a name.
/// <see cref="InstalledTeam"/>: where the app of a modal is installed, or null.
/// </summary>
public sealed record SlackSender(
    string? AppId,
    SlackHome Home,
    string User,
    string UserTeam,
    string? InstalledTeam
)
{
    /// <summary>
    /// Null when the payload does not say who acted. A user without a team of their own is looked up as
    /// one of the payload's workspace: Slack's directory then says whether they are.
    /// </summary>
    internal static SlackSender? Of(JsonElement payload) =>
        payload.Text("user", "id") is { } user
        && (payload.Text("user", "team_id") ?? payload.Text("team", "id")) is { } team
            ? new SlackSender(
                payload.Text("api_app_id"),
                SlackHome.Of(payload),
                user,
                team,
                payload.Text("view", "app_installed_team_id")
            )
            : null;
}
