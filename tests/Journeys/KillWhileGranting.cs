using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ChatApprovals.Tests.Mcp;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// <c>kill -9</c> between every two steps from an approval to the outcome, where a guard of somebody else
/// runs the action: nothing runs unapproved, and no guard is told yes twice.
/// </summary>
public sealed class KillWhileGranting : IClassFixture<SiteFixture>, IAsyncLifetime
{
    private const string Audience = "https://gate.acme.example";
    private readonly Site _site;
    private string _guard = "";

    public KillWhileGranting(SiteFixture fixture) => _site = fixture.Site;

    /// <summary>One guard for all cases; only the first of them adds it.</summary>
    public async ValueTask InitializeAsync() => _guard = await _site.GuardKeyAsync(Audience);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Killed_before_anybody_decided_there_is_no_grant_until_somebody_does()
    {
        var asked = await AskAsync("undecided");
        await RestartAsync();
        Assert.Equal("not_approved", (await FetchAsync(asked)).Code);
        await KillPoint.InSlack(_site, asked);
        var token = (await FetchAsync(asked)).Token!;
        Assert.Null(await ConsumeAsync(token, "undecided"));
        await EndsAsync(asked, token, "undecided");
    }

    [Fact]
    public async Task Killed_between_approval_and_grant_it_runs_once_after_the_start()
    {
        var asked = await ApprovedAsync("approved");
        await RestartAsync();
        var token = (await FetchAsync(asked)).Token!;
        Assert.Null(await ConsumeAsync(token, "approved"));
        await EndsAsync(asked, token, "approved");
    }

    [Fact]
    public async Task Killed_between_grant_and_use_the_token_is_good_for_one_use_after_the_start()
    {
        var asked = await ApprovedAsync("granted");
        var token = (await FetchAsync(asked)).Token!;
        await RestartAsync();
        Assert.Equal("binding_mismatch", await ConsumeAsync(token, "something else"));
        Assert.Null(await ConsumeAsync(token, "granted"));
        await EndsAsync(asked, token, "granted");
    }

    /// <summary>Whether it ran, nobody but the guard and the agent knows: the bot does not make it up.</summary>
    [Fact]
    public async Task Killed_between_use_and_report_it_never_runs_again_and_no_outcome_is_claimed()
    {
        var asked = await ApprovedAsync("used");
        var token = (await FetchAsync(asked)).Token!;
        Assert.Null(await ConsumeAsync(token, "used"));
        await RestartAsync();
        var execution = (await _site.ReadAsync(asked.Id)).GetProperty("execution");
        Assert.Equal(JsonValueKind.Null, execution.ValueKind);
        await EndsAsync(asked, token, "used");
    }

    [Fact]
    public async Task Killed_after_the_report_it_stays_the_only_one()
    {
        var asked = await ApprovedAsync("reported");
        var token = (await FetchAsync(asked)).Token!;
        Assert.Null(await ConsumeAsync(token, "reported"));
        await _site.ReportAsync(asked.Id);
        await RestartAsync();
        await EndsAsync(asked, token, "reported", isReported: true);
    }

