using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Guard;

/// <summary>From an agent's call to the upstream's answer, over HTTP both ways.</summary>
public sealed class GuardedFlowTests
{
    [Fact]
    public async Task A_call_waits_for_approval_and_is_then_sent_once_with_the_bots_credential()
    {
        await using var bot = await GuardedBot.StartAsync();
        var asked = (await bot.AttachAsync()).Is(202);
        var id = asked.Word("id");
        Assert.Equal("pending", asked.Word("status"));
        Assert.Equal($"/v1/requests/{id}", asked.Headers["Location"]);
        Assert.Equal(id, asked.Headers["Approval"]);
        Assert.Empty(bot.Upstream.Calls);

        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        Assert.Empty(bot.Upstream.Calls);

        var answer = (await bot.AttachAsync(("Approval", id))).Is(200);
        Assert.Equal("""{"attached":true}""", answer.Text);
        Assert.Equal(id, answer.Headers["Approval"]);
        var sent = bot.Upstream.Only();
        Assert.Equal("POST", sent.Method);
        Assert.Equal("/base/roles/deployer/policies", sent.Target);
        Assert.Equal(GuardedBot.AdminPolicy, sent.Body);
        Assert.Equal(GuardedBot.Secret, sent.Headers["Authorization"]);
        Assert.Equal("application/json", sent.Headers["Content-Type"]);
        Assert.Equal("succeeded", await bot.OutcomeAsync(id));

        (await bot.AttachAsync(("Approval", id))).IsProblem(409, "already_consumed");
        Assert.Single(bot.Upstream.Calls);
        Assert.Equal(
            [
                "request.created",
                "decision.approved",
                "request.approved",
                "grant.consumed",
                "execution.reported",
                "grant.refused already_consumed",
            ],
            bot.Entries(id)
        );
    }

    [Fact]
    public async Task The_agent_never_sees_the_credential_nor_does_the_ledger()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var answer = await bot.AttachAsync(("Approval", id));
        var told = answer.Text + string.Join('\n', answer.Headers.Values);
        Assert.DoesNotContain("the-clouds-own-token", told, StringComparison.Ordinal);
        foreach (var entry in bot.Desk.Store.Entries(0, 1_000))
        {
            var kept = Encoding.UTF8.GetString([.. entry.Bytes, .. entry.Content?.Body ?? []]);
            Assert.DoesNotContain("the-clouds-own-token", kept, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_policy_allows_is_sent_at_once_and_the_ledger_says_by_whom()
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.get");
        bot.Upstream.Answer = http =>
        {
            http.Response.StatusCode = 203;
            return Task.CompletedTask;
        };
        var read = (await bot.CallAsync("GET", "/guard/cloud/roles?x=1")).Is(203);
        Assert.Equal("/base/roles?x=1", bot.Upstream.Only().Target);
        var id = read.Headers["Approval"];
        Assert.Equal(Surface.Policy, Assert.Single((await bot.FindAsync(id)).Decisions).Surface);
        Assert.Equal("succeeded", await bot.OutcomeAsync(id));
        Assert.Contains(bot.Entries(id), e => e is "grant.consumed");
        (await bot.AttachAsync()).Is(202);
        Assert.Single(bot.Upstream.Calls);
    }

    [Fact]
    public async Task What_a_policy_denies_is_denied_at_once()
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.*", Effect.Deny);
        var denied = (await bot.AttachAsync()).IsProblem(403, "denied");
        Assert.Equal(
            "denied",
            denied.Body.GetProperty("request").GetProperty("status").GetString()
        );
        Assert.Empty(bot.Upstream.Calls);
    }

