using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Inbox;
using ChatApprovals.Tests.Inbox;
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
        Assert.Contains("grant.consumed", bot.Entries(id));
        (await bot.AttachAsync()).Is(202);
        Assert.Single(bot.Upstream.Calls);
    }

    [Fact]
    public async Task What_a_policy_denies_is_denied_at_once()
    {
        await using var bot = await GuardedBot.StartAsync();
        await bot.AllowAsync("http.*", Effect.Deny);
        var denied = (await bot.AttachAsync()).IsProblem(403, "denied");
        Assert.Equal("denied", denied.Body.GetProperty("request").GetProperty("status").GetString());
        Assert.Empty(bot.Upstream.Calls);
    }

    [Fact]
    public async Task The_same_call_while_the_first_is_pending_is_the_same_request()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = (await bot.AttachAsync()).Is(202).Word("id");
        Assert.Equal(id, (await bot.AttachAsync()).Is(202).Word("id"));
        Assert.Equal(id, (await bot.AttachAsync(("Approval", id))).Is(202).Word("id"));
        Assert.NotEqual(id, (await bot.AttachAsync(("X-Tenant", "b"))).Is(202).Word("id"));
        var other = await bot.AttachAsync(("Approval-Initiator", "zoe@acme.example"));
        Assert.NotEqual(id, other.Is(202).Word("id"));
    }

    [Fact]
    public async Task A_call_that_lets_itself_be_held_is_answered_by_the_upstream_after_approval()
    {
        await using var bot = await GuardedBot.StartAsync();
        var held = bot.AttachAsync(("Prefer", "respond-async, wait=60"));
        var id = await bot.PendingAsync();
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
        var id = await bot.PendingAsync();
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Rejected);
        (await held).IsProblem(403, "denied");
        (await bot.AttachAsync(("Approval", id))).IsProblem(403, "denied");
        Assert.Empty(bot.Upstream.Calls);
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

    [Fact]
    public async Task Another_agents_request_is_unknown()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = await bot.ApprovedAsync();
        using var message = bot.Message(
            "POST",
            "/guard/cloud/roles/deployer/policies",
            GuardedBot.AdminPolicy,
            headers: ("Approval", id)
        );
        message.Headers.Authorization = new("Bearer", bot.Inbox.Other.Reveal());
        (await bot.Inbox.SendAsync(message)).IsProblem(404, "not_found");
        (await bot.AttachAsync(("Approval", "apr_nonsense"))).IsProblem(400, "invalid_request");
        Assert.Empty(bot.Upstream.Calls);
    }

    [Fact]
    public async Task Who_asks_must_have_an_agents_key_and_be_allowed_to_ask_it()
    {
        await using var bot = await GuardedBot.StartAsync();
        foreach (
            var (key, status, code) in new[]
            {
                ("nobody", 401, "unauthenticated"),
                (ApiKey.New(ApiKeyKind.Guard).Reveal(), 401, "unauthenticated"),
                (bot.Inbox.Off.Reveal(), 403, "agent_disabled"),
                (bot.Inbox.Narrow.Reveal(), 403, "action_not_allowed"),
            }
        )
        {
            using var message = bot.Message("GET", "/guard/cloud/roles");
            message.Headers.Authorization = new("Bearer", key);
            (await bot.Inbox.SendAsync(message)).IsProblem(status, code);
        }

        (await bot.CallAsync("GET", "/guard/nothing/roles")).IsProblem(404, "not_found");
        Assert.Empty(bot.Upstream.Calls);
    }

    [Fact]
    public async Task Without_an_initiator_the_agent_itself_is_it_and_its_owner_still_cannot_approve()
    {
        await using var bot = await GuardedBot.StartAsync();
        var id = (await bot.AttachAsync()).Is(202).Word("id");
        var approval = await bot.FindAsync(id);
        Assert.Equal(new Party("service", "asker", null), approval.Opening.Request.Initiator);
        Assert.IsType<ClickAnswer.Refused>(await bot.Desk.ClickAsync(approval, "ERIN"));
    }

    [Theory]
    [InlineData("bob@acme.example", "human", "bob@acme.example")]
    [InlineData("human:bob@acme.example", "human", "bob@acme.example")]
    [InlineData("service:sync", "service", "sync")]
    [InlineData("schedule:nightly", "schedule", "nightly")]
    public async Task The_initiator_is_taken_from_the_header_and_excluded(
        string header,
        string type,
        string id
    )
    {
        await using var bot = await GuardedBot.StartAsync();
        var asked = await bot.AttachAsync(
            ("Approval-Initiator", header),
            ("Approval-Justification", "Deploy 4812 needs it.")
        );
        var approval = await bot.FindAsync(asked.Is(202).Word("id"));
        Assert.Equal(new Party(type, id, null), approval.Opening.Request.Initiator);
        Assert.Equal("Deploy 4812 needs it.", approval.Opening.Request.Justification);
        var click = await bot.Desk.ClickAsync(approval, "BOB");
        Assert.Equal(type is "human", click is ClickAnswer.Refused);
    }

    [Theory]
    [InlineData("Approval-Initiator", "")]
    [InlineData("Approval-Initiator", "service:")]
    [InlineData("Approval-Initiator", "a\u200Bb")]
    [InlineData("Content-Encoding", "gzip")]
    [InlineData("Upgrade", "websocket")]
    public async Task A_header_that_cannot_be_taken_as_it_is_is_refused(string name, string value)
    {
        await using var bot = await GuardedBot.StartAsync();
        var text =
            $"POST /guard/cloud/a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n{name}: {value}\r\n";
        var head = await bot.RawAsync(text, "1");
        Assert.Matches("^HTTP/1.1 4(00|15) ", head);
        Assert.Empty(bot.Upstream.Calls);
        Assert.Equal(0, bot.Desk.Store.CountPending());
    }

    [Fact]
    public async Task Calls_are_limited_as_submissions_are_and_what_nobody_is_asked_about_costs_a_tenth()
    {
        var limits = new InboxOptions { Burst = 2, SubmissionsPerMinute = 1 };
        await using var bot = await GuardedBot.StartAsync(options: limits);
        await bot.AllowAsync("http.get");
        for (var i = 0; i < 5; i++)
        {
            (await bot.CallAsync("GET", "/guard/cloud/a")).Is(200);
        }

        (await bot.AttachAsync()).Is(202);
        (await bot.AttachAsync(("X-Tenant", "2"))).IsProblem(429, "too_many_requests");
    }
}
