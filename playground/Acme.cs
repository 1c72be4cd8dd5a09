using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;

namespace ChatApprovals.Playground;

/// <summary>Acme's conversations on both platforms, and the settings of a bot that works there.</summary>
public static class Acme
{
    public const string SlackChannel = "C07PRODAPPR";
    public const string SlackGeneral = "C07GENERAL1";

    /// <summary>The user group <c>@sre-oncall</c>: Bob.</summary>
    public const string SlackOnCall = "S07SREONCALL";
    public const string TeamsChannel = "19:5c3d9b7e1f2a4d8cb6e0prodappr@thread.tacv2";

    /// <summary>Everyone who has an account gets it, and a place in the channels.</summary>
    public static void Settle(SlackPlatform slack, TeamsPlatform teams)
    {
        var inSlack = People.All.Where(p => p.Slack is not null).ToList();
        foreach (var person in inSlack)
        {
            slack.SetUser(SlackUser.Of(person));
        }
        slack.AddChannel(SlackChannel, "prod-approvals", inSlack.Select(p => p.Slack!));
        slack.AddChannel(SlackGeneral, "general", inSlack.Select(p => p.Slack!));
        slack.SetUserGroup(new(SlackOnCall, "sre-oncall", [People.Bob.Slack!]));
        foreach (var person in inSlack)
        {
            slack.Direct(person.Slack!);
        }
        var inTeams = People.All.Where(p => p.Teams is not null).Select(TeamsMember.Of).ToList();
        teams.AddChannel(TeamsChannel, "Prod approvals", inTeams);
    }

    public static IReadOnlyDictionary<string, string> BotSettings(
        SlackPlatform slack,
        TeamsPlatform teams
    ) =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Slack:Enabled"] = "true",
            ["Slack:SigningSecret"] = slack.Options.SigningSecret,
            ["Slack:BotToken"] = slack.Options.BotToken,
            ["Slack:ApiBaseUrl"] = slack.ApiBaseUrl.ToString(),
            ["Slack:DefaultChannel"] = SlackChannel,
            ["Teams:Enabled"] = "true",
            ["Teams:AppId"] = teams.Options.AppId,
            ["Teams:AppPassword"] = teams.Options.AppPassword,
            ["Teams:TenantId"] = teams.Options.TenantId,
            ["Teams:OpenIdMetadataUrl"] = teams.OpenIdMetadataUrl,
            ["Teams:TokenUrl"] = teams.TokenUrl,
            ["Teams:AllowedServiceUrls:0"] = teams.ServiceUrl,
            ["Teams:DefaultConversation"] = TeamsChannel,
            ["Bootstrap:Admins:0"] = $"slack:{slack.Options.TeamId}:{People.Erin.Slack}",
        };
}
