using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Inbox;

namespace ChatApprovals.Tests.Guard;

/// <summary>Who may call a guarded endpoint, and who is behind a call.</summary>
public sealed class GuardedCallerTests
{
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
        Assert.Equal("grant.refused other_agent", bot.Entries(id)[^1]);
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
    [InlineData("If-Match", "\"v1\"")]
    [InlineData("if-none-match", "*")]
    [InlineData("If-Unmodified-Since", "Sat, 21 Nov 2026 22:00:00 GMT")]
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
    public async Task Identity_is_no_encoding_of_a_body()
    {
        await using var bot = await GuardedBot.StartAsync();
        (await bot.AttachAsync(("Content-Encoding", "identity"))).Is(202);
    }

    [Fact]
    public async Task A_condition_is_sent_where_it_is_bound_and_left_out_of_reads()
    {
        await using var bot = await GuardedBot.StartAsync(change: u =>
            u with
            {
                Bind = ["If-Match"],
            }
        );
        await bot.AllowAsync("http.*");
        (string, string) condition = ("If-Match", "\"v1\"");
        (await bot.CallAsync("PUT", "/guard/cloud/a", [1], headers: condition)).Is(200);
        Assert.Equal("\"v1\"", bot.Upstream.Only().Headers["If-Match"]);
        (await bot.CallAsync("GET", "/guard/cloud/a", headers: ("If-None-Match", "\"v1\""))).Is(
            200
        );
        Assert.DoesNotContain(
            "If-None-Match",
            bot.Upstream.Calls.Last().Headers.Keys,
            StringComparer.Ordinal
        );
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
