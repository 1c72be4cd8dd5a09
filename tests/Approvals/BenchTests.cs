using System.Collections.Immutable;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

public sealed class BenchTests
{
    private static readonly ImmutableArray<PersonId> s_people =
    [
        .. Enumerable.Range(0, 4).Select(_ => PersonId.New(Make.Noon)),
    ];

    private static readonly Policy s_two = new("two", 1) { Stages = [new Stage(["approvers"], 2)] };

    private static readonly Register s_register = Make.Register([
        .. s_people.Select((p, i) => Make.Linked(p, Make.Slack($"P{i}"), $"p{i}@acme.example")),
        Make.OwnedAgent(s_people[3], s_people[3]),
        Make.Group("approvers", s_people[0], s_people[1], s_people[2]),
        Make.Group("security", s_people[1]),
    ]);

    [Fact]
    public void One_approval_ends_a_request_that_needs_one()
    {
        var after = Click(Make.Approval(s_register), 0);
        Assert.Equal(RequestStatus.Approved, after.Status);
    }

    [Fact]
    public void Two_approvals_take_two_people()
    {
        var once = Click(Make.Approval(s_register, s_two), 0);
        Assert.Equal(RequestStatus.Pending, once.Status);
        Assert.IsType<Ruling.Repeated>(Rule(once, 0));
        Assert.Equal(RequestStatus.Approved, Click(once, 1).Status);
    }

    [Fact]
    public void Somebody_who_shares_an_address_does_not_count_twice()
    {
        var twin = PersonId.New(Make.Noon);
        var register = s_register
            .Apply(Make.Linked(twin, Make.Teams("twin"), "p0@acme.example"), Make.Noon)
            .Apply(Make.Group("approvers", s_people[0], twin), Make.Noon);
        var once = Apply(
            Make.Approval(register, s_two),
            Bench.Decide(
                Make.Approval(register, s_two),
                register,
                Make.Attempt(register, Make.Slack("P0")),
                Make.Noon
            )
        );
        var ruling = Bench.Decide(
            once,
            register,
            Make.Attempt(register, Make.Teams("twin")),
            Make.Noon
        );
        Assert.Equal(Refusal.AlreadyCounted, Assert.IsType<Ruling.Refused>(ruling).Why);
    }

    [Fact]
    public void One_rejection_ends_it()
    {
        var after = Click(Make.Approval(s_register, s_two), 1, Verdict.Rejected);
        Assert.Equal(RequestStatus.Denied, after.Status);
    }

    [Fact]
    public void A_decided_request_only_says_so()
    {
        var decided = Click(Make.Approval(s_register), 0);
        var ruling = Assert.IsType<Ruling.Refused>(Rule(decided, 1, Verdict.Rejected));
        Assert.Equal(Refusal.Ended, ruling.Why);
        Assert.All(ruling.Facts, f => Assert.IsType<Fact.DecisionRefused>(f));
    }

    [Fact]
    public void An_approval_at_the_second_of_expiry_is_too_late_and_expires_it()
    {
        var approval = Make.Approval(s_register);
        var ruling = Bench.Decide(
            approval,
            s_register,
            Make.Attempt(s_register, Make.Slack("P0")),
            approval.Opening.ExpiresAt
        );
        Assert.Equal(Refusal.Expired, Assert.IsType<Ruling.Refused>(ruling).Why);
        Assert.Equal(RequestStatus.Expired, Apply(approval, ruling).Status);
    }

    [Fact]
    public void An_approval_stops_counting_when_its_person_leaves_the_group()
    {
        var once = Click(Make.Approval(s_register, s_two), 0);
        var without = s_register.Apply(
            Make.Group("approvers", s_people[1], s_people[2]),
            Make.Noon
        );
        Assert.Equal([0], Quorum.Of(once, without).Filled);
        var next = Bench.Decide(once, without, Make.Attempt(without, Make.Slack("P1")), Make.Noon);
        Assert.Equal(RequestStatus.Pending, Apply(once, next).Status);
    }

    [Fact]
    public void One_person_in_two_groups_fills_one_place()
    {
        var policy = new Policy("stages", 1)
        {
            Stages = [new Stage(["approvers"], 1), new Stage(["security"], 1)],
        };
        var first = Click(Make.Approval(s_register, policy), 1);
        Assert.Equal(RequestStatus.Pending, first.Status);
        Assert.Equal(RequestStatus.Approved, Click(first, 0).Status);
    }

    [Fact]
    public void In_sequence_the_second_stage_waits_for_the_first()
    {
        var policy = new Policy("stages", 1)
        {
            Stages = [new Stage(["security"], 1), new Stage(["approvers"], 1)],
            Order = StageOrder.Sequential,
        };
        var early = Assert.IsType<Ruling.Refused>(Rule(Make.Approval(s_register, policy), 0));
        Assert.Equal(Refusal.StageNotOpen, early.Why);
        var first = Click(Make.Approval(s_register, policy), 1);
        Assert.Equal(RequestStatus.Approved, Click(first, 0).Status);
    }

