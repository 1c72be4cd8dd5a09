using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

/// <summary>
/// Carol, who may approve, lets Bob, who may not, decide in her place. What that gives, what it takes, and
/// when.
/// </summary>
public sealed class DelegationTests
{
    private static readonly PersonId s_alice = PersonId.New(Make.Noon);
    private static readonly PersonId s_bob = PersonId.New(Make.Noon);
    private static readonly PersonId s_carol = PersonId.New(Make.Noon);
    private static readonly PersonId s_dan = PersonId.New(Make.Noon);
    private static readonly PersonId s_erin = PersonId.New(Make.Noon);
    private static readonly DateTimeOffset s_before = Make.Noon.AddHours(-1);
    private static readonly DateTimeOffset s_after = Make.Noon.AddHours(1);

    private static readonly Register s_company = Make.Register(
        Make.Linked(s_alice, Make.Slack("ALICE"), "alice@acme.example"),
        Make.Linked(s_bob, Make.Slack("BOB"), "bob@acme.example"),
        Make.Linked(s_carol, Make.Slack("CAROL"), "carol@acme.example"),
        Make.Linked(s_dan, Make.Slack("DAN"), "dan@acme.example"),
        Make.Linked(s_erin, Make.Slack("ERIN"), "erin@acme.example"),
        Make.OwnedAgent(s_erin, s_erin),
        Make.Group("approvers", s_carol, s_dan)
    );

    [Fact]
    public void The_delegate_may_decide_and_the_decision_says_in_whose_place()
    {
        var register = Given("CAROL", s_bob, s_before, s_after);
        var approval = Make.Approval(register);
        Assert.Null(Judge(approval, register, "BOB"));
        Assert.Equal(s_carol, Decide(approval, register, "BOB").Decisions[0].For);
    }

    [Fact]
    public void Whoever_may_decide_anyway_decides_by_their_own_right()
    {
        var register = Given("CAROL", s_dan, s_before, s_after);
        var approval = Make.Approval(register);
        Assert.Null(Decide(approval, register, "DAN").Decisions[0].For);
    }

    [Fact]
    public void Without_it_or_the_other_way_round_nothing_is_given()
    {
        Assert.Equal(Refusal.NotAnApprover, Judge(Make.Approval(s_company), s_company, "BOB"));
        var register = Given("BOB", s_carol, s_before, s_after);
        Assert.Equal(Refusal.NotAnApprover, Judge(Make.Approval(register), register, "BOB"));
    }

    [Theory]
    [InlineData(-60, 60, true)]
    [InlineData(0, 60, false)] // made in the same moment, not before
    [InlineData(5, 60, false)] // made after the request
    [InlineData(-60, 0, false)] // over: "until" is exclusive
    [InlineData(-60, -5, false)]
    public void It_counts_for_requests_made_after_it_and_while_it_runs(
        int from,
        int until,
        bool may
    )
    {
        var register = Given(
            "CAROL",
            s_bob,
            Make.Noon.AddMinutes(from),
            Make.Noon.AddMinutes(until)
        );
        Assert.Equal(may, Judge(Make.Approval(register), register, "BOB") is null);
    }

    [Fact]
    public void When_it_ends_what_was_approved_by_it_counts_no_more()
    {
        var register = Given("CAROL", s_bob, s_before, s_after);
        var approval = Decide(Make.Approval(register, Two), register, "BOB");
        Assert.Equal([1], Quorum.Of(approval, register).Filled);
        Assert.Equal([0], Quorum.Of(approval, register.At(s_after)).Filled);
    }

    [Fact]
    public void What_the_delegator_loses_the_delegate_loses()
    {
        var register = Given("CAROL", s_bob, s_before, s_after);
        var approval = Make.Approval(register);
        var without = register.Apply(Make.Group("approvers", s_dan), Make.Noon);
        Assert.Equal(Refusal.NotAnApprover, Judge(approval, without, "BOB"));
        var gone = register with { Absent = [s_carol] };
        Assert.Equal(Refusal.DelegatorAbsent, Judge(approval, gone, "BOB"));
    }

