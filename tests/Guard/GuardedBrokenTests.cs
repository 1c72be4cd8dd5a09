using System.Net;
using System.Net.Sockets;
using ChatApprovals.Approvals;
using ChatApprovals.Guard;
using ChatApprovals.Http;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ChatApprovals.Tests.Guard;

/// <summary>
/// When a call was let through and something broke: nobody says that it ran, nobody says that it did not, and
/// it is never sent again.
/// </summary>
public sealed class GuardedBrokenTests
{
    private static readonly Patience s_short = new(
        TimeSpan.FromMilliseconds(300),
        TimeSpan.FromMilliseconds(300)
    );

    [Fact]
    public async Task An_upstream_where_nobody_listens_is_502_and_unknown_and_never_tried_again()
    {
        await using var bot = await GuardedBot.StartAsync(change: u =>
            u with
            {
                Url = UpstreamServer.Nowhere(),
            }
        );
        await FailsAsync(bot);
    }

    /// <summary>A name that is public when it is looked at first, and inside when the call is to be sent.</summary>
    [Fact]
    public async Task A_name_that_changes_its_mind_is_not_called_and_nothing_of_the_call_reaches_it()
    {
        using var inside = new TcpListener(IPAddress.Loopback, 0);
        inside.Start();
        var port = ((IPEndPoint)inside.LocalEndpoint).Port;
        var asked = 0;
        // When it is asked for, when it is let through; then the connection.
        var outside = IPAddress.Parse("1.1.1.1");
        var outbound = new Outbound(
            (_, _) => Task.FromResult<IPAddress[]>([asked++ < 2 ? outside : IPAddress.Loopback])
        );
        await using var bot = await GuardedBot.StartAsync(
            change: u => u with { Url = $"https://cloud.example:{port}", Private = false },
            more: services => services.AddSingleton(outbound)
        );
        await FailsAsync(bot);
        Assert.InRange(asked, 3, int.MaxValue);
        Assert.False(inside.Pending(), "it was called");
    }

    [Fact]
    public async Task An_upstream_that_hangs_up_without_an_answer_is_502_and_unknown()
    {
        await using var bot = await GuardedBot.StartAsync();
        bot.Upstream.Answer = http =>
        {
            http.Abort();
            return Task.CompletedTask;
        };
        await FailsAsync(bot);
        bot.Upstream.Only();
    }

    [Fact]
    public async Task An_upstream_that_is_too_slow_is_502_and_unknown()
    {
        await using var bot = await GuardedBot.StartAsync(patience: s_short);
        bot.Upstream.Answer = http => Task.Delay(Timeout.Infinite, http.RequestAborted);
        await FailsAsync(bot);
        bot.Upstream.Only();
    }

