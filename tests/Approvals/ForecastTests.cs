using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>Who could approve, before anybody is asked, and what people are told of it.</summary>
public sealed class ForecastTests
{
    private static readonly PersonId s_ann = PersonId.New(Make.Noon);
    private static readonly PersonId s_bob = PersonId.New(Make.Noon);
    private static readonly PersonId s_erin = PersonId.New(Make.Noon);

    private static readonly Register s_register = Make.Register(
        Make.Linked(s_ann, Make.Slack("ANN"), "ann@acme.example"),
        Make.Linked(s_bob, Make.Slack("BOB"), "bob@acme.example"),
        Make.Linked(s_erin, Make.Slack("ERIN"), "erin@acme.example"),
        Make.OwnedAgent(s_erin, s_erin),
        Make.Group("sre", s_ann, s_erin),
        Make.Group("security", s_ann, s_bob)
    );

    [Theory]
    [InlineData(StageOrder.Sequential, "needs 2 of sre or dev, then 1 of security;")]
    [InlineData(StageOrder.Any, "needs 2 of sre or dev and 1 of security;")]
    public void It_says_in_which_order_who_is_needed_and_who_is_excluded(
        StageOrder order,
        string needs
    )
    {
        var policy = new Policy("prod", 1)
        {
            Order = order,
            Stages = [new Stage(["sre", "dev"], 2), new Stage(["security"], 1)],
        };
        var forecast = Forecast.Of(Make.Approval(s_register, policy), s_register);
        Assert.False(forecast.IsPossible);
        Assert.Contains(needs, forecast.Explain(), StringComparison.Ordinal);
        Assert.Contains(
            "2 could approve, excluded: 1 as owner.",
            forecast.Explain(),
            StringComparison.Ordinal
        );
        Assert.EndsWith("group add <group> @p.", forecast.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_nobody_is_excluded_it_says_nobody()
    {
        var policy = new Policy("prod", 1) { Stages = [new Stage(["security"], 3)] };
        var forecast = Forecast.Of(Make.Approval(s_register, policy), s_register);
        Assert.Contains("excluded: nobody.", forecast.Explain(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_that_nobody_made_and_members_whom_nobody_knows_satisfy_nothing()
    {
        var policy = new Policy("prod", 1) { Stages = [new Stage(["ghosts"], 1)] };
        Assert.False(Forecast.CouldSatisfy(policy, s_register, _ => true));
        var ghosts = s_register.Apply(Make.Group("ghosts", PersonId.New(Make.Noon)), Make.Noon);
        Assert.False(Forecast.CouldSatisfy(policy, ghosts, _ => true));
        Assert.False(Forecast.Of(Make.Approval(ghosts, policy), ghosts).IsPossible);
        var known = s_register.Apply(Make.Group("ghosts", s_bob), Make.Noon);
        Assert.True(Forecast.CouldSatisfy(policy, known, _ => true));
        Assert.False(Forecast.CouldSatisfy(policy, known, p => p.Id != s_bob));
    }
}
