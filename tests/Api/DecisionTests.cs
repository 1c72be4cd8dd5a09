using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Api;

/// <summary><c>POST /v1/requests/{id}/decisions</c>: the same duties as in chat, over real HTTP.</summary>
public sealed class DecisionTests
{
    [Fact]
    public async Task A_person_who_signed_in_approves_and_the_agent_is_released_and_every_card_redrawn()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var id = (await bot.Desk.OpenOneAsync()).Id;
        await bot.Desk.Outbox.StartAsync(ApiBot.Cancel);
        var agent = bot.Desk.Desk.WaitAsync(
            Make.Agent,
            id,
            TimeSpan.FromSeconds(60),
            ApiBot.Cancel
        );
        var hash = await bot.ReadAsync(id, bob);
        var answer = (await bot.SayAsync(id, bob, hash, reason: "CHG-7 is signed off")).Is(200);
        Assert.Equal("approved", answer.Word("status"));
        Assert.Equal(RequestStatus.Approved, (await agent)!.Status);

        var decision = Assert.Single((await bot.FindAsync(id)).Decisions);
        Assert.Equal(Surface.Api, decision.Surface);
        Assert.Equal("BOB", decision.Name);
        Assert.Equal("CHG-7 is signed off", decision.Reason);
        var entry = Assert.Single(bot.Entries(id, "decision.approved"));
        Assert.Equal("api", entry.GetProperty("surface").GetString());
        Assert.Equal(hash, entry.GetProperty("display_hash").GetString());
        Assert.Equal(bot.Account("bob").ToString(), entry.GetProperty("account").GetString());
        await Eventually.TrueAsync(
            () => bot.Desk.Wall.Drawn.Any(d => d.Card.Outcomes is [{ Surface: "api" }]),
            "the card in Slack says who approved by API"
        );
        await bot.Desk.Outbox.StopAsync(ApiBot.Cancel);
    }

    [Fact]
    public async Task A_rejection_needs_its_reason_and_ends_the_request()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        await PolicyAsync(bot, Policy.Default with { RejectNeedsReason = true });
        var id = (await bot.Desk.OpenOneAsync()).Id;
        var hash = await bot.ReadAsync(id, bob);
        var wanting = await bot.SayAsync(id, bob, hash, "rejected", reason: "  ");
        wanting.IsProblem(422, "reason_missing");
        Assert.Equal(
            "/reason",
            wanting.Body.GetProperty("errors")[0].GetProperty("pointer").GetString()
        );
        var ended = await bot.SayAsync(id, bob, hash, "rejected", reason: "not on a Friday");
        Assert.Equal("denied", ended.Is(200).Word("status"));
    }

    [Fact]
    public async Task The_same_again_changes_nothing_and_the_contrary_is_refused()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var id = (await bot.Desk.OpenOneAsync()).Id;
        var hash = await bot.ReadAsync(id, bob);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("approved", (await bot.SayAsync(id, bob, hash)).Is(200).Word("status"));
        }

        Assert.Single(bot.Entries(id, "decision.approved"));
        var late = await bot.SayAsync(id, bob, hash, "rejected", reason: "after all not");
        late.IsProblem(409, "not_pending");
        Assert.Equal(
            "approved",
            late.Body.GetProperty("request").GetProperty("status").GetString()
        );
        Assert.Equal("ended", Refusal(bot, id));
    }

    [Fact]
    public async Task One_person_counts_once_in_Slack_and_by_API()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        await TwoNeededAsync(bot);
        var approval = await bot.Desk.OpenOneAsync();
        Assert.IsType<ClickAnswer.Counted>(await bot.Desk.ClickAsync(approval, "BOB"));
        var again = await bot.DecideAsync(approval.Id, bob);
        Assert.Equal("pending", again.Is(200).Word("status"));
        Assert.Equal(1, again.Body.GetProperty("stages")[0].GetProperty("approved").GetInt32());
        Assert.Single((await bot.FindAsync(approval.Id)).Decisions);

        var contrary = await bot.DecideAsync(approval.Id, bob, "rejected");
        contrary.IsProblem(403, "already_counted");
        Assert.Equal("already_counted", Refusal(bot, approval.Id));
        Assert.IsType<ClickAnswer.Counted>(
            await bot.Desk.ClickAsync(await bot.FindAsync(approval.Id), "CAROL")
        );
        Assert.Equal(RequestStatus.Approved, (await bot.FindAsync(approval.Id)).Status);
    }

    [Theory]
    [InlineData("ERIN", "owner")]
    [InlineData("ANN", "not_an_approver")]
    public async Task Whoever_may_not_in_chat_may_not_by_API_and_it_is_in_the_ledger(
        string user,
        string code
    )
    {
        await using var bot = await ApiBot.StartAsync();
        var token = await bot.SignedInAsync(user);
        var id = (await bot.Desk.OpenOneAsync()).Id;
        (await bot.DecideAsync(id, token)).IsProblem(403, code);
        Assert.Equal(code, Refusal(bot, id));
        Assert.True((await bot.FindAsync(id)).IsPending);
    }

    [Theory]
    [InlineData("bob")]
    [InlineData("ACCOUNT")]
    public async Task An_initiator_named_by_their_subject_is_excluded_on_every_surface(string name)
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var initiator = name.Replace(
            "ACCOUNT",
            bot.Account("bob").ToString(),
            StringComparison.Ordinal
        );
        var approval = Assert
            .IsType<Opened.Created>(await bot.Desk.AskAsync(initiator: initiator))
            .Approval;
        (await bot.DecideAsync(approval.Id, bob)).IsProblem(403, "initiator");
        var clicked = await bot.Desk.ClickAsync(approval, "BOB");
        Assert.Equal(
            ChatApprovals.Approvals.Refusal.Initiator,
            Assert.IsType<ClickAnswer.Refused>(clicked).Why
        );
    }

    [Theory]
    [InlineData("slack:T1:BOB")]
    [InlineData("Bob@acme.example")]
    public async Task An_initiator_named_by_their_chat_account_or_address_is_excluded_by_API_too(
        string initiator
    )
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var opened = await bot.Desk.AskAsync(initiator: initiator);
        var id = Assert.IsType<Opened.Created>(opened).Approval.Id;
        (await bot.DecideAsync(id, bob)).IsProblem(403, "initiator");
    }

    [Fact]
    public async Task An_address_that_the_issuer_verified_excludes_and_is_remembered()
    {
        await using var bot = await ApiBot.StartAsync();
        await bot.SignedInAsync("BOB");
        var approval = await bot.Desk.OpenOneAsync();
        var bob = bot.Token("bob", email: "Alice@acme.example");
        (await bot.DecideAsync(approval.Id, bob)).IsProblem(403, "initiator");
        // Whatever the next token says, and in Slack as well.
        (await bot.DecideAsync(approval.Id, bot.Token("bob"))).IsProblem(403, "initiator");
        var clicked = await bot.Desk.ClickAsync(approval, "BOB");
        Assert.IsType<ClickAnswer.Refused>(clicked);
    }

    [Fact]
    public async Task Whoever_may_not_decide_is_told_that_also_when_they_read_nothing()
    {
        await using var bot = await ApiBot.StartAsync();
        await bot.SignedInAsync("BOB");
        var approval = await bot.Desk.OpenOneAsync();
        var bob = bot.Token("bob", email: "Alice@acme.example");
        (await bot.SayAsync(approval.Id, bob, "unread")).IsProblem(403, "initiator");
    }

    [Fact]
    public async Task Something_else_than_what_was_read_is_not_decided()
    {
        await using var bot = await ApiBot.StartAsync();
        var (bob, carol) = (await bot.SignedInAsync("BOB"), await bot.SignedInAsync("CAROL"));
        await TwoNeededAsync(bot);
        var approval = await bot.Desk.OpenOneAsync();
        var hash = await bot.ReadAsync(approval.Id, bob);
        Assert.IsType<ClickAnswer.Counted>(await bot.Desk.ClickAsync(approval, "CAROL"));
        var stale = await bot.SayAsync(approval.Id, bob, hash);
        stale.IsProblem(409, "review_changed");
        Assert.Equal("review_changed", Refusal(bot, approval.Id));
        var present = stale.Word("display_hash");
        Assert.Equal(present, await bot.ReadAsync(approval.Id, carol));
        (await bot.SayAsync(approval.Id, bob, present)).IsProblem(409, "review_changed");
        Assert.Equal(present, await bot.ReadAsync(approval.Id, bob));
        Assert.Equal(
            "approved",
            (await bot.SayAsync(approval.Id, bob, present)).Is(200).Word("status")
        );
    }

    [Fact]
    public async Task Dwell_is_measured_from_the_first_time_the_review_was_fetched()
    {
        await using var bot = await ApiBot.StartAsync();
        var (bob, carol) = (await bot.SignedInAsync("BOB"), await bot.SignedInAsync("CAROL"));
        await PolicyAsync(bot, Policy.Default with { Dwell = 10 });
        var id = (await bot.Desk.OpenOneAsync()).Id;
        bot.Clock.Advance(TimeSpan.FromMinutes(1));
        var hash = await bot.ReadAsync(id, carol);
        // Bob has the hash from Carol, and has read nothing.
        (await bot.SayAsync(id, bob, hash)).IsProblem(409, "review_changed");
        Assert.Equal(10, await ApproveInAsync(bot, id, bob));
        bot.Clock.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal(3, await ApproveInAsync(bot, id, bob));
        var early = await bot.SayAsync(id, bob, hash);
        Assert.Equal("3", early.IsProblem(409, "too_soon").Headers["Retry-After"]);
        bot.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("approved", (await bot.SayAsync(id, bob, hash)).Is(200).Word("status"));
    }

    [Fact]
    public async Task Who_left_the_workspace_decides_nothing_from_that_moment()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var id = (await bot.Desk.OpenOneAsync()).Id;
        var hash = await bot.ReadAsync(id, bob);
        bot.Desk.Wall.Obstacles[Make.Slack("BOB")] = MemberObstacle.Deactivated;
        (await bot.SayAsync(id, bob, hash)).IsProblem(403, "deactivated");
        Assert.Equal("deactivated", Refusal(bot, id));
    }

    [Fact]
    public async Task A_sign_in_of_nobody_decides_nothing_and_the_attempt_is_in_the_ledger()
    {
        await using var bot = await ApiBot.StartAsync();
        var id = (await bot.Desk.OpenOneAsync()).Id;
        var refused = await bot.SayAsync(id, bot.Token("stranger"), "whatever");
        refused.IsProblem(403, "not_linked");
        Assert.DoesNotContain("iam.role", refused.Text, StringComparison.Ordinal);
        var entry = Assert.Single(bot.Entries(id, "decision.refused"));
        Assert.Equal("not_linked", entry.GetProperty("refusal").GetString());
        Assert.Equal(bot.Account("stranger").ToString(), entry.GetProperty("account").GetString());
        Assert.Null(bot.Desk.Register.Current.PersonOf(bot.Account("stranger")));
        var none = RequestId.New(Make.Noon);
        (await bot.SayAsync(none, bot.Token("stranger"), "x")).IsProblem(403, "not_linked");
        var bob = await bot.SignedInAsync("BOB");
        (await bot.SayAsync(none, bob, "x")).IsProblem(404, "not_found");
    }

    private static async Task<int> ApproveInAsync(ApiBot bot, RequestId id, string token) =>
        (await bot.ReviewAsync(id, token))
            .Is(200)
            .Body.GetProperty("you")
            .GetProperty("approve_in")
            .GetInt32();

    private static Task<bool> TwoNeededAsync(ApiBot bot) =>
        PolicyAsync(bot, Policy.Default with { Stages = [new Stage(["approvers"], 2)] });

    private static Task<bool> PolicyAsync(ApiBot bot, Policy policy) =>
        bot.Desk.Committer.CommitAsync(
            commit =>
            {
                commit.Record(Make.Changed("policy", policy.Name, policy));
                return true;
            },
            ApiBot.Cancel
        );

    private static string? Refusal(ApiBot bot, RequestId id) =>
        bot.Entries(id, "decision.refused")[^1].GetProperty("refusal").GetString();
}
