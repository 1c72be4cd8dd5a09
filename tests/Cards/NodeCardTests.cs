using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Cards;

/// <summary>
/// The golden cards against the platforms' own schema and types, by programs that are not ours.
/// </summary>
public sealed class NodeCardTests
{
    [Fact]
    public async Task Microsofts_schema_accepts_every_golden_card() =>
        await Run(
            "check-adaptive.mjs",
            SharedData.Path("data/adaptive-cards/adaptive-card-1.5.0.json")
        );

    [Fact]
    public async Task Slacks_types_accept_every_golden_message_and_view() =>
        await Run("check-slack.mjs");

    private static async Task Run(string script, params string[] arguments)
    {
        var folder = Path.Combine(Golden.Tests, "node");
        SharedData.SkipUnless(
            Directory.Exists(Path.Combine(folder, "node_modules")),
            "tests/node/node_modules is not there: npm ci --ignore-scripts in tests/node"
        );
        var (exit, output) = await OtherProgram.Run(
            "node",
            [Path.Combine(folder, script), .. arguments],
            null,
            TestContext.Current.CancellationToken
        );
        Assert.True(exit == 0, output);
    }
}
