using ChatApprovals.Approvals;

namespace ChatApprovals.Slack;

/// <summary>
/// Who we are in Slack, as <c>auth.test</c> says: the one workspace where the app is installed, the bot's
/// own user, and the app. <see cref="AppId"/> is null where Slack does not tell; the signature alone, which
/// is made with the app's own secret, then proves which app a payload is for.
/// </summary>
public sealed record SlackIdentity(string Team, string BotUser, string? BotId, string? AppId)
{
    /// <summary>
    /// Null when the payload is about our installation, else why not. A user of another workspace passes:
    /// the desk refuses and records them as a stranger.
    /// </summary>
    public string? Problem(SlackSender sender) =>
        Problem(sender.AppId)
        ?? (sender.InstalledTeam is { } at && !Same(at, Team) ? "an installation elsewhere" : null)
        ?? sender.Home switch
        {
            SlackHome.Workspace home when Same(home.Id, Team) => null,
            SlackHome.Workspace when !Same(sender.UserTeam, Team) => null,
            SlackHome.Workspace => "another workspace",
            SlackHome.Organisation => "an organisation-wide installation",
            _ => "no workspace",
        };

    /// <summary>
    /// Null when the app is ours, or its id is not said: the signature, made with the app's own secret,
    /// then says which app it is.
    /// </summary>
    public string? Problem(string? appId) =>
        AppId is null || appId is null || Same(appId, AppId) ? null : "another app";

    public bool IsOurTeam(string? team) => team is not null && Same(team, Team);

    /// <summary>The account, or null for ids that no account can have.</summary>
    public static AccountId? Account(string? team, string user) =>
        AccountId.TryParse($"slack:{team}:{user}", provider: null, out var account)
            ? account
            : null;

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
