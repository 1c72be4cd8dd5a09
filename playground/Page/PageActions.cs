using System.Text.Json;
using ChatApprovals.Playground.Slack;

namespace ChatApprovals.Playground.Page;

/// <summary>What the page's controls do. Every action answers null, or a sentence about why nothing happened.</summary>
internal sealed class PageActions(PlaygroundHost host)
{
    public Task<string?> RunAsync(string what, JsonElement asked, CancellationToken cancel) =>
        what switch
        {
            "slack/click" => SlackClickAsync(asked, cancel),
            "slack/view" => SlackViewAsync(asked, cancel),
            "slack/command" => SlackCommandAsync(asked, cancel),
            "slack/message" => SlackMessageAsync(asked, cancel),
            "teams/click" => TeamsClickAsync(asked, cancel),
            "teams/message" => TeamsMessageAsync(asked, cancel),
            "agent/send" => AgentSendAsync(asked, cancel),
            "agent/cancel" => host.Agent.CancelRequestAsync(Need(asked, "id"), cancel),
            "agent/answer" => host.Agent.AnswerAsync(
                Need(asked, "id"),
                Need(asked, "question"),
                Need(asked, "text"),
                cancel
            ),
            "agent/result" => host.Agent.ReportAsync(
                Need(asked, "id"),
                Need(asked, "outcome"),
                cancel
            ),
            "cloud/reset" => Task.FromResult(CloudReset()),
            "bot/kill" => KillAsync(cancel),
            "bot/start" => host.RunBotAsync(cancel),
            "ledger/verify" => VerifyAsync(cancel),
            _ => Task.FromResult<string?>($"There is no /play/{what}."),
        };

    private async Task<string?> SlackClickAsync(JsonElement asked, CancellationToken cancel) =>
        (
            await host.Slack.Click(
                InSlack(asked),
                Need(asked, "channel"),
                Need(asked, "ts"),
                Need(asked, "action_id"),
                asked.Text("value"),
                cancel
            )
        ).Problem;

    private async Task<string?> SlackViewAsync(JsonElement asked, CancellationToken cancel)
    {
        var (person, values) = (InSlack(asked), Values(asked));
        if (asked.At("action") is { } action)
        {
            var id = Need(action, "action_id");
            return (
                await host.Slack.ClickInModal(person, id, action.Text("value"), values, cancel)
            ).Problem;
        }
        var answer = asked.True("submit")
            ? await host.Slack.Submit(person, values, cancel)
            : await host.Slack.CloseModal(person, cancel);
        return answer.Problem;
    }

    private async Task<string?> SlackCommandAsync(JsonElement asked, CancellationToken cancel) =>
        (
            await host.Slack.Command(
                InSlack(asked),
                Need(asked, "channel"),
                WithoutSlash(asked.Text("text") ?? ""),
                cancel
            )
        ).Problem;

    /// <summary>People type the command's name too, as in Slack.</summary>
    private string WithoutSlash(string text)
    {
        var command = host.Slack.Options.Command;
        return text.StartsWith(command, StringComparison.Ordinal)
            ? text[command.Length..].Trim()
            : text;
    }

    private Task<string?> SlackMessageAsync(JsonElement asked, CancellationToken cancel)
    {
        // The bot may be down and be retried for minutes; the page need not wait for that.
        var sent = host.Slack.Message(
            InSlack(asked),
            Need(asked, "channel"),
            Need(asked, "text"),
            CancellationToken.None
        );
        return SoonAsync(
            sent.ContinueWith(s => s.Result.Problem, cancel, default, TaskScheduler.Default),
            cancel
        );
    }

    private async Task<string?> TeamsClickAsync(JsonElement asked, CancellationToken cancel) =>
        (
            await host.Teams.Click(
                InTeams(asked),
                Need(asked, "conversation"),
                Need(asked, "message"),
                Need(asked, "verb"),
                asked.At("data"),
                cancel
            )
        ).Problem;

    private async Task<string?> TeamsMessageAsync(JsonElement asked, CancellationToken cancel) =>
        (
            await host.Teams.Write(
                InTeams(asked),
                Need(asked, "conversation"),
                Need(asked, "text"),
                cancel
            )
        ).Problem;

    private Task<string?> AgentSendAsync(JsonElement asked, CancellationToken cancel)
    {
        if (asked.At("body") is { } own)
        {
            return host.Agent.SendAsync(asked.Text("title") ?? "Own request", own, cancel);
        }
        return Scenarios.Find(asked.Text("scenario")) switch
        {
            null => Task.FromResult<string?>("There is no such scenario."),
            { Guarded: not null } call => host.Agent.GuardedAsync(call, cancel),
            var request => host.Agent.SendAsync(request.Title, request.Body, cancel),
        };
    }

    private string? CloudReset()
    {
        host.Cloud.Reset();
        return null;
    }

    /// <summary>A ledger that does not hold is a finding, not a failure of the check: the page shows it.</summary>
    private async Task<string?> VerifyAsync(CancellationToken cancel)
    {
        await host.Ledger.RefreshAsync(cancel);
        var problem = await host.Ledger.VerifyAsync(cancel);
        return host.Ledger.Key is null ? problem : null;
    }

    private Task<string?> KillAsync(CancellationToken cancel) =>
        host.Bot?.KillAsync(cancel) ?? Task.FromResult<string?>("The bot is not set up yet.");

    /// <summary>The result if it comes at once; else none, and what happens later shows on the page.</summary>
    private static async Task<string?> SoonAsync(Task<string?> result, CancellationToken cancel) =>
        await Task.WhenAny(result, Task.Delay(TimeSpan.FromSeconds(4), cancel)) == result
            ? await result
            : null;

    private static Dictionary<string, IReadOnlyDictionary<string, string>> Values(JsonElement asked)
    {
        var values = new Dictionary<string, IReadOnlyDictionary<string, string>>(
            StringComparer.Ordinal
        );
        if (asked.At("values") is { ValueKind: JsonValueKind.Object } blocks)
        {
            foreach (var block in blocks.EnumerateObject())
            {
                values[block.Name] = block
                    .Value.EnumerateObject()
                    .ToDictionary(a => a.Name, a => a.Value.ToString(), StringComparer.Ordinal);
            }
        }
        return values;
    }

    private static string InSlack(JsonElement asked) =>
        People.Find(asked.Text("person"))?.Slack
        ?? throw new BadHttpRequestException(
            $"{asked.Text("person") ?? "Nobody"} has no Slack account."
        );

    private static string InTeams(JsonElement asked) =>
        People.Find(asked.Text("person"))?.Mri
        ?? throw new BadHttpRequestException(
            $"{asked.Text("person") ?? "Nobody"} has no Teams account."
        );

    private static string Need(JsonElement asked, string name) =>
        asked.Text(name) ?? throw new BadHttpRequestException($"{name} is missing.");
}
