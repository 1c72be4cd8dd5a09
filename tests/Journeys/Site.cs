using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>A request as its agent remembers it: what was sent, and what was acknowledged.</summary>
internal sealed record Asked(string Id, string Code, string Key, object Body);

/// <summary>
/// The real bot as a process of its own between the playground's platforms, and everybody who talks to it.
/// The platforms' rate limits are off: the matrix restarts the bot more often than they allow for.
/// </summary>
internal sealed class Site : IAsyncDisposable
{
    private readonly string _directory;
    private readonly LocalPlatforms _platforms;
    private readonly HttpClient _agent = new();
    private readonly List<Task> _unanswered = [];
    private int _count;

    private Site(string directory, string data, LocalPlatforms platforms, BotProcess bot)
    {
        (_directory, Data, _platforms, Bot) = (directory, data, platforms, bot);
        Ledger = new LedgerView(() => bot.Url, Data, PatientClock.Shared);
    }

    public static CancellationToken Cancel => TestContext.Current.CancellationToken;
    public BotProcess Bot { get; }
    public LedgerView Ledger { get; }
    public string AgentKey { get; private set; } = "";
    public SlackPlatform Slack => _platforms.Slack;
    public TeamsPlatform Teams => _platforms.Teams;
    public string Data { get; }

    /// <summary>The end of the bot's log, for a test that failed.</summary>
    public string LastWords => string.Join('\n', Bot.Log.TakeLast(15));

    /// <param name="more">Settings of the bot beside the usual ones.</param>
    public static Task<Site> OpenAsync(params (string Name, string Value)[] more) =>
        OpenAtAsync(data: null, more);

    /// <param name="data">The data directory; null: one of its own.</param>
    /// <param name="more">Settings of the bot beside the usual ones.</param>
    public static async Task<Site> OpenAtAsync(
        string? data,
        params (string Name, string Value)[] more
    )
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("site-").FullName;
        data ??= System.IO.Directory.CreateDirectory(Path.Combine(directory, "data")).FullName;
        var platforms = await LocalPlatforms.Start(
            // A click's three seconds are shown elsewhere; a bot that has just started may need more here.
            new SlackOptions
            {
                RateLimits = false,
                Deadline = TimeSpan.FromMinutes(1),
                TriggerLife = TimeSpan.FromMinutes(1),
            },
            new TeamsOptions { RateLimits = false },
            PatientClock.Shared,
            Cancel
        );
        var settings = new Dictionary<string, string>(
            platforms.BotSettings(),
            StringComparer.Ordinal
        )
        {
            // Carol decides in Teams too, from the first moment.
            ["People:LinkWait"] = "0s",
            ["Limits:SubmissionsPerMinute"] = "100000",
            ["Limits:Burst"] = "10000",
            ["Limits:PendingPerAgent"] = "1000",
        };
        foreach (var (name, value) in more)
        {
            settings[name] = value;
        }

