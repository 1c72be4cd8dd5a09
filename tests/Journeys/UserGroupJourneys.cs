using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;

namespace ChatApprovals.Tests.Journeys;

/// <summary>The real process and a Slack that keeps a user group, over a restart.</summary>
public sealed class UserGroupJourneys
{
    [Fact]
    public async Task A_user_group_backs_a_group_and_is_read_again_after_a_restart()
    {
        await using var site = await Site.OpenAsync();
        await SayAsync(site, "group add oncall @sre-oncall", "Group oncall is larger");
        await SayAsync(site, "group show oncall", "(@sre-oncall): Bob");
        site.Slack.SetUserGroup(
            new SlackUserGroup(Acme.SlackOnCall, "sre-oncall", [People.Carol.Slack!])
        );
        await site.KillAsync();
        await site.StartAsync();
        await SayAsync(site, "group show oncall", "(@sre-oncall): Carol");
    }

    private static async Task SayAsync(Site site, string command, string answer)
    {
        var erin = People.Erin.Slack!;
        var said = await site.Slack.Command(erin, site.Slack.Direct(erin).Id, command, Site.Cancel);
        Assert.True(said.Ok, said.Problem);
        await site.Slack.WaitForMessage(
            m => (m.Text + m.Blocks?.GetRawText()).Contains(answer, StringComparison.Ordinal),
            Site.Cancel
        );
    }
}
