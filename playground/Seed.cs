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

    private Task<SlackMessage?> SayAsync(string command, CancellationToken cancel) =>
        AnswerAsync(command, m => m.FromBot, cancel);

    /// <summary>Says the command and takes the key out of whatever message answers Erin.</summary>
    private async Task<string?> AskAsync(string command, Regex key, CancellationToken cancel) =>
        await AnswerAsync(command, m => Key(m, key) is not null || IsRefusal(m), cancel) is { } told
            ? Key(told, key)
            : null;

    /// <summary>Installs the bot there, again while it cannot hear it.</summary>
    private async Task InstallAsync(Person person, string conversation, CancellationToken cancel)
    {
        using var limit = Limit(cancel);
        while (
            !limit.IsCancellationRequested
            && !(await teams.Install(person.Mri!, conversation, cancel)).Ok
        )
        {
            await PauseAsync(limit.Token);
        }
    }

    /// <summary>The bot's first message that is as wanted. The command is said again while the bot cannot hear it or asks
    /// for that: one that has just started may be slow. Null when there is none in time.</summary>
    private async Task<SlackMessage?> AnswerAsync(
        string command,
        Func<SlackMessage, bool> wanted,
        CancellationToken cancel
    )
    {
        var erin = People.Erin.Slack!;
        var chat = slack.Direct(erin);
        using var limit = Limit(cancel);
        while (!limit.IsCancellationRequested)
        {
            var before = chat.Messages.Count;
            var said = await slack.Command(erin, chat.Id, command, cancel);
            var answer = said.Ok
                ? await FirstAsync(
                    () =>
                        chat.Messages.Skip(before).FirstOrDefault(m => wanted(m) || IsTryAgain(m)),
                    limit.Token
                )
                : null;
            if (answer is not null && !IsTryAgain(answer))
            {
                return answer;
            }
            await PauseAsync(limit.Token);
        }
        cancel.ThrowIfCancellationRequested();
        return null;
    }

    private async Task<SlackMessage?> FirstAsync(Func<SlackMessage?> find, CancellationToken cancel)
    {
        try
        {
            return await slack.Changes.Until(find, cancel);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private CancellationTokenSource Limit(CancellationToken cancel)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        return limit;
    }

    private static async Task PauseAsync(CancellationToken cancel) =>
        await Task.Delay(Pause, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    private static string? Key(SlackMessage message, Regex key)
    {
        var match = key.Match(message.Text + " " + message.Blocks?.GetRawText());
        return match.Success ? match.Value : null;
    }

    /// <summary>There is one by that name already: an earlier Erin made it.</summary>
    private static bool IsRefusal(SlackMessage message) => Says(message, " already");

    private static bool IsTryAgain(SlackMessage message) => Says(message, "try again");

    private static bool Says(SlackMessage message, string words) =>
        message.FromBot
        && (message.Text + " " + message.Blocks?.GetRawText()).Contains(
            words,
            StringComparison.OrdinalIgnoreCase
        );

    [GeneratedRegex("cak_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AgentKey();

    [GeneratedRegex("cau_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AuditorKey();
}
