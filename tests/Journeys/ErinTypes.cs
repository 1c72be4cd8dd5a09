using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>Erin, who administers, types a command in one of the apps, and reads the answer alone.</summary>
internal static class ErinTypes
{
    /// <summary>A group that nobody is in any more.</summary>
    public static async Task EmptyGroupAsync(this Site site)
    {
        await site.TellsErinAsync("slack", "group add empty @carol", "empty");
        await site.TellsErinAsync("slack", "group remove empty @carol", "empty");
    }

    /// <summary>How often the configuration was changed.</summary>
    public static async Task<int> ConfigAsync(this Site site)
    {
        await site.Ledger.RefreshAsync(Site.Cancel);
        return site.Ledger.Entries.Count(e =>
            e.Kind().StartsWith("config.", StringComparison.Ordinal)
        );
    }

    /// <summary>A command in her own chat in Slack, whatever the bot answers to it.</summary>
    public static async Task SayAsErinAsync(this Site site, string command)
    {
        var erin = People.Erin.Slack!;
        var chat = site.Slack.Direct(erin);
        var before = chat.Messages.Count;
        Assert.True((await site.Slack.Command(erin, chat.Id, command, Site.Cancel)).Ok);
        await Eventually.TrueAsync(() => chat.Messages.Count > before, $"an answer to {command}");
    }

    public static async Task TellsErinAsync(
        this Site site,
        string app,
        string command,
        string wanted
    )
    {
        var wrong = await site.WrongAsync(app, command, wanted);
        Assert.True(wrong is null, wrong);
    }

    /// <summary>Null when she, and nobody else, reads what is wanted; else what she reads.</summary>
    public static async Task<string?> WrongAsync(
        this Site site,
        string app,
        string command,
        string wanted
    )
    {
        var erin = People.Erin;
        var before = Own(site, app).Select(m => m.Id).ToHashSet(StringComparer.Ordinal);
        var problem = app is "slack"
            ? (
                await site.Slack.Command(erin.Slack!, Acme.SlackGeneral, command, Site.Cancel)
            ).Problem
            : (
                await site.Teams.Write(
                    erin.Mri!,
                    Acme.TeamsChannel,
                    $"@{site.Teams.Options.BotName} {command}",
                    Site.Cancel
                )
            ).Problem;
        Assert.Null(problem);
        string Read() =>
            string.Join('\n', Own(site, app).Where(m => before.Add(m.Id)).Select(m => m.Text));
        var read = Read();
        await Eventually.TrueAsync(
            () => Task.FromResult((read += Read()).Contains(wanted, StringComparison.Ordinal)),
            () => $"{app}: {command} is answered {wanted}, not {read}"
        );
        var others = Everybodys(site).Where(t => t.Contains(wanted, StringComparison.Ordinal));
        return others.Any() ? $"others read {string.Join('\n', others)}" : null;
    }

    /// <summary>What Erin alone reads.</summary>
    private static IEnumerable<(string Id, string Text)> Own(Site site, string app) =>
        app is "slack"
            ? site
                .Slack.Channels.SelectMany(c => c.Messages)
                .Where(m =>
                    m.EphemeralFor is { } one
                        ? string.Equals(one, People.Erin.Slack, StringComparison.Ordinal)
                        : string.Equals(
                            m.Channel,
                            site.Slack.Direct(People.Erin.Slack!).Id,
                            StringComparison.Ordinal
                        )
                )
                .Select(m => ($"{m.Channel} {m.Ts}", m.Text + m.Blocks?.GetRawText()))
            : site
                .Teams.Personal(People.Erin.Mri!)
                .Messages.Where(m => m.FromBot)
                .Select(m => (m.Id, m.Text + m.Card?.GetRawText()));

    /// <summary>What everybody reads in the channels, but the cards of requests.</summary>
    private static IEnumerable<string> Everybodys(Site site) =>
        site
            .Slack.Channels.Where(c => !c.IsIm)
            .SelectMany(c => c.Messages)
            .Where(m => m is { FromBot: true, EphemeralFor: null, Metadata: null })
            .Select(m => m.Text + m.Blocks?.GetRawText())
            .Concat(
                site.Teams.Conversation(Acme.TeamsChannel)!
                    .Messages.Where(m => m is { FromBot: true, Card: null })
                    .Select(m => m.Text ?? "")
            );
}
