using System.Text.RegularExpressions;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;

namespace ChatApprovals.Playground;

/// <summary>What Erin, the administrator, does first: all by the same commands that any customer would type.</summary>
public sealed partial class Seed(SlackPlatform slack, TeamsPlatform teams)
{
    /// <summary>Where the cloud is that the bot shall guard; null: none.</summary>
    public Uri? Cloud { get; init; }

    public const string AgentName = "deploy-bot";
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>A key may come in a message of its own, after a first answer.</summary>
    private static readonly TimeSpan SecondLimit = TimeSpan.FromSeconds(1);

    /// <summary>Agent key and auditor key; null where the bot gave none.</summary>
    public sealed record Keys(string? Agent, string? Auditor);

    /// <summary>Installs the bot in Teams, and gives it an agent, approvers, routes and an auditor. Commands that the bot does
    /// not know, or has carried out before, are no error.</summary>
    public async Task<Keys> PlantAsync(CancellationToken cancel)
    {
        var (carol, erin) = (People.Carol, People.Erin);
        await teams.Install(erin.Mri!, Acme.TeamsChannel, cancel);
        foreach (var person in new[] { carol, erin })
        {
            await teams.Install(person.Mri!, teams.Personal(person.Mri!).Id, cancel);
        }
        var agent =
            await AskAsync($"agent add {AgentName} owner @erin", AgentKey(), cancel)
            ?? await AskAsync($"agent rotate {AgentName}", AgentKey(), cancel);
        await SayAsync("group add approvers @bob @carol", cancel);
        // In the channel, because nobody can be mentioned in a chat that they are not in.
        var command = $"@{teams.Options.BotName} group add approvers @carol";
        await teams.Write(erin.Mri!, Acme.TeamsChannel, command, cancel);
        foreach (var person in new[] { carol, erin })
        {
            var account = $"teams:{People.Tenant}:{person.Teams}";
            await SayAsync($"person link @{person.Key} {account}", cancel);
        }
        await SayAsync(
            $"route set default slack:{Acme.SlackChannel} teams:{Acme.TeamsChannel}",
            cancel
        );
        if (Cloud is { } cloud)
        {
            // Its address may be another one than the last time.
            await SayAsync($"guard remove {Playground.Cloud.GuardName}", cancel);
            await SayAsync(Playground.Cloud.GuardCommand(cloud), cancel);
        }
        await SayAsync("auditor add @erin", cancel);
        return new(agent, await AskAsync("auditor key", AuditorKey(), cancel));
    }

    private Task<SlackAnswer> SayAsync(string command, CancellationToken cancel) =>
        slack.Command(People.Erin.Slack!, slack.Direct(People.Erin.Slack!).Id, command, cancel);

    /// <summary>Says the command and takes the key out of whatever message answers Erin.</summary>
    private async Task<string?> AskAsync(string command, Regex key, CancellationToken cancel)
    {
        var erin = People.Erin.Slack!;
        var before = slack.Direct(erin).Messages.Count;
        var answer = await SayAsync(command, cancel);
        if (!answer.Ok)
        {
            return null;
        }
        return await AnswerAsync(IsAnswer, before, AnswerLimit, cancel) is null ? null
            : await AnswerAsync(m => Key(m, key) is not null, before, SecondLimit, cancel)
                is { } told
                ? Key(told, key)
            : null;
    }

    /// <summary>The first new message to Erin that is as wanted; null when there is none in time.</summary>
    private async Task<SlackMessage?> AnswerAsync(
        Func<SlackMessage, bool> wanted,
        int before,
        TimeSpan within,
        CancellationToken cancel
    )
    {
        var chat = slack.Direct(People.Erin.Slack!);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(within);
        try
        {
            return await slack.Changes.Until(
                () => chat.Messages.Skip(before).FirstOrDefault(wanted),
                limit.Token
            );
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    private static string? Key(SlackMessage message, Regex key)
    {
        var match = key.Match(message.Text + " " + message.Blocks?.GetRawText());
        return match.Success ? match.Value : null;
    }

    private static bool IsAnswer(SlackMessage message) => message.FromBot;

    [GeneratedRegex("cak_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AgentKey();

    [GeneratedRegex("cau_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AuditorKey();
}
