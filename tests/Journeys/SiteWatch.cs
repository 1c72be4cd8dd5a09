using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>What can be seen of a <see cref="Site"/> from outside: by its platforms, its agent, its auditor.</summary>
internal static class SiteWatch
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>How often the platform has heard this call so far; ask before the call is caused.</summary>
    public static int Heard(this SlackPlatform slack, string method) =>
        slack.Calls.Count(c => Is(c, method));

    /// <inheritdoc cref="Heard(SlackPlatform, string)"/>
    public static int Heard(this TeamsPlatform teams, string operation) =>
        teams.Calls.Count(c => Is(c, operation));

    /// <summary>The platform has the call (and has done it, if its fault says so).</summary>
    public static Task HearsAsync(this SlackPlatform slack, string method, int after) =>
        Eventually.TrueAsync(() => slack.Heard(method) > after, $"Slack hears {method}");

    /// <inheritdoc cref="HearsAsync(SlackPlatform, string, int)"/>
    public static Task HearsAsync(this TeamsPlatform teams, string operation, int after) =>
        Eventually.TrueAsync(() => teams.Heard(operation) > after, $"Teams hears {operation}");

    /// <summary>Both copies are shown and the bot has stored their messages' ids.</summary>
    public static Task StoredAsync(this Site site, Asked asked) =>
        Eventually.TrueAsync(
            async () => await site.CopiesAsync(asked) == 2,
            () => $"the ids of both copies are stored: {site.LastWords}"
        );

    /// <summary>Asks, and waits until both copies are shown and known.</summary>
    public static async Task<Asked> AskShownAsync(this Site site, int expiresIn = 900)
    {
        var asked = await site.AskAsync(expiresIn);
        await site.StoredAsync(asked);
        return asked;
    }

    /// <summary>One of the copies is known; the other platform still owes its answer.</summary>
    public static Task OneStoredAsync(this Site site, Asked asked) =>
        Eventually.TrueAsync(
            async () => await site.CopiesAsync(asked) > 0,
            () => $"the id of one copy is stored: {site.LastWords}"
        );

    /// <summary>
    /// How many copies the ledger says are shown. What somebody decided on before the platform's answer has an entry of
    /// its own, without the number of a copy.
    /// </summary>
    private static async Task<int> CopiesAsync(this Site site, Asked asked)
    {
        await site.Ledger.RefreshAsync(Cancel);
        return site.Ledger.Entries.Count(e =>
            string.Equals(e.GetProperty("txn").GetString(), asked.Id, StringComparison.Ordinal)
            && e.GetProperty("kind").GetString() is "request.displayed"
            && e.TryGetProperty("copy", out _)
        );
    }

    /// <summary>How many requests the ledger says were ever created.</summary>
    public static async Task<int> CreatedAsync(this Site site)
    {
        await site.Ledger.RefreshAsync(Cancel);
        return site.Ledger.Entries.Count(e =>
            e.GetProperty("kind").GetString() is "request.created"
        );
    }

    /// <summary>How many ledger entries of a kind there are about a request, as an auditor reads them.</summary>
    public static async Task<int> CountAsync(this Site site, string id, string kind)
    {
        await site.Ledger.RefreshAsync(Cancel);
        return site.Ledger.Entries.Count(e =>
            string.Equals(e.GetProperty("txn").GetString(), id, StringComparison.Ordinal)
            && string.Equals(e.GetProperty("kind").GetString(), kind, StringComparison.Ordinal)
        );
    }

    /// <summary>Every copy, on both surfaces, says this and has no button any more.</summary>
    public static async Task EndsAsync(this Site site, Asked asked, string word)
    {
        await Eventually.TrueAsync(
            () =>
                site.InSlack(asked) is { Count: > 0 } slack
                && site.InTeams(asked) is { Count: > 0 } teams
                && slack.All(m => IsOver(m, word))
                && IsOver(teams[^1], word),
            $"every copy of {asked.Code} says {word}"
        );
    }

    /// <summary>What Teams tells people, one by one, beneath the card.</summary>
    public static string NotesOf(this Site site, Asked asked) =>
        string.Join("; ", site.InTeams(asked).SelectMany(m => m.Notes.Values));

    /// <summary>The whole ledger, read as auditors read it, is what was signed and has only grown.</summary>
    public static async Task IsSoundAsync(this Site site)
    {
        Assert.Null(await site.Ledger.VerifyAsync(Cancel));
        Assert.True(site.Ledger.Verified!.Ok, site.Ledger.Verified.Detail);
    }

    public static bool IsOver(TeamsMessage message, string word) =>
        message.Card?.GetRawText() is { } card
        && card.Contains(word, StringComparison.Ordinal)
        && !card.Contains("Action.Execute", StringComparison.Ordinal);

    private static bool IsOver(SlackMessage message, string word) =>
        !message.Controls.Any()
        && message.Blocks?.GetRawText().Contains(word, StringComparison.Ordinal) == true;

    private static bool Is(PlatformCall call, string method) =>
        string.Equals(call.Method, method, StringComparison.Ordinal);
}
