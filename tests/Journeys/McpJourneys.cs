using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Tests.Mcp;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// An agent that knows nothing but the Model Context Protocol (its own TypeScript client), the real process,
/// and a person who clicks in Slack: what the agent is told at each step.
/// </summary>
public sealed class McpJourneys(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    private readonly Site _site = fixture.Site;
    private static int s_count = 5_000;

    [Fact]
    public async Task Approved_by_a_click_the_agent_runs_it_and_reports()
    {
        var (asked, running) = await AskAsync();
        Assert.True((await _site.ClickInSlackAsync(asked, "approve")).Ok);
        var said = await SaidAsync(running);
        Assert.StartsWith(
            $"PENDING: nobody has decided yet, do not run the action. Code {asked.Code}",
            said.Word("opened"),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            $"Card {asked.Code} waits for 1 of ",
            said.Word("progress"),
            StringComparison.Ordinal
        );
        Assert.Equal("approved", said.Word("status"));
        Assert.StartsWith(
            "APPROVED by \"Bob Mensah\" (slack, ",
            said.Word("words"),
            StringComparison.Ordinal
        );
        Assert.Contains("Run exactly the action", said.Word("words"), StringComparison.Ordinal);
        Assert.Equal("succeeded", said.Word("reported"));
        await Eventually.TrueAsync(
            () => _site.InSlack(asked)[0].Blocks.ToString()!.Contains("rotated"),
            "the card shows what the agent reported"
        );
        await _site.IsSoundAsync();
    }

    [Fact]
    public async Task Denied_the_agent_is_told_who_and_why_and_may_not_report_a_run()
    {
        var (asked, running) = await AskAsync();
        await RejectAsync(asked, "not in the freeze");
        var said = await SaidAsync(running);
        Assert.Equal("denied", said.Word("status"));
        Assert.StartsWith(
            "DENIED by \"Bob Mensah\" (slack, ",
            said.Word("words"),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "reason: \"not in the freeze\"). Do not run the action",
            said.Word("words"),
            StringComparison.Ordinal
        );
        Assert.Equal("not_reportable", said.Word("reported"));
    }

    [Fact]
    public async Task Expired_the_agent_is_told_who_was_asked()
    {
        var (_, running) = await AskAsync(expiresIn: 5);
        var said = await SaidAsync(running);
        Assert.Equal("expired", said.Word("status"));
        Assert.StartsWith("EXPIRED at ", said.Word("words"), StringComparison.Ordinal);
        Assert.Contains("Asked: 1 of ", said.Word("words"), StringComparison.Ordinal);
        Assert.Equal("not_reportable", said.Word("reported"));
    }

    /// <summary>Starts the agent; returns when its card is in Slack and it was told that it waits.</summary>
    private async Task<(Asked Asked, Task<(int Exit, string Output)> Running)> AskAsync(
        int expiresIn = 900
    )
    {
        SharedData.SkipUnless(
            Directory.Exists(
                SharedData.InRepository("tests/node/node_modules/@modelcontextprotocol/sdk")
            ),
            "npm @modelcontextprotocol/sdk is not installed: npm ci in tests/node"
        );
        var number = Interlocked.Increment(ref s_count);
        var body = Site.Body(number, expiresIn);
        var told = Path.Combine(_site.Data, $"told-{number}");
        var input = new
        {
            told,
            url = _site.At("/mcp"),
            headers = new { Authorization = $"Bearer {_site.AgentKey}" },
            request = body,
        };
        var running = OtherProgram.Run(
            "node",
            [SharedData.InRepository("tests/node/mcp-journey.mjs")],
            JsonSerializer.Serialize(input),
            Site.Cancel
        );
        Asked? asked = null;
        while (asked is null || _site.InSlack(asked).Count == 0 || !File.Exists(told))
        {
            Assert.False(running.IsCompleted, "the agent gave up");
            await Task.Delay(20, Site.Cancel);
            asked ??= await PendingAsync(body);
        }

        return (asked, running);
    }

    /// <summary>Each test's request is the only one that is pending.</summary>
    private async Task<Asked?> PendingAsync(object body)
    {
        using var answer = await _site.GetAsync("/v1/requests?status=pending");
        var page = JsonElement.Parse(await answer.Content.ReadAsStringAsync(Site.Cancel));
        return page.GetProperty("requests").EnumerateArray().ToArray() is [var one]
            ? new Asked(one.Word("id"), one.Word("code"), "", body)
            : null;
    }

    private async Task RejectAsync(Asked asked, string reason)
    {
        var bob = People.Bob.Slack!;
        Assert.Null((await _site.ClickInSlackAsync(asked, "reject")).Problem);
        await _site.Slack.WaitForModal(bob, _ => true, Site.Cancel);
        var typed = new Dictionary<string, IReadOnlyDictionary<string, string>>(
            StringComparer.Ordinal
        )
        {
            ["reason"] = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["reason"] = reason,
            },
        };
        var sent = await _site.Slack.Submit(bob, typed, Site.Cancel);
        Assert.True(sent.Ok, sent.Problem);
        await _site.Slack.CloseModal(bob, Site.Cancel);
    }

    private static async Task<JsonElement> SaidAsync(Task<(int Exit, string Output)> running)
    {
        var (exit, output) = await running;
        Assert.True(exit == 0, output);
        return JsonElement.Parse(output);
    }
}
