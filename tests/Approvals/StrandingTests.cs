using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>First one of <c>ops</c> (Bob, Carol), then one of <c>lead</c> (Bob): Bob must not be used up first.</summary>
public sealed class StrandingTests
{
    private static readonly PersonId s_bob = PersonId.New(Make.Noon);
    private static readonly PersonId s_carol = PersonId.New(Make.Noon);
    private static readonly PersonId s_erin = PersonId.New(Make.Noon);

    private static readonly Register s_company = Make.Register(
        Make.Linked(s_bob, Make.Slack("BOB"), "bob@acme.example"),
        Make.Linked(s_carol, Make.Slack("CAROL"), "carol@acme.example"),
        Make.Linked(s_erin, Make.Slack("ERIN"), "erin@acme.example"),
        Make.OwnedAgent(s_erin, s_erin),
        Make.Group("ops", s_bob, s_carol),
        Make.Group("lead", s_bob)
    );

    private static readonly Policy s_policy = new("two", 1)
    {
        Order = StageOrder.Sequential,
        Stages = [new Stage(["ops"], 1), new Stage(["lead"], 1)],
    };

    [Fact]
    public void Whom_a_later_stage_needs_does_not_fill_the_first_and_the_request_gets_through()
    {
        var approval = Make.Approval(s_company, s_policy);
        var refused = Assert.IsType<Ruling.Refused>(Click(approval, s_company, "BOB"));
        Assert.Equal(Refusal.NeededLater, refused.Why);
        var able = Assert.Single(Forecast.Now(approval, s_company).Able);
        Assert.Equal(s_carol, able.Person.Id);
        var first = Counted(approval, s_company, "CAROL");
        Assert.Equal(RequestStatus.Approved, Counted(first, s_company, "BOB").Status);
    }

    [Fact]
    public void They_may_still_reject_it() =>
        Assert.IsType<Ruling.Counted>(
            Click(Make.Approval(s_company, s_policy), s_company, "BOB", Verdict.Rejected)
        );

    [Fact]
    public void Where_another_can_take_the_later_place_or_nobody_can_anyway_nothing_is_held_back()
    {
        var more = s_company.Apply(Make.Group("lead", s_bob, s_carol), Make.Noon);
        Assert.IsType<Ruling.Counted>(Click(Make.Approval(more, s_policy), more, "BOB"));
        var fewer = s_company.Apply(Make.Group("ops", s_bob), Make.Noon);
        Assert.IsType<Ruling.Counted>(Click(Make.Approval(fewer, s_policy), fewer, "BOB"));
    }

    private static Ruling Click(
        Approval approval,
        Register register,
        string user,
        Verdict verdict = Verdict.Approved
    ) =>
        Bench.Decide(
            approval,
            register,
            Make.Attempt(register, Make.Slack(user), verdict),
            Make.Noon
        );

    private static Approval Counted(Approval approval, Register register, string user) =>
        Assert
            .IsType<Ruling.Counted>(Click(approval, register, user))
            .Facts.Aggregate(approval, (a, f) => a.Apply(f, Make.Noon));
}
