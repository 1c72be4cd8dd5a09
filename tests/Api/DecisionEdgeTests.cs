using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Api;

/// <summary>Decisions by API that come too late, in a wrong form, all at once, or about the configuration.</summary>
public sealed class DecisionEdgeTests
{
    [Fact]
    public async Task An_expired_request_is_not_decided()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var id = (await bot.Desk.OpenOneAsync(expiresIn: 60)).Id;
        var hash = await bot.ReadAsync(id, bob);
        bot.Clock.Advance(TimeSpan.FromMinutes(2));
        var late = await bot.SayAsync(id, bob, hash);
        late.IsProblem(409, "not_pending");
        Assert.Equal("expired", late.Body.GetProperty("request").GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("""{"verdict":"approved"}""", "/display_hash")]
    [InlineData("""{"display_hash":"x"}""", "/verdict")]
    [InlineData("""{"verdict":"APPROVED","display_hash":"x"}""", "/verdict")]
    [InlineData("""{"verdict":"approve","display_hash":"x"}""", "/verdict")]
    [InlineData("""{"verdict":true,"display_hash":"x"}""", "/verdict")]
    [InlineData("""{"verdict":"approved","display_hash":7}""", "/display_hash")]
    [InlineData("""{"verdict":"approved","display_hash":"x","reason":7}""", "/reason")]
    [InlineData("""{"verdict":"approved","display_hash":"x","person":"per_1"}""", "/person")]
    [InlineData("""{"verdict":"approved","verdict":"rejected","display_hash":"x"}""", "/verdict")]
    [InlineData("[]", "")]
    [InlineData("{", "")]
    public async Task A_body_that_is_not_as_it_must_be_is_refused(string body, string where)
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var id = (await bot.Desk.OpenOneAsync()).Id;
        var path = $"/v1/requests/{id}/decisions";
        var refused = await bot.SendAsync(HttpMethod.Post, path, bob, body);
        var error = refused.IsProblem(400, "invalid_request").Body.GetProperty("errors")[0];
        Assert.Equal(where, error.GetProperty("pointer").GetString());
        Assert.Empty(bot.Entries(id, "decision.refused"));
    }

    [Fact]
    public async Task No_body_a_large_one_and_another_method_are_refused()
    {
        await using var bot = await ApiBot.StartAsync();
        var bob = await bot.SignedInAsync("BOB");
        var path = $"/v1/requests/{(await bot.Desk.OpenOneAsync()).Id}/decisions";
        (await bot.SendAsync(HttpMethod.Post, path, bob)).IsProblem(400, "invalid_request");
        var large = new JsonObject { ["reason"] = new string('x', 70_000) }.ToJsonString();
        (await bot.SendAsync(HttpMethod.Post, path, bob, large)).IsProblem(413, "too_large");
        (await bot.SendAsync(HttpMethod.Get, path, bob)).IsProblem(405, "method_not_allowed");
    }

    [Fact]
    public async Task Two_hundred_who_decide_at_once_by_API_and_in_Slack_end_it_once()
    {
        await using var bot = await ApiBot.StartAsync();
        var (bob, carol) = (await bot.SignedInAsync("BOB"), await bot.SignedInAsync("CAROL"));
        var approval = await bot.Desk.OpenOneAsync();
        var hash = await bot.ReadAsync(approval.Id, bob);
        var clicks = Enumerable
            .Range(0, 200)
            .Select<int, Task>(i =>
                i % 3 == 0 ? bot.Desk.ClickAsync(approval, "CAROL", Verdict.Rejected)
                : i % 3 == 1 ? bot.SayAsync(approval.Id, carol, hash, "rejected", "no")
                : bot.SayAsync(approval.Id, bob, hash)
            );
        await Task.WhenAll(clicks);
        var ends = bot.Entries(approval.Id, "request.approved")
            .Concat(bot.Entries(approval.Id, "request.denied"));
        Assert.Single(ends);
        Assert.Single((await bot.FindAsync(approval.Id)).Decisions);
    }

    [Fact]
    public async Task A_change_of_the_configuration_is_confirmed_by_API_by_another_administrator()
    {
        await using var bot = await ApiBot.StartAsync();
        await bot.Commands.AsAsync(Make.Slack("ANN"), "admin add {BOB}");
        // With two administrators a link waits for the other one.
        await bot.Commands.AsAsync(Make.Slack("ANN"), "person link {BOB} oidc:bob");
        var link = await bot.Desk.WaitingChangeAsync();
        Assert.IsType<ClickAnswer.Counted>(await bot.Desk.ClickAsync(link, "BOB"));
        await bot.Commands.AsAsync(Make.Slack("ANN"), "group add oncall {CAROL}");
        var change = await bot.Desk.WaitingChangeAsync();
        // The desk's own wait, a day, is over.
        bot.Clock.Advance(TimeSpan.FromHours(25));
        await bot.Commands.AsAsync(Make.Slack("ANN"), "group add night {CAROL}");
        change = (await bot.Desk.Desk.PendingAsync(10, ApiBot.Cancel))[^1];
        Assert.Equal(
            "approved",
            (await bot.DecideAsync(change.Id, bot.Token("bob"))).Is(200).Word("status")
        );
        Assert.NotNull(bot.Desk.Register.Current.Group("night"));
    }

    [Fact]
    public async Task Whoever_decides_in_anothers_place_may_by_API_as_long_as_the_other_is_there()
    {
        await using var bot = await ApiBot.StartAsync();
        await bot.Commands.AsAsync(Make.Slack("CAROL"), "delegate to {ANN} until 3d");
        bot.Clock.Advance(TimeSpan.FromSeconds(1));
        var ann = await bot.SignedInAsync("ANN");
        var (left, there) = (await bot.Desk.OpenOneAsync("1"), await bot.Desk.OpenOneAsync("2"));
        bot.Desk.Wall.Obstacles[Make.Slack("CAROL")] = MemberObstacle.Deactivated;
        (await bot.DecideAsync(left.Id, ann)).IsProblem(403, "delegator_absent");
        bot.Desk.Wall.Obstacles.Clear();
        (await bot.DecideAsync(there.Id, ann)).Is(200);
        var decision = Assert.Single((await bot.FindAsync(there.Id)).Decisions);
        Assert.Equal(bot.Desk.Register.Current.PersonOf(Make.Slack("CAROL"))!.Id, decision.For);
    }
}
