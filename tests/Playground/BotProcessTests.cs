using System.Security.Cryptography;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Playground;

/// <summary>The real bot as a child: starts, dies without warning, comes back on the same data.</summary>
public sealed class BotProcessTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_bot_can_be_killed_and_started_again()
    {
        var directory = Path.Combine(
            Path.GetTempPath(),
            "bot-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))
        );
        System.IO.Directory.CreateDirectory(directory);
        var program = new PlaygroundOptions().BotProgram;
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        await using (var bot = new BotProcess(program, directory, settings, PatientClock.Shared))
        {
            Assert.Null(await bot.StartAsync(Cancel));
            var first = bot.Pid;
            Assert.NotNull(first);
            Assert.Equal("The bot runs already.", await bot.StartAsync(Cancel));
            Assert.Null(await bot.KillAsync(Cancel));
            Assert.Null(bot.Pid);
            Assert.Equal("The bot does not run.", await bot.KillAsync(Cancel));
            Assert.Null(await bot.StartAsync(Cancel));
            Assert.NotEqual(first, bot.Pid);
        }
        System.IO.Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task A_bot_that_refuses_its_settings_says_why()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["Store:Provider"] = "clay-tablets",
        };
        var directory = Path.GetTempPath();
        var program = new PlaygroundOptions().BotProgram;
        await using var bot = new BotProcess(program, directory, settings, PatientClock.Shared);
        Assert.Contains("ended at once", await bot.StartAsync(Cancel), StringComparison.Ordinal);
    }
}
