using ChatApprovals.Playground.Page;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;

namespace ChatApprovals.Playground;

/// <summary>The whole playground: both platforms, the bot as a child process, the agent, the auditor and the page.</summary>
public sealed class PlaygroundHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _ending = new();
    private Task _watching = Task.CompletedTask;

    private PlaygroundHost(WebApplication app, PlaygroundOptions options, TimeProvider time)
    {
        _app = app;
        Options = options;
        Slack = new(options.Slack, time);
        Teams = new(options.Teams, time);
        Acme.Settle(Slack, Teams);
        Slack.Map(app);
        Teams.Map(app);
        Cloud = new(time);
        Cloud.Map(app);
        Agent = new(() => Bot!.Url, time);
        Ledger = new(() => Bot!.Url, options.DataDirectory, time);
        new PageEndpoints(this).Map(app);
    }

    public PlaygroundOptions Options { get; }
    public SlackPlatform Slack { get; }
    public TeamsPlatform Teams { get; }
    public AgentConsole Agent { get; }
    public Cloud Cloud { get; }
    public LedgerView Ledger { get; }

    /// <summary>Null until the platforms listen: the bot's settings name their addresses.</summary>
    public BotProcess? Bot { get; private set; }

    /// <summary>Where the page is.</summary>
    public Uri Url => new(_app.Urls.First());

    /// <summary>What went wrong while starting the bot; null when nothing did.</summary>
    public string? Problem { get; private set; }

    /// <summary>Starts everything and plants Erin's first settings. The page is up even when the bot is not.</summary>
    public static async Task<PlaygroundHost> StartAsync(
        PlaygroundOptions options,
        TimeProvider time,
        CancellationToken cancel
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Url);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        PageFiles.Serve(app);
        var host = new PlaygroundHost(app, options, time);
        await app.StartAsync(cancel);
        host.Slack.PublicUrl = host.Teams.PublicUrl = Loopback(host.Url);
        await host.StartBotAsync(time, cancel);
        return host;
    }

    public Task WaitForShutdownAsync(CancellationToken cancel) => _app.WaitForShutdownAsync(cancel);

    /// <summary>Completes when anything changed that the page shows.</summary>
    internal Task NextChangeAsync(CancellationToken cancel) =>
        Task.WhenAny(
                Slack.Changes.Next,
                Teams.Changes.Next,
                Agent.Changes.Next,
                Cloud.Changes.Next,
                Ledger.Changes.Next,
                Bot?.Changes.Next ?? Slack.Changes.Next
            )
            .WaitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watching;
        if (Bot is not null)
        {
            await Bot.DisposeAsync();
        }
        await _app.DisposeAsync();
        Agent.Dispose();
        Ledger.Dispose();
        Slack.Dispose();
        Teams.Dispose();
        _ending.Dispose();
    }

    /// <summary>Starts the bot, again or for the first time; Erin's settings are planted once. A sentence when it failed.</summary>
    public async Task<string?> RunBotAsync(CancellationToken cancel)
    {
        if (Bot is null)
        {
            return "The bot is not set up yet.";
        }
        if (Bot.Pid is not null)
        {
            return BotProcess.RunsAlready; // an answer to whoever asked, no trouble of the bot
        }
        Problem = await Bot.StartAsync(cancel);
        if (Problem is not null || Agent.Key is not null)
        {
            return Problem;
        }
        var keys = await new Seed(Slack, Teams) { Cloud = Loopback(Url) }.PlantAsync(cancel);
        (Agent.Key, Ledger.Key) = (keys.Agent, keys.Auditor);
        return Problem = keys.Agent is null ? "The bot gave no agent key." : null;
    }

    private async Task StartBotAsync(TimeProvider time, CancellationToken cancel)
    {
        if (!Options.Keep && Directory.Exists(Options.DataDirectory))
        {
            Directory.Delete(Options.DataDirectory, recursive: true);
        }
        Directory.CreateDirectory(Options.DataDirectory);
        Cloud.WriteToken(Options.DataDirectory);
        var settings = new Dictionary<string, string>(
            Acme.BotSettings(Slack, Teams),
            StringComparer.Ordinal
        )
        {
            ["People:LinkWait"] = "0s", // Carol's two accounts are one person from the start
            ["Bootstrap:Admins:1"] = $"teams:{People.Tenant}:{People.Erin.Teams}", // so is Erin
        };
        foreach (var (key, value) in Options.BotSettings)
        {
            settings[key] = value;
        }
        Bot = new(Options.BotProgram, Options.DataDirectory, settings, time);
        Slack.Bot = Teams.Bot = Bot.Url;
        await RunBotAsync(cancel);
        _watching = WatchLedgerAsync(_ending.Token);
    }

    /// <summary>Reads the ledger's new entries after whatever happened elsewhere.</summary>
    private async Task WatchLedgerAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                var next = Task.WhenAny(
                    Slack.Changes.Next,
                    Teams.Changes.Next,
                    Agent.Changes.Next,
                    Bot!.Changes.Next
                );
                await Ledger.RefreshAsync(cancel);
                await next.WaitAsync(cancel);
                await Task.Delay(TimeSpan.FromMilliseconds(300), cancel);
            }
        }
        catch (OperationCanceledException)
        {
            // The playground ends.
        }
    }

    /// <summary>The bot takes plain http only from a numeric loopback address or localhost.</summary>
    private static Uri Loopback(Uri url) => new($"http://127.0.0.1:{url.Port}");
}
