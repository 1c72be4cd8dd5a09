using System.Collections.Immutable;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Inbox;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Guard;

/// <summary>People and policies are judged again when a grant is fetched and when it is used.</summary>
public sealed class StandingTests
{
    [Fact]
    public async Task A_grant_is_for_the_agent_that_asked_and_only_when_it_is_approved()
    {
        await using var bot = await GuardBot.StartAsync();
        var id = await bot.Inbox.OpenAsync();
        var pending = (await bot.GrantAsync(id)).IsProblem(409, "not_approved");
        Assert.Equal(
            "pending",
            pending.Body.GetProperty("request").GetProperty("status").GetString()
        );
        (await bot.GrantAsync(id, bot.Inbox.Other)).IsProblem(404, "not_found");
        (await bot.GrantAsync("apr_x")).IsProblem(404, "not_found");
        (await bot.GrantAsync(id, bot.Key)).IsProblem(401, "unauthenticated");
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Rejected);
        (await bot.GrantAsync(id)).IsProblem(409, "not_approved");
        // Nothing was asked for that could be had, but what is another's is an attempt.
        Assert.Equal(["grant.refused other_agent"], bot.Entries());
        var entry = bot.Desk.Store.Entries(0, 100).Single(e => e.Kind is "grant.refused");
        Assert.Equal("other", JsonElement.Parse(entry.Bytes).GetProperty("agent").GetString());
    }

    [Fact]
    public async Task Without_an_audience_it_is_for_the_issuer()
    {
        await using var bot = await GuardBot.StartAsync();
        var id = await bot.Inbox.OpenAsync();
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        var token = JwsToken.Parse(await bot.TokenAsync(id))!;
        Assert.Equal("https://bot.test", token.Payload.GetProperty("aud").GetString());
    }

    [Fact]
    public async Task A_body_with_anything_in_it_is_refused_and_none_is_needed()
    {
        await using var bot = await GuardBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var path = $"/v1/requests/{id}/grant";
        (await bot.Inbox.PostAsync(path, """{"audience":"https://other.example"}""")).IsProblem(
            400,
            "invalid_request"
        );
        using var bare = new HttpRequestMessage(HttpMethod.Post, path);
        (await bot.Inbox.SendAsync(bare)).Is(200);
    }

    [Fact]
    public async Task An_approval_is_good_for_as_long_as_the_policy_says()
    {
        var clock = new HandClock(Make.Noon);
        await using var bot = await GuardBot.StartAsync(clock);
        var id = await bot.ApprovedAsync();
        clock.Advance(TimeSpan.FromSeconds(599));
        (await bot.GrantAsync(id)).Is(200);
        clock.Advance(TimeSpan.FromSeconds(1));
        (await bot.GrantAsync(id)).IsProblem(409, "approval_expired");
        Assert.Equal("grant.refused approval_expired", bot.Entries()[^1]);
    }

    public static TheoryData<string, string> Stops() =>
        new()
        {
            { "agent disabled", "agent_disabled" },
            { "agent removed", "unauthenticated" },
            { "actions narrowed", "revoked" },
            { "frozen", "frozen" },
            { "all frozen", "frozen" },
            { "approver left", "no_longer_approved" },
            { "approver owns", "no_longer_approved" },
            { "denied by now", "no_longer_approved" },
        };

    [Theory]
    [MemberData(nameof(Stops))]
    public async Task What_changed_since_the_approval_stops_grants_under_way_and_new_ones(
        string what,
        string code
    )
    {
        await using var bot = await GuardBot.StartAsync();
        var id = await bot.ApprovedAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(id));
        await StopAsync(bot, what);
        (await bot.ConsumeAsync(about)).IsProblem(403, "revoked");
        Assert.Equal(code, (await bot.GrantAsync(id)).Word("code"));
        Assert.DoesNotContain("grant.consumed", bot.Entries(), StringComparer.Ordinal);
        Assert.Equal("grant.issued", bot.Entries()[0]);
        if (code is not ("agent_disabled" or "unauthenticated"))
        {
            Assert.Equal($"grant.refused {code}", bot.Entries()[^1]);
        }
    }

    [Theory]
    [InlineData(MemberObstacle.Deactivated)]
    [InlineData(MemberObstacle.Guest)]
    [InlineData(MemberObstacle.Stranger)]
    [InlineData(MemberObstacle.NoSuchAccount)]
    public async Task Who_approved_and_has_left_the_workspace_approves_no_more(
        MemberObstacle obstacle
    )
    {
        await using var bot = await GuardBot.StartAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        bot.Desk.Wall.Obstacles[Make.Slack("BOB")] = obstacle;
        bot.Desk.Forget(Make.Slack("BOB"));
        (await bot.ConsumeAsync(about)).IsProblem(403, "revoked");
        Assert.Equal("grant.refused no_longer_approved", bot.Entries()[^1]);
        bot.Desk.Wall.Obstacles.Clear();
        bot.Desk.Forget(Make.Slack("BOB"));
        (await bot.ConsumeAsync(about)).Is(200);
    }

    [Fact]
    public async Task While_a_platform_does_not_say_who_is_still_there_nothing_runs_and_nothing_is_used_up()
    {
        await using var bot = await GuardBot.StartAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        bot.Desk.Wall.Obstacles[Make.Slack("BOB")] = MemberObstacle.Unknown;
        bot.Desk.Forget(Make.Slack("BOB"));
        var reply = await bot.ConsumeAsync(about);
        reply.IsProblem(503, "unavailable");
        Assert.Equal("Slack did not answer", reply.Word("title"));
        Assert.Contains("used up", reply.Word("detail"), StringComparison.Ordinal);
        Assert.Equal(["grant.issued"], bot.Entries());
        bot.Desk.Wall.Obstacles.Clear();
        (await bot.ConsumeAsync(about)).Is(200);
    }

    /// <summary>Whom a platform does not answer for counts on, and is asked about again before it runs.</summary>
    [Theory]
    [InlineData(MemberObstacle.Deactivated, true)]
    [InlineData(MemberObstacle.Guest, true)]
    [InlineData(MemberObstacle.NoSuchAccount, true)]
    [InlineData(MemberObstacle.Unknown, false)]
    public async Task Who_approved_first_and_has_left_before_the_second_does_is_none_of_two(
        MemberObstacle obstacle,
        bool isPending
    )
    {
        await using var bot = await GuardBot.StartAsync();
        ImmutableArray<Stage> two = [new Stage(["approvers"], 2)];
        await bot.SetAsync("policy", "default", Policy.Default with { Stages = two });
        var id = await bot.Inbox.OpenAsync();
        await bot.Inbox.DecideAsync(id, "BOB", Verdict.Approved);
        bot.Desk.Wall.Obstacles[Make.Slack("BOB")] = obstacle;
        bot.Desk.Forget(Make.Slack("BOB"));
        await bot.Inbox.DecideAsync(id, "CAROL", Verdict.Approved);
        Assert.Equal(isPending, (await bot.FindAsync(id)).IsPending);
    }

    /// <summary>Nothing told of the change: the platform is asked again after a minute.</summary>
    [Fact]
    public async Task Who_has_left_is_found_out_after_a_minute_at_the_latest()
    {
        var clock = new HandClock(Make.Noon);
        await using var bot = await GuardBot.StartAsync(clock);
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        bot.Desk.Wall.Obstacles[Make.Slack("BOB")] = MemberObstacle.Deactivated;
        clock.Advance(TimeSpan.FromSeconds(60));
        (await bot.ConsumeAsync(about)).IsProblem(403, "revoked");
    }

    [Fact]
    public async Task What_is_unfrozen_in_time_can_be_used()
    {
        await using var bot = await GuardBot.StartAsync();
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        await StopAsync(bot, "all frozen");
        (await bot.ConsumeAsync(about)).IsProblem(403, "revoked");
        await bot.SetAsync("freeze", Register.Everything, null);
        (await bot.ConsumeAsync(about)).Is(200);
    }

    [Fact]
    public async Task Who_widens_a_group_after_the_approval_does_not_stop_it()
    {
        var clock = new HandClock(Make.Noon);
        await using var bot = await GuardBot.StartAsync(clock);
        var about = GuardBot.AboutToRun(await bot.TokenAsync(await bot.ApprovedAsync()));
        clock.Advance(TimeSpan.FromSeconds(1));
        var (bob, carol) = (Person(bot, "BOB"), Person(bot, "CAROL"));
        var widening = new Widening(clock.GetUtcNow(), [bob]);
        await bot.SetAsync("group", "approvers", new Group("approvers", [bob, carol], [widening]));
        (await bot.ConsumeAsync(about)).Is(200);
    }

    [Fact]
    public async Task What_a_policy_allowed_by_itself_the_policies_must_still_allow()
    {
        await using var bot = await GuardBot.StartAsync();
        await bot.SetAsync("policy", "default", Policy.Default with { Effect = Effect.Allow });
        var asked = await bot.Inbox.PostAsync("/v1/requests", GuardBot.Request().ToJsonString());
        var token = await bot.TokenAsync(asked.Is(201).Word("id"));
        await bot.SetAsync("policy", "default", Policy.Default);
        (await bot.ConsumeAsync(GuardBot.AboutToRun(token))).IsProblem(403, "revoked");
        await bot.SetAsync("policy", "default", Policy.Default with { Effect = Effect.Allow });
        (await bot.ConsumeAsync(GuardBot.AboutToRun(token))).Is(200);
    }

    private static Task<bool> StopAsync(GuardBot bot, string what)
    {
        var asker = bot.Desk.Register.Current.Agents["asker"];
        var (bob, carol) = (Person(bot, "BOB"), Person(bot, "CAROL"));
        var freeze = new Freeze(Make.Noon, carol);
        var deny = Policy.Default with { Effect = Effect.Deny, Stages = [] };
        ImmutableArray<PersonId> owners = [bob];
        return what switch
        {
            "agent disabled" => bot.SetAsync("agent", "asker", asker with { Disabled = true }),
            "agent removed" => bot.SetAsync("agent", "asker", null),
            "actions narrowed" => bot.SetAsync("agent", "asker", asker with { Actions = ["db.*"] }),
            "frozen" => bot.SetAsync("freeze", "asker", freeze),
            "all frozen" => bot.SetAsync("freeze", Register.Everything, freeze),
            "approver left" => bot.SetAsync(
                "group",
                "approvers",
                new Group("approvers", [carol], [])
            ),
            "approver owns" => bot.SetAsync("agent", "asker", asker with { Owners = owners }),
            "denied by now" => bot.SetAsync("policy", "default", deny),
            _ => throw new ArgumentOutOfRangeException(nameof(what)),
        };
    }

    private static PersonId Person(GuardBot bot, string user) =>
        bot.Desk.Register.Current.PersonOf(Make.Slack(user))!.Id;
}
