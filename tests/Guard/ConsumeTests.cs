using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Inbox;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Mcp;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>A guard lets exactly what was approved run, once, at the guard it was asked for.</summary>
public sealed class ConsumeTests
{
    [Fact]
    public async Task A_grant_lets_its_action_run_once_and_the_ledger_knows_it_first()
    {
        await using var bot = await GuardBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(id));
        var used = (await bot.ConsumeAsync(about)).Is(200);
        Assert.Equal("consumed", used.Word("status"));
        Assert.Equal(id, used.Word("request"));
        Assert.Equal("no-store", used.Headers["Cache-Control"]);
        Assert.Equal(["grant.issued", "grant.consumed"], bot.Entries());
        (await bot.ConsumeAsync(about)).IsProblem(409, "already_consumed");
        (await bot.GrantAsync(id)).IsProblem(409, "already_consumed");
        Assert.Equal("grant.refused already_consumed", bot.Entries()[^1]);
        Assert.Equal("iam-guard", (await bot.FindAsync(id)).Grant!.Guard);
    }

    [Fact]
    public async Task The_agent_reads_what_became_of_its_grant_and_that_the_outcome_is_unknown()
    {
        await using var bot = await GuardBot.StartAsync(new HandClock(Make.Noon));
        var id = await bot.ApprovedAsync();
        Assert.False((await StateAsync()).TryGetProperty("grant", out _));
        var about = GuardBot.AboutToRun(await bot.TokenAsync(id));
        Assert.Equal("issued", (await StateAsync()).GetProperty("grant").Word("status"));
        (await bot.ConsumeAsync(about)).Is(200);
        var used = await StateAsync();
        Assert.Equal(JsonValueKind.Null, used.GetProperty("execution").ValueKind);
        var grant = used.GetProperty("grant");
        Assert.Equal("consumed", grant.Word("status"));
        Assert.Equal("2026-11-21T12:00:00.000Z", grant.Word("consumed_at"));
        Assert.Equal("iam-guard", grant.Word("guard"));
        Assert.Equal("unknown", grant.Word("outcome"));
        await ReportAsync(bot, id, "succeeded");
        Assert.Equal("succeeded", (await StateAsync()).GetProperty("grant").Word("outcome"));

        async Task<JsonElement> StateAsync() =>
            (await bot.Inbox.GetAsync($"/v1/requests/{id}")).Is(200).Body;
    }

    [Fact]
    public async Task Whoever_lost_the_answer_is_told_that_it_was_used_also_after_the_tokens_end()
    {
        var clock = new HandClock(Make.Noon);
        await using var bot = await GuardBot.StartAsync(clock);
        var id = await bot.ApprovedAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(id));
        (await bot.ConsumeAsync(about)).Is(200);
        clock.Advance(TimeSpan.FromSeconds(121));
        (await bot.ConsumeAsync(about)).IsProblem(409, "already_consumed");
        about["context"] = new JsonObject();
        (await bot.ConsumeAsync(about)).IsProblem(403, "expired");
    }

    [Fact]
    public async Task A_guard_that_is_fed_what_is_no_token_fills_no_ledger_and_loses_no_grant()
    {
        var clock = new HandClock(Make.Noon);
        var few = new InboxOptions { Burst = 1, SubmissionsPerMinute = 1 };
        await using var bot = await GuardBot.StartAsync(clock, few);
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        var (none, refused) = (GuardBot.AboutToRun("x.y.z"), 0);
        var answer = await bot.ConsumeAsync(none);
        for (; (int)answer.Status != 429; refused++)
        {
            Assert.True(refused < 10_000, "there is no end");
            answer.IsProblem(403, "invalid_token");
            answer = await bot.ConsumeAsync(none);
        }

        answer.IsProblem(429, "too_many_requests");
        Assert.True(refused >= 1_000, "what a guard may always");
        Assert.Equal("1", answer.Headers["Retry-After"]);
        Assert.Equal(1 + refused, bot.Entries().Count);
        (await bot.ConsumeAsync(about)).Is(200);
    }

    [Theory]
    [InlineData("succeeded")]
    [InlineData("failed")]
    public async Task What_was_reported_as_run_or_not_run_is_not_run_any_more(string outcome)
    {
        await using var bot = await GuardBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(id));
        await ReportAsync(bot, id, outcome);
        (await bot.ConsumeAsync(about)).IsProblem(403, "revoked");
        (await bot.GrantAsync(id)).IsProblem(403, "revoked");
        Assert.DoesNotContain("grant.consumed", bot.Entries(), StringComparer.Ordinal);
    }

    [Fact]
    public async Task What_was_used_is_reported_after_it_and_stays_used()
    {
        await using var bot = await GuardBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(id));
        (await bot.ConsumeAsync(about)).Is(200);
        await ReportAsync(bot, id, "succeeded");
        (await bot.ConsumeAsync(about)).IsProblem(409, "already_consumed");
        (await bot.GrantAsync(id)).IsProblem(409, "already_consumed");
    }

    private static async Task ReportAsync(GuardBot bot, string id, string outcome) =>
        (
            await bot.Inbox.PostAsync(
                $"/v1/requests/{id}/result",
                $$"""{"outcome":"{{outcome}}"}"""
            )
        ).Is(200);

    public static TheoryData<string> ByteChanges() =>
        [
            """{"action":{"name":"iam.role.attach_policy","properties":{"policy":"AdministratorAccesS"}}}""",
            """{"action":{"name":"iam.role.attach_policy","properties":{"policy":"AdministratorAccess","x":1}}}""",
            """{"action":{"name":"iam.role.attach_policY","properties":{"policy":"AdministratorAccess"}}}""",
            """{"action":{"name":"iam.role.attach_policy"}}""",
            """{"resource":{"type":"aws.iam.role","id":"arn:aws:iam::123456789012:role/deployer"}}""",
            """{"resource":{"type":"aws.iam.role","id":"arn:aws:iam::123456789012:role/deployer ","properties":{"environment":"production"}}}""",
            """{"resource":{"type":"aws.iam.rolf","id":"arn:aws:iam::123456789012:role/deployer","properties":{"environment":"production"}}}""",
            """{"context":{"change_ticket":"CHG-2"}}""",
            """{"context":{}}""",
            """{"context":{"change_ticket":"CHG-1","salt":"another"}}""",
            """{"context":{"change_ticket":"CHG-1","salt":null}}""",
        ];

    [Theory]
    [MemberData(nameof(ByteChanges))]
    public async Task What_differs_in_a_byte_is_refused_and_uses_nothing_up(string change)
    {
        await using var bot = await GuardBot.StartAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        var other = about.DeepClone().AsObject();
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
        {
            other[name] = value?.DeepClone();
        }

        (await bot.ConsumeAsync(other)).IsProblem(403, "binding_mismatch");
        Assert.Equal("grant.refused binding_mismatch", bot.Entries()[^1]);
        (await bot.ConsumeAsync(about)).Is(200);
    }

    [Fact]
    public async Task The_order_of_members_and_the_spelling_of_text_do_not_matter_nor_a_repeated_salt()
    {
        await using var bot = await GuardBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var token = await bot.TokenAsync(id);
        var salt = (await bot.FindAsync(id)).Opening.Salt;
        var body = $$$"""
            {"context":{"salt":"{{{salt}}}","change_ticket":"C\u0048G-1"},"token":"{{{token}}}",
             "resource":{"properties":{"environment":"production"},"id":"arn:aws:iam::123456789012:role\/deployer","type":"aws.iam.role"},
             "action":{"properties":{"policy":"AdministratorAccess"},"name":"iam.role.attach_policy"}}
            """;
        (await bot.Inbox.PostAsync("/v1/grants/consume", body, bot.As(bot.Key))).Is(200);
    }

    [Fact]
    public async Task A_guard_consumes_only_grants_for_its_own_audience()
    {
        await using var bot = await GuardBot.StartAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        (await bot.ConsumeAsync(about, bot.OtherKey)).IsProblem(403, "wrong_audience");
        (await bot.ConsumeAsync(about)).Is(200);
    }

    [Fact]
    public async Task An_expired_grant_is_refused_and_a_fresh_one_of_the_same_id_is_not()
    {
        var clock = new HandClock(Make.Noon);
        await using var bot = await GuardBot.StartAsync(clock);
        var id = await bot.ApprovedAsync();
        var first = (await bot.GrantAsync(id)).Is(200);
        clock.Advance(TimeSpan.FromSeconds(120));
        var about = GuardBot.AboutToRun(first.Word("token"));
        (await bot.ConsumeAsync(about)).IsProblem(403, "expired");
        var second = (await bot.GrantAsync(id)).Is(200);
        Assert.Equal(first.Word("grant"), second.Word("grant"));
        Assert.Equal("2026-11-21T12:04:00.000Z", second.Word("expires_at"));
        about["token"] = second.Word("token");
        (await bot.ConsumeAsync(about)).Is(200);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task What_is_no_token_is_refused_and_recorded(string token)
    {
        await using var bot = await GuardBot.StartAsync();
        (await bot.ConsumeAsync(GuardBot.AboutToRun(token))).IsProblem(403, "invalid_token");
        Assert.Equal(["grant.refused invalid_token"], bot.Entries());
    }

    [Fact]
    public async Task Only_the_key_of_a_guard_that_is_there_consumes()
    {
        await using var bot = await GuardBot.StartAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        (await bot.ConsumeAsync(about, bot.Inbox.Key)).IsProblem(401, "unauthenticated");
        (await bot.ConsumeAsync(about, ApiKey.New(ApiKeyKind.Guard))).IsProblem(
            401,
            "unauthenticated"
        );
        (await bot.ConsumeAsync(about, http: bot.Inbox.As(null))).IsProblem(401, "unauthenticated");
        await bot.SetAsync("guard", "iam-guard", null);
        (await bot.ConsumeAsync(about)).IsProblem(401, "unauthenticated");
        Assert.Equal(["grant.issued"], bot.Entries());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"token":1,"action":{"name":"a"},"resource":{"type":"t","id":"i"}}""")]
    [InlineData("""{"token":"a","action":{"name":"a"},"resource":{"type":"t","id":"i"},"x":1}""")]
    [InlineData(
        """{"token":"a","action":{"name":"a"},"resource":{"type":"t","id":"i"},"token":"b"}"""
    )]
    [InlineData(
        """{"token":"a","action":{"name":"a","properties":{"n":1.5}},"resource":{"type":"t","id":"i"}}"""
    )]
    public async Task A_body_of_another_shape_is_an_invalid_request(string body)
    {
        await using var bot = await GuardBot.StartAsync();
        (await bot.Inbox.PostAsync("/v1/grants/consume", body, bot.As(bot.Key))).IsProblem(
            400,
            "invalid_request"
        );
    }

    [Fact]
    public async Task Other_methods_are_not_for_this_address()
    {
        await using var bot = await GuardBot.StartAsync();
        var reply = await bot.Inbox.GetAsync("/v1/grants/consume", bot.As(bot.Key));
        Assert.Equal("POST", reply.IsProblem(405, "method_not_allowed").Headers["Allow"]);
    }
}
