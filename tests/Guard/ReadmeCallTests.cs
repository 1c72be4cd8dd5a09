using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>The calls of a guarded endpoint that README shows are made as they stand there.</summary>
public sealed class ReadmeCallTests
{
    [Fact]
    public async Task The_call_in_the_readme_waits_and_is_sent_after_approval()
    {
        await using var bot = await GuardedBot.StartAsync();
        var (asked, request) = await CallAsync(bot, "", "202");
        Assert.Equal("pending", request.GetProperty("status").GetString());
        var id = request.GetProperty("id").GetString()!;
        Assert.Equal("human", (await bot.FindAsync(id)).Opening.Request.Initiator.Type);
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        var (sent, answer) = await CallAsync(bot, id, "200");
        Assert.NotEqual(asked, sent, StringComparer.Ordinal);
        Assert.True(answer.GetProperty("attached").GetBoolean());
        Assert.Equal("POST", bot.Upstream.Only().Method);
        await CallAsync(bot, id, "409");
    }

    /// <summary>The function of the README, called as its first or its last line does.</summary>
    private static async Task<(string Line, JsonElement Body)> CallAsync(
        GuardedBot bot,
        string id,
        string status
    )
    {
        var readme = await File.ReadAllTextAsync(
            SharedData.InRepository("README.md"),
            GuardedBot.Cancel
        );
        var parts = readme.Split("```sh\n");
        Assert.Equal(2, parts.Length);
        var lines = parts[1].Split("```")[0].TrimEnd().Split('\n');
        var function = string.Join(
            '\n',
            lines.TakeWhile(l => !l.StartsWith("call ", StringComparison.Ordinal))
        );
        var line = lines.Where(l => l.StartsWith("call ", StringComparison.Ordinal)).ToArray()[
            id.Length == 0 ? 0 : ^1
        ];
        var script = $"""
            BOT={bot.Inbox.Address.ToString().TrimEnd('/')}
            AGENT_KEY={bot.Inbox.Key.Reveal()}
            ID={id}
            {function.Replace("/iam/", "/cloud/", StringComparison.Ordinal)}
            {line.Split('#')[0].TrimEnd()} -w '\n%{"{http_code}"}'
            """;
        var (exit, output) = await OtherProgram.Run(
            "bash",
            ["-c", script],
            null,
            GuardedBot.Cancel
        );
        Assert.Equal(0, exit);
        var said = output.Split('\n');
        Assert.Equal(status, said[^1]);
        return (line, JsonElement.Parse(said[0]));
    }
}
