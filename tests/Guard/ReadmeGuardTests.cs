using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Guard;

/// <summary>The guards that README shows are run as they stand there.</summary>
public sealed class ReadmeGuardTests
{
    [Fact]
    public async Task The_guard_in_csharp_lets_it_run_once()
    {
        await using var bot = await GuardBot.StartAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        var guard = new ApprovalGuard(bot.Inbox.Address, bot.Key.Reveal());
        Assert.True(await guard.MayRunAsync(about, TestDesk.Cancel));
        Assert.False(await guard.MayRunAsync(about, TestDesk.Cancel));
    }

    [Fact]
    public void The_guard_in_csharp_is_the_one_in_the_readme()
    {
        var file = File.ReadAllText(SharedData.InRepository("tests/Guard/ReadmeGuard.cs"));
        var shown = file.Split("#region README\n")[1].Split("#endregion")[0].Trim();
        Assert.Equal(Block("csharp"), shown);
    }

    [Theory]
    [InlineData("python", "python3", "-c")]
    [InlineData("ts", "node", "-e")]
    public async Task The_guard_in_another_language_lets_it_run_once(
        string language,
        string program,
        string flag
    )
    {
        await using var bot = await GuardBot.StartAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        var said = await AskTwiceAsync(
            (language, program, flag),
            (bot.Inbox.Address, bot.Key.Reveal()),
            about
        );
        Assert.Equal("true false", said);
    }

    public static MatrixTheoryData<string, string> NotTheBot() =>
        new(["csharp", "python", "ts"], ["login", "elsewhere", "page", "other"]);

    [Theory]
    [MemberData(nameof(NotTheBot))]
    public async Task What_stands_before_the_bot_and_is_not_the_bot_is_no_yes(
        string language,
        string answer
    )
    {
        await using var gate = await UpstreamServer.StartAsync(TestDesk.Cancel);
        gate.Answer = http => NotTheBotAsync(http, answer);
        var about = GuardBot.AboutToRun("x.y.z");
        var at = (new Uri(gate.Url), "cgk_x");
        var said = language switch
        {
            "python" => await AskTwiceAsync((language, "python3", "-c"), at, about),
            "ts" => await AskTwiceAsync((language, "node", "-e"), at, about),
            _ => await AskInCsharpAsync(at, about),
        };
        Assert.Contains(said, new[] { "false false", "no" }, StringComparer.Ordinal);
        Assert.All(gate.Calls, call => Assert.Equal("/v1/grants/consume", call.Target));
    }

    private static Task NotTheBotAsync(HttpContext http, string answer)
    {
        var isFirst = http.Request.Path == "/v1/grants/consume";
        if (isFirst && answer is "login" or "elsewhere")
        {
            http.Response.Redirect("/login");
            return Task.CompletedTask;
        }

        return http.Response.WriteAsync(
            answer switch
            {
                "elsewhere" => """{"status":"consumed"}""",
                "other" => """{"status":"ok"}""",
                _ => "<!doctype html><title>Sign in</title>",
            }
        );
    }

    private static async Task<string> AskInCsharpAsync((Uri Bot, string Key) at, JsonObject about)
    {
        var guard = new ApprovalGuard(at.Bot, at.Key);
        try
        {
            return await guard.MayRunAsync(about, TestDesk.Cancel) ? "yes" : "no";
        }
        catch (JsonException)
        {
            return "no";
        }
    }

    private static async Task<string> AskTwiceAsync(
        (string Language, string Program, string Flag) guard,
        (Uri Bot, string Key) at,
        JsonObject about
    )
    {
        var input = new JsonObject
        {
            ["bot"] = at.Bot.ToString().TrimEnd('/'),
            ["key"] = at.Key,
            ["about"] = about,
        };
        var script = Block(guard.Language) + "\n" + Driver(guard.Language);
        var (exit, output) = await OtherProgram.Run(
            guard.Program,
            [guard.Flag, script],
            input.ToJsonString(),
            TestDesk.Cancel
        );
        Assert.Equal(0, exit);
        return output.Trim().ToLowerInvariant();
    }

    private static string Driver(string language) =>
        string.Equals(language, "python", StringComparison.Ordinal)
            ? """
                import sys
                said = json.load(sys.stdin)
                what = (said["bot"], said["key"], *said["about"].values())
                print(may_run(*what), may_run(*what))
                """
            : """
                const said = JSON.parse(require("fs").readFileSync(0, "utf8"));
                const what = [said.bot, said.key, ...Object.values(said.about)];
                mayRun(...what).then(one => mayRun(...what).then(two => console.log(one, two)));
                """;

    /// <summary>The only block of that language in the README.</summary>
    private static string Block(string language)
    {
        var readme = File.ReadAllText(SharedData.InRepository("README.md"));
        var parts = readme.Split($"```{language}\n");
        Assert.Equal(2, parts.Length);
        return parts[1].Split("```")[0].Trim();
    }
}