    [Fact]
    public void What_somebody_has_by_delegation_is_not_passed_on()
    {
        var register = Given("CAROL", s_bob, s_before, s_after)
            .Apply(Fact("BOB", s_bob, s_alice, s_before, s_after), Make.Noon);
        var approval = Make.Approval(register, request: Make.Request("zoe@acme.example"));
        Assert.Equal(Refusal.NotAnApprover, Judge(approval, register, "ALICE"));
    }

    [Fact]
    public void The_two_count_once_whoever_comes_first()
    {
        var register = Given("CAROL", s_bob, s_before, s_after);
        foreach (
            var (first, second) in (IEnumerable<(string, string)>)
                [("BOB", "CAROL"), ("CAROL", "BOB")]
        )
        {
            var once = Decide(Make.Approval(register, Two), register, first);
            Assert.Equal(Refusal.DelegateCounted, Judge(once, register, second));
            Assert.Equal(RequestStatus.Approved, Decide(once, register, "DAN").Status);
        }
    }

    [Theory]
    [InlineData("bob@acme.example")]
    [InlineData("carol@acme.example")]
    public void Who_is_behind_the_request_excludes_the_other(string initiator)
    {
        var register = Given("CAROL", s_bob, s_before, s_after);
        var approval = Make.Approval(register, request: Make.Request(initiator));
        Refusal?[] why = [Judge(approval, register, "BOB"), Judge(approval, register, "CAROL")];
        Assert.Equal([Refusal.Initiator, Refusal.DelegateExcluded], why.OfType<Refusal>().Order());
        Assert.Null(Judge(approval, register, "DAN"));
    }

    [Fact]
    public void Taken_back_it_still_excludes_in_requests_of_its_time_and_in_no_later_ones()
    {
        var register = Given("CAROL", s_bob, s_before, Make.Noon);
        var request = Make.Request("bob@acme.example");
        var then = Make.Approval(register, request: request);
        var later = register.At(Make.Noon.AddDays(1));
        Assert.Equal(Refusal.DelegateExcluded, Judge(then, later, "CAROL"));
        var next = Make.Approval(later, request: request) with
        {
            CreatedAt = Make.Noon.AddHours(1),
        };
        Assert.Null(Judge(next, later, "CAROL"));
    }

    [Fact]
    public void A_change_of_the_configuration_knows_no_delegation()
    {
        var register = Given("CAROL", s_bob, s_before, s_after)
            .Apply(Make.Group(Register.Admins, s_carol, s_bob), Make.Noon)
            .Apply(Fact("CAROL", s_carol, s_alice, s_before, s_after), Make.Noon);
        var approval = Make.Approval(register, ProposedChange.Rule, Make.Request("slack:T1:CAROL"));
        Assert.Equal(Refusal.NotAnApprover, Judge(approval, register, "ALICE"));
        Assert.Null(Judge(approval, register, "BOB"));
    }

    [Fact]
    public void Who_could_approve_names_the_delegate_and_counts_the_two_once()
    {
        var register = Given("CAROL", s_bob, s_before, s_after);
        var forecast = Forecast.Of(Make.Approval(register, Two), register);
        Assert.True(forecast.IsPossible);
        var bob = Assert.Single(forecast.Able, c => c.Person.Id == s_bob);
        Assert.Equal((s_carol, s_after), (bob.For[0].From, bob.For[0].Until));
        var three = Two with { Stages = [new Stage(["approvers"], 3)] };
        Assert.False(Forecast.Of(Make.Approval(register, three), register).IsPossible);
        var joined = Given("CAROL", s_dan, s_before, s_after);
        Assert.False(Forecast.CouldSatisfy(Two, joined, _ => true));
        Assert.True(Forecast.CouldSatisfy(Two, joined.At(s_after.AddMinutes(1)), _ => true));
    }

    [Theory]
    [InlineData("BOB", "DAN", 8, "no group that a policy names")]
    [InlineData("CAROL", "CAROL", 8, "That is you")]
    [InlineData("CAROL", "BOB", 0, "That time is over")]
    [InlineData("CAROL", "BOB", (30 * 24) + 1, "longer than 30 days")]
    public void It_is_refused_with_the_reason(string from, string to, int hours, string why) =>
        Assert.Contains(why, Refused(s_company, from, to, hours), StringComparison.Ordinal);

