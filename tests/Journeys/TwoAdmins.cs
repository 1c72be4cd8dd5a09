using ChatApprovals.Playground;
using ChatApprovals.Playground.Teams;

namespace ChatApprovals.Tests.Journeys;

/// <summary>The real bot with two administrators, Erin in Slack and Carol in Teams.</summary>
internal static class TwoAdmins
{
    public static async Task<Site> OpenAsync()
    {
        var site = await Site.OpenAsync();
        await site.TellsErinAsync("slack", "admin add @carol", "Administrators added");
        return site;
    }

    /// <summary>Erin types it in Slack and is told that Carol must confirm it; Carol does so in Teams.</summary>
    public static async Task AgreeAsync(this Site site, string command, string told)
    {
        await site.TellsErinAsync("slack", command, "Asked for confirmation");
        await site.ConfirmAsync();
        await site.Slack.WaitForMessage(
            m => (m.Text + m.Blocks?.GetRawText()).Contains(told, StringComparison.Ordinal),
            Site.Cancel
        );
    }

    public static async Task ConfirmAsync(this Site site) =>
        await site.ClickAsync(await site.CardAsync());

    /// <summary>The card of the change that waits, as Carol sees it.</summary>
    public static Task<TeamsMessage> CardAsync(this Site site) =>
        site.Teams.WaitForMessage(
            m =>
                m.Card?.GetRawText() is { } text
                && text.Contains("\"approve\"", StringComparison.Ordinal)
                && text.Contains("config.", StringComparison.Ordinal),
            Site.Cancel
        );

    /// <summary>Carol approves it.</summary>
    public static Task ClickAsync(this Site site, TeamsMessage card) =>
        site.Teams.Click(People.Carol.Mri!, card.Thread, card.Id, "approve", null, Site.Cancel);
}