    /// <summary>
    /// Three guards' processes each ask for the same grants while the bot is killed: a yes that somebody read
    /// is the only one; where nobody read any, there is one or, if it was used before the kill, none.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9)]
    public async Task Killed_while_guards_ask_nobody_is_told_yes_twice(int delay)
    {
        var grants = await GrantsAsync($"crowd-{delay}", count: 12);
        var yes = new ConcurrentQueue<string>();
        var first = new TaskCompletionSource();
        foreach (var (what, _, token) in grants)
        {
            for (var i = 0; i < 3; i++)
            {
                _site.Begin(AskOnceAsync(what, token, yes, first));
            }
        }

        await first.Task;
        await Task.Delay(delay, Site.Cancel);
        await RestartAsync();

        var read = yes.ToArray();
        Assert.Equal(read, read.Distinct(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (what, id, token) in grants)
        {
            var again = await ConsumeAsync(token, what);
            Assert.True(again is null or "already_consumed", again);
            Assert.False(again is null && read.Contains(what, StringComparer.Ordinal), what);
            Assert.Equal("already_consumed", await ConsumeAsync(token, what));
            Assert.Equal(1, await _site.CountAsync(id, "grant.consumed"));
        }

        await _site.IsSoundAsync();
    }

    private async Task AskOnceAsync(
        string what,
        string token,
        ConcurrentQueue<string> yes,
        TaskCompletionSource first
    )
    {
        if (await ConsumeAsync(token, what) is null)
        {
            yes.Enqueue(what);
            first.TrySetResult();
        }
    }

    /// <summary>By a policy, so that nobody must click so often.</summary>
    private async Task<List<(string What, string Id, string Token)>> GrantsAsync(
        string name,
        int count
    )
    {
        const string policy =
            "policy set crowd\nmatch: {resource: {type: postgres, id: \"crowd-*\"}}\neffect: allow";
        await _site.TellsErinAsync("slack", policy, "crowd");
        var grants = new List<(string, string, string)>();
        for (var i = 0; i < count; i++)
        {
            var what = $"{name}-{i}";
            var opened = await _site.SendAsync($"key-{what}", Body(what));
            var asked = new Asked(opened.Word("id"), opened.Word("code"), "", new { });
            Assert.Equal("approved", opened.Word("status"));
            grants.Add((what, asked.Id, (await FetchAsync(asked)).Token!));
        }

        return grants;
    }

    /// <summary>It was used once and cannot be again, and the agent's report is what everybody reads.</summary>
    private async Task EndsAsync(Asked asked, string token, string what, bool isReported = false)
    {
        Assert.Equal("already_consumed", await ConsumeAsync(token, what));
        Assert.Equal("already_consumed", (await FetchAsync(asked)).Code);
        if (!isReported)
        {
            await _site.ReportAsync(asked.Id);
        }

        Assert.Equal(1, await _site.CountAsync(asked.Id, "grant.consumed"));
        Assert.Equal(1, await _site.CountAsync(asked.Id, "execution.reported"));
        await _site.EndsAsync(asked, "Approved and executed");
        await _site.IsSoundAsync();
    }

    private async Task RestartAsync()
    {
        await _site.KillAsync();
        await _site.StartAsync();
    }

    private async Task<Asked> ApprovedAsync(string what)
    {
        var asked = await AskAsync(what);
        await KillPoint.InSlack(_site, asked);
        return asked;
    }

    private async Task<Asked> AskAsync(string what)
    {
        var opened = await _site.SendAsync($"key-{what}", Body(what));
        var asked = new Asked(opened.Word("id"), opened.Word("code"), $"key-{what}", Body(what));
        await _site.StoredAsync(asked);
        return asked;
    }

    private static object Body(string what) =>
        new
        {
            action = new { name = "db.password.rotate" },
            resource = new { type = "postgres", id = what },
            initiator = new { type = "human", id = "alice@acme.example" },
            audience = Audience,
        };

    private async Task<(string? Code, string? Token)> FetchAsync(Asked asked)
    {
        var address = _site.At($"/v1/requests/{asked.Id}/grant");
        using var call = new HttpRequestMessage(HttpMethod.Post, address);
        call.Content = JsonContent.Create(new { });
        using var answer = await _site.SendAsync(call);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(Site.Cancel);
        return answer.StatusCode is HttpStatusCode.OK
            ? (null, said.Word("token"))
            : (said.Word("code"), null);
    }

    private async Task<string?> ConsumeAsync(string token, string what) =>
        (
            await _site.ConsumeAsync(
                _guard,
                new
                {
                    token,
                    action = new { name = "db.password.rotate" },
                    resource = new { type = "postgres", id = what },
                }
            )
        ).Code;
}