    [Fact]
    public void A_missing_reason_is_asked_for()
    {
        var policy = Policy.Default with { ApproveNeedsReason = true };
        var approval = Make.Approval(s_register, policy);
        Assert.Equal(Refusal.ReasonMissing, Assert.IsType<Ruling.Refused>(Rule(approval, 0)).Why);
    }

    [Theory]
    [InlineData(null, 5)]
    [InlineData(0, 5)]
    [InlineData(4, 1)]
    [InlineData(5, 0)]
    [InlineData(60, 0)]
    public void An_approval_waits_until_the_card_was_shown_long_enough(int? shownFor, int left)
    {
        var policy = Policy.Default with { Dwell = 5 };
        var now = Make.Noon.AddMinutes(1);
        DateTimeOffset? shownAt = shownFor is { } seconds ? now.AddSeconds(-seconds) : null;
        Assert.Equal(left, Bench.DwellLeft(policy, shownAt, now));
        var attempt = Make.Attempt(s_register, Make.Slack("P0")) with { ShownAt = shownAt };
        var approve = Bench.Decide(Make.Approval(s_register, policy), s_register, attempt, now);
        Assert.Equal(left == 0, approve is Ruling.Counted);
        Assert.Equal(left > 0, approve is Ruling.Refused { Why: Refusal.TooSoon });
        var rejection = attempt with { Verdict = Verdict.Rejected };
        Assert.IsType<Ruling.Counted>(
            Bench.Decide(Make.Approval(s_register, policy), s_register, rejection, now)
        );
    }

    [Fact]
    public void A_policys_own_decision_is_nobodys()
    {
        var own = new Decision(
            Verdict.Approved,
            Person: null,
            Account: null,
            "policy",
            Surface.Policy,
            Make.Noon,
            null,
            null,
            null
        );
        var approval = Make.Approval(s_register) with { Decisions = [own] };
        Assert.Equal([0], Quorum.Of(approval, s_register).Filled);
        Assert.Equal(3, Forecast.Now(approval, s_register).Able.Count());
        Assert.Equal(RequestStatus.Approved, Click(approval, 0).Status);
    }

    [Fact]
    public void Somebody_who_is_not_enrolled_is_refused_and_recorded_by_the_account_alone()
    {
        var stranger = Make.Slack("STRANGER");
        var attempt = Make.Attempt(s_register, Make.Slack("P0")) with
        {
            Clicker = new Person(default, "", []),
            Member = Make.Member(stranger) with { Obstacle = MemberObstacle.Stranger },
        };
        var ruling = Bench.Decide(Make.Approval(s_register), s_register, attempt, Make.Noon);
        var refused = Assert.IsType<Fact.DecisionRefused>(
            Assert.Single(Assert.IsType<Ruling.Refused>(ruling).Facts)
        );
        Assert.Equal((stranger, null), (refused.Account, refused.Person));
        Assert.Equal(Refusal.Stranger, refused.Refusal);
    }

    [Fact]
    public void Where_every_stage_is_full_nobody_brings_it_further()
    {
        var policy = Policy.Default with { Order = StageOrder.Sequential };
        var full = Quorum.Of(Click(Make.Approval(s_register, policy), 0), s_register);
        Assert.True(full.IsComplete);
        Assert.Null(full.FirstOpen);
        Assert.False(full.WouldGrowBy([0]));
    }

    [Fact]
    public void A_fact_after_the_end_is_a_bug_and_throws()
    {
        var decided = Click(Make.Approval(s_register), 0);
        Assert.Throws<InvalidOperationException>(() =>
            decided.Apply(
                new Fact.RequestEnded(decided.Id, RequestStatus.Denied, null, null),
                Make.Noon
            )
        );
    }

    private static Ruling Rule(Approval approval, int person, Verdict verdict = Verdict.Approved) =>
        Bench.Decide(
            approval,
            s_register,
            Make.Attempt(s_register, Make.Slack($"P{person}"), verdict),
            Make.Noon
        );

    private static Approval Click(Approval approval, int person, Verdict verdict = Verdict.Approved)
    {
        var ruling = Assert.IsType<Ruling.Counted>(Rule(approval, person, verdict));
        return Apply(approval, ruling);
    }

    private static Approval Apply(Approval approval, Ruling ruling)
    {
        var facts = ruling switch
        {
            Ruling.Counted c => c.Facts,
            Ruling.Refused r => r.Facts,
            _ => [],
        };
        return facts.Aggregate(approval, (a, f) => a.Apply(f, Make.Noon));
    }
}