        var bot = new BotProcess(
            new PlaygroundOptions().BotProgram,
            data,
            settings,
            PatientClock.Shared
        );
        var site = new Site(directory, data, platforms, bot);
        platforms.Bot = bot.Url;
        await site.StartAsync();
        var seed = new Seed(platforms.Slack, platforms.Teams) { Patience = Eventually.Patience };
        var keys = await seed.PlantAsync(Cancel);
        Assert.NotNull(keys.Agent);
        site.AgentKey = keys.Agent;
        site._agent.DefaultRequestHeaders.Authorization = new("Bearer", keys.Agent);
        site.Ledger.Key = keys.Auditor;
        return site;
    }

    public async Task StartAsync() => Assert.Null(await Bot.StartAsync(Cancel));

    /// <summary>SIGKILL. Whoever waited for an answer hears that the connection broke.</summary>
    public async Task KillAsync()
    {
        Assert.Null(await Bot.KillAsync(Cancel));
        Slack.Faults.Clear();
        Teams.Faults.Clear();
        await Task.WhenAll(_unanswered).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _unanswered.Clear();
    }

    /// <summary>Begins something that nobody will be told the end of.</summary>
    public void Begin(Task unanswered) => _unanswered.Add(unanswered);

    public async Task<Asked> AskAsync(int expiresIn = 900)
    {
        var n = Interlocked.Increment(ref _count);
        var (key, body) = ($"key-{n}", Body(n, expiresIn));
        var answer = await SendAsync(key, body);
        return new Asked(Text(answer, "id"), Text(answer, "code"), key, body);
    }

    /// <summary>The very same submission again: what an agent does that never read its answer.</summary>
    public async Task<string> AskAgainAsync(Asked asked) =>
        Text(await SendAsync(asked.Key, asked.Body), "id");

    public async Task<HttpResponseMessage> TryAsync(string key, object body)
    {
        using var call = new HttpRequestMessage(HttpMethod.Post, At("/v1/requests"));
        call.Headers.Add("Idempotency-Key", key);
        call.Content = JsonContent.Create(body);
        return await _agent.SendAsync(call, Cancel);
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage message) =>
        _agent.SendAsync(message, Cancel);

    /// <summary>Returns once the answer has begun.</summary>
    public Task<HttpResponseMessage> BeginAsync(HttpRequestMessage message) =>
        _agent.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, Cancel);

    public Task<HttpResponseMessage> GetAsync(string path) => _agent.GetAsync(At(path), Cancel);

    /// <summary>Reads the request's event stream to its end; returns once the first bytes are there.</summary>
    public async Task<Task<string>> FollowAsync(string id)
    {
        var answer = await _agent.GetAsync(
            At($"/v1/requests/{id}/events"),
            HttpCompletionOption.ResponseHeadersRead,
            Cancel
        );
        return answer.Content.ReadAsStringAsync(Cancel);
    }

    public async Task<JsonElement> SendAsync(string key, object body)
    {
        using var answer = await TryAsync(key, body);
        var read = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.True(answer.IsSuccessStatusCode, read.ToString());
        return read;
    }

    public static object Body(int n, int expiresIn) =>
        new
        {
            action = new { name = "db.password.rotate" },
            resource = new { type = "postgres", id = $"crm-{n}" },
            initiator = new { type = "human", id = "alice@acme.example" },
            expires_in = expiresIn,
        };

    public Task<JsonElement> ReadAsync(string id, int wait = 0) =>
        _agent.GetFromJsonAsync<JsonElement>(At($"/v1/requests/{id}?wait={wait}"), Cancel);

    public async Task<string> StatusAsync(string id, int wait = 0) =>
        (await ReadAsync(id, wait)).GetProperty("status").GetString()!;

    public async Task PostAsync(string id, string what, object body)
    {
        using var answer = await _agent.PostAsJsonAsync(
            At($"/v1/requests/{id}/{what}"),
            body,
            Cancel
        );
        Assert.True(answer.IsSuccessStatusCode, $"{what}: {answer.StatusCode}");
    }

    public Task CancelAsync(string id) => PostAsync(id, "cancel", new { reason = "not needed" });

    public Task ReportAsync(string id) => PostAsync(id, "result", new { outcome = "succeeded" });

    /// <summary>This request's copies in the Slack channel, by the token that each message carries.</summary>
    public IReadOnlyList<SlackMessage> InSlack(Asked asked) =>
        [
            .. Slack
                .Channel(Acme.SlackChannel)!
                .Messages.Where(m =>
                    m.Metadata?.GetRawText().Contains(asked.Id, StringComparison.Ordinal) == true
                ),
        ];

    /// <summary>This request's copies in the Teams channel, by the code that people read on the card.</summary>
    public IReadOnlyList<TeamsMessage> InTeams(Asked asked) =>
        [
            .. Teams
                .Conversation(Acme.TeamsChannel)!
                .Messages.Where(m =>
                    m.Card?.GetRawText().Contains(asked.Code, StringComparison.Ordinal) == true
                ),
        ];

    public Task<SlackAnswer> ClickInSlackAsync(Asked asked, string action) =>
        Slack.Click(
            People.Bob.Slack!,
            Acme.SlackChannel,
            InSlack(asked)[0].Ts,
            action,
            value: null,
            Cancel
        );

    public Task<TeamsAnswer> ClickInTeamsAsync(Asked asked, string verb) =>
        Teams.Click(
            People.Carol.Mri!,
            Acme.TeamsChannel,
            InTeams(asked)[^1].Id,
            verb,
            typed: null,
            Cancel
        );

    public async ValueTask DisposeAsync()
    {
        await Bot.DisposeAsync();
        await _platforms.DisposeAsync();
        Ledger.Dispose();
        _agent.Dispose();
        System.IO.Directory.Delete(_directory, recursive: true);
    }

    public Uri At(string path) => new(Bot.Url, path);

    private static string Text(JsonElement json, string name) =>
        json.GetProperty(name).GetString()!;
}
