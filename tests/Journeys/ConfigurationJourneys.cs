using System.Text.RegularExpressions;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// The real process with two administrators, Erin in Slack and Carol in Teams: what one of them wants, the
/// other confirms in the other app.
/// </summary>
public sealed partial class ConfigurationJourneys : IAsyncLifetime
{
    private readonly string _data = System.IO.Directory.CreateTempSubdirectory("config-").FullName;
    private LocalPlatforms _platforms = null!;
    private BotProcess _bot = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private static string Erin => People.Erin.Slack!;
    private static string Carol => People.Carol.Mri!;
    private SlackPlatform Slack => _platforms.Slack;
    private TeamsPlatform Teams => _platforms.Teams;

    [Fact]
    public async Task What_one_wants_in_one_app_the_other_confirms_in_the_other_and_the_key_is_told_to_one()
    {
        await Slack.Command(
            Erin,
            Slack.Direct(Erin).Id,
            "agent add deploy-bot owner @erin",
            Cancel
        );
        var inTeams = await Teams.WaitForMessage(m => Offers(m.Card?.GetRawText()), Cancel);
        var clicked = await Teams.Click(Carol, inTeams.Thread, inTeams.Id, "approve", null, Cancel);
        Assert.Equal(200, clicked.StatusCode);

        var told = await Slack.WaitForMessage(m => AgentKey().IsMatch(Text(m)), Cancel);
        Assert.Contains(told, Slack.Direct(Erin).Messages);
        Assert.All(
            Slack.Channel(Acme.SlackChannel)!.Messages,
            m => Assert.DoesNotMatch(AgentKey(), Text(m))
        );
        Assert.All(
            Teams.Conversation(Acme.TeamsChannel)!.Messages,
            m => Assert.DoesNotMatch(AgentKey(), m.Text + m.Card?.GetRawText())
        );

        var command = $"@{Teams.Options.BotName} group add approvers @erin";
        await Teams.Write(Carol, Acme.TeamsChannel, command, Cancel);
        var inSlack = await Slack.WaitForMessage(
            m =>
                Offers(m.Blocks?.GetRawText())
                && Text(m).Contains("config.group", StringComparison.Ordinal),
            Cancel
        );
        var channel = Slack.Direct(Erin).Messages.Contains(inSlack)
            ? Slack.Direct(Erin).Id
            : Acme.SlackChannel;
        var answer = await Slack.Click(Erin, channel, inSlack.Ts, "approve", value: null, Cancel);
        Assert.True(answer.Ok, answer.Problem);
        await Teams.WaitForMessage(
            m => (m.Text + m.Card?.GetRawText()).Contains("is applied", StringComparison.Ordinal),
            Cancel
        );
    }

    public async ValueTask InitializeAsync()
    {
        _platforms = await LocalPlatforms.Start(new(), new(), PatientClock.Shared, Cancel);
        var settings = new Dictionary<string, string>(
            _platforms.BotSettings(),
            StringComparer.Ordinal
        )
        {
            ["Bootstrap:Admins:1"] = $"teams:{People.Tenant}:{People.Carol.Teams}",
        };
        var program = new PlaygroundOptions().BotProgram;
        _bot = new BotProcess(program, _data, settings, PatientClock.Shared);
        _platforms.Bot = _bot.Url;
        Assert.Null(await _bot.StartAsync(Cancel));
        await Teams.Install(Carol, Acme.TeamsChannel, Cancel);
        await Teams.Install(Carol, Teams.Personal(Carol).Id, Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _bot.DisposeAsync();
        await _platforms.DisposeAsync();
        System.IO.Directory.Delete(_data, recursive: true);
    }

    private static bool Offers(string? card) =>
        card?.Contains("\"approve\"", StringComparison.Ordinal) == true;

    private static string Text(SlackMessage message) => message.Text + message.Blocks?.GetRawText();

    [GeneratedRegex("cak_[A-Za-z0-9_-]{20,}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AgentKey();
}
