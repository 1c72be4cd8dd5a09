using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;

namespace ChatApprovals.Playground;

/// <summary>Both platforms on one local web server, for tests and benchmarks: start it, give the bot <see cref="BotSettings"/>,
/// set <see cref="Bot"/>, and play. The page is not part of it.</summary>
public sealed class LocalPlatforms : IAsyncDisposable
{
    private readonly WebApplication _app;

    private LocalPlatforms(WebApplication app, SlackPlatform slack, TeamsPlatform teams)
    {
        (_app, Slack, Teams) = (app, slack, teams);
        Url = slack.PublicUrl!;
    }

    public SlackPlatform Slack { get; }
    public TeamsPlatform Teams { get; }
    public Uri Url { get; }

    /// <summary>Where the bot listens.</summary>
    public Uri? Bot
    {
        get => Slack.Bot;
        set => Slack.Bot = Teams.Bot = value;
    }

    /// <summary>Listens on a free port of the loopback interface, with Acme's people and conversations in place.</summary>
    public static async Task<LocalPlatforms> Start(
        SlackOptions slackOptions,
        TeamsOptions teamsOptions,
        TimeProvider time,
        CancellationToken cancel
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var slack = new SlackPlatform(slackOptions, time);
        var teams = new TeamsPlatform(teamsOptions, time);
        Acme.Settle(slack, teams);
        slack.Map(app);
        teams.Map(app);
        await app.StartAsync(cancel);
        slack.PublicUrl = teams.PublicUrl = new Uri(app.Urls.First());
        return new(app, slack, teams);
    }

    /// <summary>The settings that point a bot at these platforms, by their configuration keys.</summary>
    public IReadOnlyDictionary<string, string> BotSettings() => Acme.BotSettings(Slack, Teams);

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Slack.Dispose();
        Teams.Dispose();
    }
}
