using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Approvals;

public sealed class DutiesTests
{
    private static readonly PersonId s_alice = PersonId.New(Make.Noon);
    private static readonly PersonId s_bob = PersonId.New(Make.Noon);
    private static readonly PersonId s_carol = PersonId.New(Make.Noon);
    private static readonly PersonId s_erin = PersonId.New(Make.Noon);

    private static readonly Fact[] s_company =
    [
        Make.Linked(s_alice, Make.Slack("ALICE"), "alice@acme.example"),
        Make.Linked(s_bob, Make.Slack("BOB"), "bob@acme.example"),
        Make.Linked(s_carol, Make.Teams("carol"), "carol@acme.example"),
        Make.Linked(s_erin, Make.Slack("ERIN"), "erin@acme.example"),
        Make.OwnedAgent(s_erin, s_erin),
        Make.Group("approvers", s_alice, s_bob, s_carol, s_erin),
    ];

    [Fact]
    public void A_live_member_of_the_group_who_is_not_behind_the_request_may_decide() =>
        Assert.Null(Judge("BOB"));

    [Fact]
    public void The_initiator_cannot_approve_even_as_an_approver() =>
        Assert.Equal(Refusal.Initiator, Judge("ALICE"));

    [Theory]
    [InlineData("slack:T1:ALICE")]
    [InlineData("ALICE@ACME.example")]
    public void The_initiator_is_known_by_every_identifier(string initiator) =>
        Assert.Equal(Refusal.Initiator, Judge("ALICE", Make.Request(initiator)));

    [Fact]
    public void Nobody_in_the_chain_can_approve()
    {
        var request = Make.Request() with
        {
            OnBehalfOf =
            [
                new Party("agent", "planner", null),
                new Party("human", "bob@acme.example", null),
            ],
        };
        Assert.Equal(Refusal.OnBehalfOf, Judge("BOB", request));
    }

    [Fact]
    public void The_owner_cannot_approve() => Assert.Equal(Refusal.Owner, Judge("ERIN"));

    [Fact]
    public void Who_was_the_owner_when_it_was_asked_cannot_approve_later()
    {
        var then = Make.Register(s_company);
        var approval = Make.Approval(then);
        var now = then.Apply(Make.OwnedAgent(s_carol, s_carol), Make.Noon);
        Assert.Equal(Refusal.Owner, Judge(approval, now, Make.Slack("ERIN")));
        Assert.Equal(Refusal.Owner, Judge(approval, now, Make.Teams("carol")));
    }

    [Fact]
    public void Who_received_the_key_cannot_approve()
    {
        var register = Make.Register(s_company).Apply(Make.OwnedAgent(s_bob, s_erin), Make.Noon);
        Assert.Equal(
            Refusal.KeyCreator,
            Judge(Make.Approval(register), register, Make.Slack("BOB"))
        );
    }

    [Fact]
    public void Somebody_outside_the_group_cannot_approve()
    {
        var register = Make.Register(s_company).Apply(Make.Group("approvers", s_bob), Make.Noon);
        Assert.Equal(
            Refusal.NotAnApprover,
            Judge(Make.Approval(register), register, Make.Teams("carol"))
        );
    }

    [Fact]
    public void Joining_the_group_after_the_request_gives_no_say_in_it()
    {
        var then = Make.Register(s_company).Apply(Make.Group("approvers", s_bob), Make.Noon);
        var now = then.Apply(Make.Group("approvers", s_bob, s_carol), Make.Noon);
        Assert.Equal(
            Refusal.NotAnApproverThen,
            Judge(Make.Approval(then), now, Make.Teams("carol"))
        );
    }

    [Fact]
    public void Leaving_the_group_takes_the_say_away()
    {
        var then = Make.Register(s_company);
        var now = then.Apply(Make.Group("approvers", s_carol), Make.Noon);
        Assert.Equal(Refusal.NotAnApprover, Judge(Make.Approval(then), now, Make.Slack("BOB")));
    }

    [Fact]
    public void Who_widened_the_group_while_it_was_pending_cannot_approve()
    {
        var then = Make.Register(s_company);
        var widened = Make.Group(
            "approvers",
            [new Widening(Make.Noon.AddMinutes(1), [s_bob])],
            s_bob,
            s_carol
        );
        var now = then.Apply(widened, Make.Noon);
        Assert.Equal(Refusal.Widened, Judge(Make.Approval(then), now, Make.Slack("BOB")));
        Assert.Null(Judge(Make.Approval(then), now, Make.Teams("carol")));
    }

    [Fact]
    public void Two_accounts_with_one_address_are_one_person()
    {
        var other = PersonId.New(Make.Noon);
        var register = Make.Register(s_company)
            .Apply(Make.Linked(other, Make.Teams("alice-2"), "Alice@acme.example"), Make.Noon)
            .Apply(Make.Group("approvers", s_bob, other), Make.Noon);
        Assert.Equal(
            Refusal.Initiator,
            Judge(Make.Approval(register), register, Make.Teams("alice-2"))
        );
    }

    [Fact]
    public void Somebody_of_whom_nothing_comparable_is_known_is_refused()
    {
        var silent = PersonId.New(Make.Noon);
        var register = Make.Register(s_company)
            .Apply(Make.Linked(silent, Make.Teams("silent")), Make.Noon)
            .Apply(Make.Group("approvers", silent, s_bob), Make.Noon);
        Assert.Equal(
            Refusal.NothingToCompare,
            Judge(Make.Approval(register), register, Make.Teams("silent"))
        );
    }