    [Fact]
    public async Task The_same_call_while_the_first_is_pending_is_the_same_request()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = (await bot.AttachAsync()).Is(202).Word("id");
        Assert.Equal(id, (await bot.AttachAsync()).Is(202).Word("id"));
        Assert.Equal(id, (await bot.AttachAsync(("Approval", id))).Is(202).Word("id"));
        var tenant = await bot.AttachAsync(("X-Tenant", "b"));
        Assert.NotEqual(id, tenant.Is(202).Word("id"), StringComparer.Ordinal);
        var other = await bot.AttachAsync(("Approval-Initiator", "zoe@acme.example"));
        Assert.NotEqual(id, other.Is(202).Word("id"), StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_call_that_lets_itself_be_held_is_answered_by_the_upstream_after_approval()
    {
        await using var bot = await GuardedBot.StartAsync();
        var held = bot.AttachAsync(("Prefer", "respond-async, wait=60"));
        var id = await bot.HeldAsync();
        Assert.False(held.IsCompleted);
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        var answer = (await held).Is(200);
        Assert.Equal("wait=60", answer.Headers["Preference-Applied"]);
        Assert.Equal("""{"attached":true}""", answer.Text);
        bot.Upstream.Only();
    }

    [Fact]
    public async Task A_call_held_in_vain_is_answered_as_one_that_was_not()
    {
        await using var bot = await GuardedBot.StartAsync();
        var waited = (await bot.AttachAsync(("Prefer", "wait=1"))).Is(202);
        Assert.Equal("wait=1", waited.Headers["Preference-Applied"]);
        Assert.Equal("pending", waited.Word("status"));
        Assert.Empty(bot.Upstream.Calls);
    }

    [Fact]
    public async Task A_held_call_hears_of_a_rejection()
    {
        await using var bot = await GuardedBot.StartAsync();
        var held = bot.AttachAsync(("Prefer", "wait=60"));
        var id = await bot.HeldAsync();
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Rejected);
        (await held).IsProblem(403, "denied");
        (await bot.AttachAsync(("Approval", id))).IsProblem(403, "denied");
        Assert.Empty(bot.Upstream.Calls);
    }

    [Theory]
    [InlineData(true, 403, "agent_disabled")]
    [InlineData(false, 401, "unauthenticated")]
    public async Task A_held_call_whose_key_was_withdrawn_meanwhile_is_not_sent(
        bool disable,
        int status,
        string code
    )
    {
        await using var bot = await GuardedBot.StartAsync();
        var held = bot.AttachAsync(("Prefer", "wait=60"));
        var id = await bot.HeldAsync();
        await bot.Inbox.WithdrawKeyAsync(disable);
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        (await held).IsProblem(status, code);
        Assert.Empty(bot.Upstream.Calls);
        Assert.DoesNotContain("grant.consumed", bot.Entries(id), StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_ended_otherwise_is_never_sent()
    {
        var clock = new HandClock(Make.Noon);
        await using var bot = await GuardedBot.StartAsync(clock);
        var cancelled = (await bot.AttachAsync()).Is(202).Word("id");
        await bot.Inbox.PostAsync($"/v1/requests/{cancelled}/cancel", "{}");
        (await bot.AttachAsync(("Approval", cancelled))).IsProblem(403, "cancelled");

        var approved = await bot.ApprovedAsync();
        clock.Advance(TimeSpan.FromSeconds(600));
        (await bot.AttachAsync(("Approval", approved))).IsProblem(403, "approval_expired");
        Assert.Empty(bot.Upstream.Calls);
    }

    [Fact]
    public async Task The_report_is_the_bots_and_not_the_agents()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var lie = await bot.Inbox.PostAsync(
            $"/v1/requests/{id}/result",
            """{"outcome":"succeeded"}"""
        );
        lie.IsProblem(409, "not_reportable");
        bot.Upstream.Answer = http =>
        {
            http.Response.StatusCode = 409;
            return http.Response.WriteAsync("there is one", GuardedBot.Cancel);
        };
        var answer = (await bot.AttachAsync(("Approval", id))).Is(409);
        Assert.Equal("there is one", answer.Text);
        var run = await bot.ExecutionAsync(id);
        Assert.Equal("failed", run.GetProperty("outcome").GetString());
        Assert.Equal("The upstream answered 409.", run.GetProperty("detail").GetString());
        Assert.Equal("cloud", (await bot.FindAsync(id)).Execution!.Guard);
    }

    [Fact]
    public async Task A_request_of_the_inbox_that_binds_the_same_is_not_one_of_the_guard()
    {
        await using var bot = await GuardedBot.StartAsync();
        var model = await bot.FindAsync((await bot.AttachAsync()).Is(202).Word("id"));
        var asked = model.Opening.Request;
        var body = JsonSerializer.Serialize(
            new
            {
                action = new { name = asked.Action.Name, properties = asked.Action.Properties },
                resource = new { type = asked.Resource.Type, id = asked.Resource.Id },
                context = asked.Context,
                initiator = new { type = "service", id = "harmless" },
                justification = "Only reads.",
            }
        );
        var id = (await bot.Inbox.PostAsync("/v1/requests", body)).Is(201).Word("id");
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        (await bot.AttachAsync(("Approval", id))).IsProblem(403, "binding_mismatch");
        Assert.Empty(bot.Upstream.Calls);
    }
}
