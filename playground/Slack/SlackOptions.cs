namespace ChatApprovals.Playground.Slack;

/// <summary>What kind of Slack is played: its identifiers, its secrets and how strict the clock is.</summary>
public sealed record SlackOptions
{
    public string TeamId { get; init; } = People.SlackTeam;
    public string TeamName { get; init; } = "acme";
    public string AppId { get; init; } = "A07APPROVE1";
    public string BotUserId { get; init; } = "U07APPROVE1";
    public string BotId { get; init; } = "B07APPROVE1";
    public string BotName { get; init; } = "chatapprovals";
    public string BotToken { get; init; } = "xoxb-" + RandomIds.Token(24);
    public string SigningSecret { get; init; } = RandomIds.Token(24);
    public string Command { get; init; } = "/approvals";

    /// <summary>Slack's rate limits, 429 beyond them. Off for benchmarks.</summary>
    public bool RateLimits { get; init; } = true;

    /// <summary>How long Slack waits for the bot: 3 s (docs.slack.dev, "acknowledgment").</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a trigger id can be used: 3 s (docs.slack.dev, "Trigger IDs").</summary>
    public TimeSpan TriggerLife { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Waits before the 1st, 2nd and 3rd retry of an event (docs.slack.dev, Events API).</summary>
    public IReadOnlyList<TimeSpan> EventRetries { get; init; } =
    [TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5)];

    /// <summary>Messages kept per conversation; the oldest are forgotten.</summary>
    public int HistoryMax { get; init; } = 2_000;

    /// <summary>Calls of the bot kept for tests to look at; 0 for benchmarks.</summary>
    public int CallsMax { get; init; } = 2_000;
}