    [Fact]
    public void Nobody_names_somebody_by_whom_they_are_named_not_even_around_a_corner()
    {
        var register = Given("CAROL", s_bob, s_before, s_after)
            .Apply(Fact("BOB", s_bob, s_dan, s_before, s_after), Make.Noon);
        Assert.Contains(
            "in a circle",
            Refused(register, "DAN", "CAROL", 8),
            StringComparison.Ordinal
        );
        Assert.IsType<DelegationRuling.Set>(
            Begin(register.At(s_after), "DAN", "CAROL", s_after, 8)
        );
    }

    [Fact]
    public void A_new_one_ends_the_old_one_and_both_are_kept_for_days()
    {
        var register = Given("CAROL", s_bob, s_before, s_after);
        var set = Assert.IsType<DelegationRuling.Set>(
            Begin(register, "CAROL", "ALICE", Make.Noon, 8)
        );
        Assert.Equal(
            [0.0, 8.0],
            set.After.Delegations.Select(d => (d.Until - Make.Noon).TotalHours)
        );
        var then = register.Apply(
            Make.Changed(Register.DelegationArea, set.Name, set.After),
            Make.Noon
        );
        Assert.IsType<DelegationRuling.Same>(Begin(then, "CAROL", "ALICE", Make.Noon, 8));
        var off = Assert.IsType<DelegationRuling.Set>(
            Delegating.End(then, then.Person(s_carol)!, Make.Noon.AddMinutes(5))
        );
        Assert.All(off.After.Delegations, d => Assert.True(d.Until <= Make.Noon.AddMinutes(5)));
        var late = Begin(then, "CAROL", "BOB", Make.Noon.AddDays(4), 8);
        Assert.Single(Assert.IsType<DelegationRuling.Set>(late).After.Delegations);
    }

    [Fact]
    public void A_change_of_mind_too_often_has_to_wait()
    {
        var register = s_company;
        DelegationRuling ruling = new DelegationRuling.Same();
        for (var i = 0; i < 30 && ruling is not DelegationRuling.Refused; i++)
        {
            var now = Make.Noon.AddSeconds(i);
            ruling = Begin(register, "CAROL", i % 2 == 0 ? "BOB" : "ALICE", now, 8);
            register = ruling is DelegationRuling.Set set
                ? register.Apply(Make.Changed(Register.DelegationArea, set.Name, set.After), now)
                : register;
        }

        Assert.Contains("20 times", Assert.IsType<DelegationRuling.Refused>(ruling).Why);
    }

    private static Policy Two { get; } = new("two", 1) { Stages = [new Stage(["approvers"], 2)] };

    private static Register Given(
        string from,
        PersonId to,
        DateTimeOffset at,
        DateTimeOffset until
    ) =>
        s_company.Apply(
            Fact(from, s_company.PersonOf(Make.Slack(from))!.Id, to, at, until),
            Make.Noon
        );

    private static Fact Fact(
        string from,
        PersonId self,
        PersonId to,
        DateTimeOffset at,
        DateTimeOffset until
    ) =>
        Make.Changed(
            Register.DelegationArea,
            $"{self}",
            new Delegator([new Delegation(self, Make.Slack(from), to, at, until)])
        );

    private static string Refused(Register register, string from, string to, int hours) =>
        Assert.IsType<DelegationRuling.Refused>(Begin(register, from, to, Make.Noon, hours)).Why;

    private static DelegationRuling Begin(
        Register register,
        string from,
        string to,
        DateTimeOffset now,
        int hours
    ) =>
        Delegating.Begin(
            register,
            Make.Slack(from),
            register.PersonOf(Make.Slack(to))!.Id,
            now.AddHours(hours),
            now
        );

    private static Refusal? Judge(Approval approval, Register register, string user)
    {
        var attempt = Make.Attempt(register, Make.Slack(user));
        return Duties.Judge(approval, register, attempt.Clicker, attempt.Member);
    }

    private static Approval Decide(Approval approval, Register register, string user) =>
        Assert
            .IsType<Ruling.Counted>(
                Bench.Decide(
                    approval,
                    register,
                    Make.Attempt(register, Make.Slack(user)),
                    Make.Noon
                )
            )
            .Facts.Aggregate(approval, (a, f) => a.Apply(f, Make.Noon));
}
