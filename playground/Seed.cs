using System.Text.RegularExpressions;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;

namespace ChatApprovals.Playground;

/// <summary>What Erin, the administrator, does first: all by the same commands that any customer would type.</summary>
public sealed partial class Seed(SlackPlatform slack, TeamsPlatform teams)
{
    public const string AgentName = "deploy-bot";
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>Agent key and auditor key; null where the bot gave none.</summary>
    public sealed record Keys(string? Agent, string? Auditor);

    /// <summary>Installs the bot in Teams, and gives it an agent, approvers, routes and an auditor. Commands that the bot does
    /// not know, or has carried out before, are no error.</summary>
    public async Task<Keys> Plant(CancellationToken cancel)
    {
        var (carol, erin) = (People.Carol, People.Erin);
        await teams.Install(erin.Mri!, Acme.TeamsChannel, cancel);
        foreach (var person in new[] { carol, erin })
        {
            await teams.Install(person.Mri!, teams.Personal(person.Mri!).Id, cancel);
        }
        var agent =
            await Ask($"agent add {AgentName} owner @erin", AgentKey(), cancel)
            ?? await Ask($"agent rotate {AgentName}", AgentKey(), cancel);
        await Say("group add approvers @bob @carol", cancel);
        foreach (var person in new[] { carol, erin })
        {
            var account = $"teams:{People.Tenant}:{person.Teams}";
            await Say($"person link @{person.Key} {account}", cancel);
        }
        await Say($"route set default slack:{Acme.SlackChannel} teams:{Acme.TeamsChannel}", cancel);
        await Say("auditor add @erin", cancel);
        return new(agent, await Ask("auditor key", AuditorKey(), cancel));
    }

    private Task<SlackAnswer> Say(string command, CancellationToken cancel) =>
        slack.Command(People.Erin.Slack!, slack.Direct(People.Erin.Slack!).Id, command, cancel);

    /// <summary>Says the command and takes the key out of whatever message answers Erin.</summary>
    private async Task<string?> Ask(string command, Regex key, CancellationToken cancel)
    {
        var erin = People.Erin.Slack!;
        var before = slack.Direct(erin).Messages.Count;
        var answer = await Say(command, cancel);
        if (!answer.Ok)
        {
            return null;
        }
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerLimit);
        try
        {
            var said = await slack.Changes.Until(
                () => slack.Direct(erin).Messages.Skip(before).FirstOrDefault(IsAnswer),
                limit.Token
            );
            var match = key.Match(said.Text + " " + said.Blocks?.GetRawText());
            return match.Success ? match.Value : null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private static bool IsAnswer(SlackMessage message) => message.FromBot;

    [GeneratedRegex("cak_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AgentKey();

    [GeneratedRegex("cau_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AuditorKey();
}
