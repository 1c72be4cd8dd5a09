using System.Text.Json.Nodes;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>The guards that README shows are run as they stand there.</summary>
public sealed class ReadmeGuardTests
{
    [Fact]
    public async Task The_guard_in_csharp_lets_it_run_once()
    {
        await using var bot = await GuardBot.StartAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        using var http = new HttpClient { BaseAddress = bot.Inbox.Address };
        var guard = new ApprovalGuard(http, bot.Key.Reveal());
        Assert.True(await MayRunAsync(guard, about));
        Assert.False(await MayRunAsync(guard, about));
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
        var input = new JsonObject
        {
            ["bot"] = bot.Inbox.Address.ToString().TrimEnd('/'),
            ["key"] = bot.Key.Reveal(),
            ["about"] = about,
        };
        var script = Block(language) + "\n" + Driver(language);
        var (exit, output) = await OtherProgram.Run(
            program,
            [flag, script],
            input.ToJsonString(),
            TestDesk.Cancel
        );
        Assert.Equal((0, "true false"), (exit, output.Trim().ToLowerInvariant()));
    }

    private static Task<bool> MayRunAsync(ApprovalGuard guard, JsonObject about) =>
        guard.MayRunAsync(
            about["token"]!.GetValue<string>(),
            about["action"]!,
            about["resource"]!,
            about["context"]!,
            TestDesk.Cancel
        );

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