    [Fact]
    public async Task An_answer_without_end_is_ended_and_unknown()
    {
        var brief = Patience.Usual with { Whole = TimeSpan.FromMilliseconds(300) };
        await using var bot = await GuardedBot.StartAsync(patience: brief);
        var id = await bot.ApprovedAsync();
        bot.Upstream.Answer = async http =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
            {
                await http.Response.WriteAsync("more ", GuardedBot.Cancel);
                await http.Response.Body.FlushAsync(GuardedBot.Cancel);
                await Task.Delay(10, GuardedBot.Cancel);
            }
        };
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => bot.AttachAsync(("Approval", id)));
        await Eventually.TrueAsync(() => bot.Entries(id)[^1] is "execution.reported", "reported");
        var run = await bot.ExecutionAsync(id);
        Assert.Equal("unknown", run.GetProperty("outcome").GetString());
        Assert.Contains(
            "too long",
            run.GetProperty("detail").GetString(),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData(1, 5, 429, "too_many_requests")]
    [InlineData(5, 1, 503, "unavailable")]
    public async Task While_too_many_calls_are_under_way_nothing_is_sent_and_nothing_used_up(
        int perAgent,
        int all,
        int status,
        string code
    )
    {
        using var slots = new CallSlots(perAgent, all, TimeSpan.FromMilliseconds(50));
        await using var bot = await GuardedBot.StartAsync(more: s => s.AddSingleton(slots));
        var (first, second) = (await bot.ApprovedAsync(), await bot.ApprovedAsync());
        var (came, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        bot.Upstream.Answer = async _ =>
        {
            came.TrySetResult();
            await go.Task;
        };
        var held = bot.AttachAsync(("Approval", first));
        await came.Task;
        var full = await bot.AttachAsync(("Approval", second));
        full.IsProblem(status, code);
        Assert.Equal("5", full.Headers["Retry-After"]);
        // What could not be sent anyway is said as ever.
        (await bot.AttachAsync(("Approval", first))).IsProblem(409, "already_consumed");
        go.SetResult();
        (await held).Is(200);
        (await bot.AttachAsync(("Approval", second))).Is(200);
        Assert.Equal(2, bot.Upstream.Calls.Count);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task An_answer_that_breaks_off_reaches_the_agent_broken_and_is_unknown(
        bool hasLength,
        bool hangsUp
    )
    {
        await using var bot = await GuardedBot.StartAsync(patience: s_short);
        var id = await bot.ApprovedAsync();
        var seen = new TaskCompletionSource();
        bot.Upstream.Answer = async http =>
        {
            http.Response.ContentLength = hasLength ? 100 : null;
            await http.Response.WriteAsync("half", GuardedBot.Cancel);
            await http.Response.Body.FlushAsync(GuardedBot.Cancel);
            await (hangsUp ? seen.Task : Task.Delay(Timeout.Infinite, http.RequestAborted));
            http.Abort();
        };
        using var message = bot.Message(
            "POST",
            "/guard/cloud/roles/deployer/policies",
            GuardedBot.AdminPolicy,
            headers: ("Approval", id)
        );
        using var answer = await bot.BeginAsync(message, GuardedBot.Cancel);
        seen.SetResult();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() =>
            answer.Content.ReadAsByteArrayAsync(GuardedBot.Cancel)
        );
        await Eventually.TrueAsync(() => bot.Entries(id)[^1] is "execution.reported", "reported");
        Assert.Equal("unknown", await bot.OutcomeAsync(id));
        (await bot.AttachAsync(("Approval", id))).IsProblem(409, "already_consumed");
        bot.Upstream.Only();
    }

    [Fact]
    public async Task A_caller_who_leaves_stops_the_call_and_the_outcome_is_unknown()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var (came, gone) = (new TaskCompletionSource(), new TaskCompletionSource());
        bot.Upstream.Answer = async http =>
        {
            http.RequestAborted.Register(gone.SetResult);
            came.SetResult();
            await gone.Task;
        };
        using var leave = new CancellationTokenSource();
        using var message = bot.Message(
            "POST",
            "/guard/cloud/roles/deployer/policies",
            GuardedBot.AdminPolicy,
            headers: ("Approval", id)
        );
        var call = bot.BeginAsync(message, leave.Token);
        await came.Task;
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await gone.Task;
        await Eventually.TrueAsync(() => bot.Entries(id)[^1] is "execution.reported", "reported");
        Assert.Equal("unknown", await bot.OutcomeAsync(id));
        Assert.Empty(bot.Desk.Register.Current.Forwards);
    }

    [Fact]
    public async Task A_caller_who_leaves_while_it_is_held_has_sent_nothing()
    {
        await using var bot = await GuardedBot.StartAsync();
        using var leave = new CancellationTokenSource();
        using var message = bot.Message(
            "POST",
            "/guard/cloud/roles/deployer/policies",
            GuardedBot.AdminPolicy,
            headers: ("Prefer", "wait=60")
        );
        var call = bot.BeginAsync(message, leave.Token);
        var id = await bot.HeldAsync();
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await bot.HoldsAsync(0);
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        (await bot.AttachAsync(("Approval", id))).Is(200);
        bot.Upstream.Only();
    }

    [Fact]
    public async Task What_a_stopped_bot_let_through_is_unknown_after_the_start_and_never_sent_again()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var (request, name) = (RequestId.Parse(id, provider: null), "cloud");
        await bot.Desk.Committer.CommitAsync(
            commit =>
            {
                var grant = GrantId.New(Make.Noon);
                commit.Record(new Fact.GrantConsumed(request, grant, name) { Forwarded = true });
                return true;
            },
            GuardedBot.Cancel
        );
        Assert.Null(await bot.OutcomeAsync(id));
        Assert.Equal(1, await bot.Desk.Forwards.SettleAsync(GuardedBot.Cancel));
        Assert.Equal(0, await bot.Desk.Forwards.SettleAsync(GuardedBot.Cancel));
        Assert.Equal("unknown", await bot.OutcomeAsync(id));
        (await bot.AttachAsync(("Approval", id))).IsProblem(409, "already_consumed");
        Assert.Empty(bot.Upstream.Calls);
    }

    private static async Task FailsAsync(GuardedBot bot)
    {
        var id = await bot.ApprovedAsync();
        (await bot.AttachAsync(("Approval", id))).IsProblem(502, "upstream_failed");
        Assert.Equal("unknown", await bot.OutcomeAsync(id));
        (await bot.AttachAsync(("Approval", id))).IsProblem(409, "already_consumed");
        Assert.Single(bot.Entries(id), e => e is "grant.consumed");
    }
}
