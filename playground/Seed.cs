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

    /// <summary>How long one command is tried, and its answer awaited, before Erin gives up.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Agent key and auditor key; null where the bot gave none.</summary>
    public sealed record Keys(string? Agent, string? Auditor);

    /// <summary>Installs the bot in Teams, and gives it an agent, approvers, routes and an auditor. Commands that the bot does
    /// not know, or has carried out before, are no error.</summary>
    public async Task<Keys> PlantAsync(CancellationToken cancel)
    {
        var (carol, erin) = (People.Carol, People.Erin);
        await InstallAsync(erin, Acme.TeamsChannel, cancel);
        foreach (var person in new[] { carol, erin })
        {
            await InstallAsync(person, teams.Personal(person.Mri!).Id, cancel);
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

    private Task<bool> SayAsync(string command, CancellationToken cancel)
    {
        var erin = People.Erin.Slack!;
        return HeardAsync(
            async () => (await slack.Command(erin, slack.Direct(erin).Id, command, cancel)).Ok,
            cancel
        );
    }

    private Task<bool> InstallAsync(Person person, string conversation, CancellationToken cancel) =>
        HeardAsync(async () => (await teams.Install(person.Mri!, conversation, cancel)).Ok, cancel);

    /// <summary>Does it again while the bot cannot hear it: one that has just started may not be ready.</summary>
    private async Task<bool> HeardAsync(Func<Task<bool>> act, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        while (!await act())
        {
            await Task.Delay(Pause, limit.Token)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (limit.IsCancellationRequested)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Says the command and takes the key out of whatever message answers Erin.</summary>
    private async Task<string?> AskAsync(string command, Regex key, CancellationToken cancel)
    {
        var before = slack.Direct(People.Erin.Slack!).Messages.Count;
        return
            await SayAsync(command, cancel)
            && await AnswerAsync(m => Key(m, key) is not null || IsRefusal(m), before, cancel)
                is { } told
            ? Key(told, key)
            : null;
    }

    /// <summary>The first new message to Erin that is as wanted; null when there is none in time.</summary>
    private async Task<SlackMessage?> AnswerAsync(
        Func<SlackMessage, bool> wanted,
        int before,
        CancellationToken cancel
    )
    {
        var chat = slack.Direct(People.Erin.Slack!);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
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

    /// <summary>There is one by that name already: an earlier Erin made it.</summary>
    private static bool IsRefusal(SlackMessage message) =>
        message.FromBot
        && message.Blocks?.GetRawText().Contains(" already", StringComparison.Ordinal) is true;

    [GeneratedRegex("cak_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AgentKey();

    [GeneratedRegex("cau_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AuditorKey();
}
