namespace ChatApprovals.Playground.Teams;

/// <summary>What kind of Teams is played: its tenant, the bot's registration, and how strict the clock is.</summary>
public sealed record TeamsOptions
{
    public string TenantId { get; init; } = People.Tenant;
    public string AppId { get; init; } = "8b1f3c52-6d0e-4e7a-9a43-2c5d7e9f1b60";
    public string AppPassword { get; init; } = RandomIds.Token(30);
    public string BotName { get; init; } = "ChatApprovals";

    /// <summary>The team's id is that of its General channel.</summary>
    public string TeamId { get; init; } = "19:8e1b2a4c6d7f4c0fb2a9general01@thread.tacv2";
    public string TeamName { get; init; } = "Acme";

    /// <summary>Teams' rate limits, 429 beyond them. Off for benchmarks.</summary>
    public bool RateLimits { get; init; } = true;

    /// <summary>How long Teams waits for an invoke: 10 to 15 s (msteams-docs#6461).</summary>
    public TimeSpan InvokeDeadline { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>An unanswered invoke is sent again, unchanged (botbuilder-dotnet#5005).</summary>
    public bool ResendAfterTimeout { get; init; } = true;

    /// <summary>Clients ask for the views of a card's <c>refresh.userIds</c> as soon as they see it.</summary>
    public bool AutomaticRefresh { get; init; } = true;

    public TimeSpan TokenLife { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Messages kept per conversation; the oldest are forgotten.</summary>
    public int HistoryMax { get; init; } = 2_000;

    /// <summary>Calls of the bot kept for tests to look at; 0 for benchmarks.</summary>
    public int CallsMax { get; init; } = 2_000;

    internal string BotMri => "28:" + AppId;
}