    [Fact]
    public void An_account_of_the_other_app_is_told_apart_by_the_addresses_of_both()
    {
        var request = Make.Request("teams:tenant-1:carol");
        Assert.Null(Judge("BOB", request));

        var twin = PersonId.New(Make.Noon);
        var register = Make.Register(s_company)
            .Apply(Make.Linked(twin, Make.Slack("TWIN"), "Carol@acme.example"), Make.Noon)
            .Apply(Make.Group("approvers", s_bob, twin), Make.Noon);
        Assert.Equal(
            Refusal.Initiator,
            Judge(Make.Approval(register, request: request), register, Make.Slack("TWIN"))
        );
    }

    [Fact]
    public void An_account_of_the_other_app_that_nobody_knows_can_be_told_apart_from_nobody() =>
        Assert.Equal(
            Refusal.NothingToCompare,
            Judge("BOB", Make.Request("teams:tenant-1:never-seen"))
        );

    [Theory]
    [InlineData("auth0|1234")]
    [InlineData("alice@")]
    [InlineData("@acme.example")]
    [InlineData("alice@acme@example")]
    [InlineData("ali ce@acme.example")]
    [InlineData("ali\u0007ce@acme.example")]
    [InlineData("ali\u007fce@acme.example")]
    [InlineData("<alice@acme.example>")]
    [InlineData("alice@acme.example.")]
    [InlineData("alice@ac_me.example")]
    [InlineData("alice@-acme.example")]
    [InlineData("\ud800@acme.example")]
    public void An_initiator_of_no_known_kind_can_be_told_apart_from_nobody(string initiator) =>
        Assert.Equal(Refusal.NothingToCompare, Judge("BOB", Make.Request(initiator)));

    [Theory]
    [InlineData("auth0|alice")]
    [InlineData("oidc:https://login.example:auth0|alice")]
    public void A_subject_whose_owner_is_known_is_that_person(string subject)
    {
        var alice = PersonId.New(Make.Noon);
        var register = Make.Register(s_company)
            .Apply(Make.Linked(alice, Make.Slack("ALICE"), "alice@acme.example"), Make.Noon)
            .Apply(Make.Linked(alice, Oidc("auth0|alice")), Make.Noon)
            .Apply(Make.Group("approvers", alice, s_bob), Make.Noon);
        var approval = Make.Approval(register, request: Make.Request(subject));
        Assert.Equal(Refusal.Initiator, Judge(approval, register, Make.Slack("ALICE")));
        Assert.Null(Judge(approval, register, Make.Slack("BOB")));
    }

    [Fact]
    public void A_subject_that_nobody_knows_is_compared_with_the_clickers_own_subjects()
    {
        var dave = PersonId.New(Make.Noon);
        var register = Make.Register(s_company)
            .Apply(Make.Linked(s_bob, Oidc("auth0|bob")), Make.Noon)
            .Apply(Make.Linked(dave, Make.Slack("DAVE"), "dave@acme.example"), Make.Noon)
            .Apply(Make.Group("approvers", s_bob, dave), Make.Noon);
        var other = Make.Approval(register, request: Make.Request("auth0|alice"));
        Assert.Null(Judge(other, register, Make.Slack("BOB")));
        Assert.Equal(Refusal.NothingToCompare, Judge(other, register, Make.Slack("DAVE")));
        var own = Make.Approval(register, request: Make.Request("auth0|bob"));
        Assert.Equal(Refusal.Initiator, Judge(own, register, Make.Slack("BOB")));
    }

    [Fact]
    public void A_service_behind_the_request_is_no_human_to_compare_with() =>
        Assert.Null(Judge("BOB", Make.Request("nightly-pipeline", "service")));

    [Theory]
    [InlineData(MemberObstacle.Guest, Refusal.Guest)]
    [InlineData(MemberObstacle.Stranger, Refusal.Stranger)]
    [InlineData(MemberObstacle.NotHuman, Refusal.NotHuman)]
    [InlineData(MemberObstacle.Deactivated, Refusal.Deactivated)]
    [InlineData(MemberObstacle.Unknown, Refusal.UnknownPerson)]
    [InlineData(MemberObstacle.NoSuchAccount, Refusal.NoSuchMember)]
    [InlineData(MemberObstacle.NotLinked, Refusal.NotLinked)]
    public void Whoever_the_directory_does_not_vouch_for_is_refused(
        MemberObstacle obstacle,
        Refusal refusal
    )
    {
        var register = Make.Register(s_company);
        var member = Make.Member(Make.Slack("BOB"), "bob@acme.example") with
        {
            Obstacle = obstacle,
        };
        Assert.Equal(
            refusal,
            Duties.Judge(Make.Approval(register), register, register.Person(s_bob)!, member)
        );
    }

    private static Refusal? Judge(string slackUser, ActionRequest? request = null)
    {
        var register = Make.Register(s_company);
        return Judge(Make.Approval(register, request: request), register, Make.Slack(slackUser));
    }

    private static AccountId Oidc(string subject) =>
        AccountId.Parse("oidc:https://login.example:" + subject, null);

    private static Refusal? Judge(Approval approval, Register register, AccountId account)
    {
        var person = register.PersonOf(account)!;
        return Duties.Judge(approval, register, person, Make.Member(account));
    }
}
