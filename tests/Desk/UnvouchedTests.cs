using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Desk;

/// <summary>Somebody behind a request whom their directory does not vouch for is still somebody.</summary>
public sealed class UnvouchedTests
{
    private static readonly AccountId s_other = Make.Slack("OTHER");

    [Theory]
    [InlineData(MemberObstacle.Guest)]
    [InlineData(MemberObstacle.Deactivated)]
    [InlineData(MemberObstacle.Stranger)]
    [InlineData(MemberObstacle.NotHuman)]
    [InlineData(MemberObstacle.Unknown)]
    public async Task Who_shares_the_address_of_an_initiator_that_is_no_member_is_the_initiator(
        MemberObstacle obstacle
    )
    {
        await using var desk = await TestDesk.OpenAsync();
        desk.Wall.Obstacles[s_other] = obstacle;
        desk.Wall.Emails[s_other] = "Bob@acme.example";
        Assert.Equal(Refusal.Initiator, await RefusedAsync(desk, "BOB"));
    }

    [Fact]
    public async Task Who_shares_an_address_of_one_it_is_on_behalf_of_cannot_decide_it()
    {
        await using var desk = await TestDesk.OpenAsync();
        desk.Wall.Obstacles[s_other] = MemberObstacle.Guest;
        desk.Wall.Emails[s_other] = "bob@acme.example";
        var request = Make.Request() with
        {
            OnBehalfOf = [new Party("agent", s_other.ToString(), null)],
        };
        var opened = await desk.Desk.OpenAsync(Make.Agent, request, "b", null, TestDesk.Cancel);
        var approval = Assert.IsType<Opened.Created>(opened).Approval;
        var refused = Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(approval, "BOB"));
        Assert.Equal(Refusal.OnBehalfOf, refused.Why);
    }

    [Theory]
    [InlineData(MemberObstacle.Unknown, "other@acme.example")]
    [InlineData(MemberObstacle.Unknown, "")]
    [InlineData(MemberObstacle.Deactivated, "")]
    public async Task Nobody_can_be_told_apart_from_an_initiator_of_whom_nothing_is_said(
        MemberObstacle obstacle,
        string email
    )
    {
        await using var desk = await TestDesk.OpenAsync();
        desk.Wall.Obstacles[s_other] = obstacle;
        desk.Wall.Emails[s_other] = email;
        Assert.Equal(Refusal.NothingToCompare, await RefusedAsync(desk, "BOB"));
    }

    [Fact]
    public async Task Somebody_with_another_address_decides_what_a_guest_started_and_enrols_no_guest()
    {
        await using var desk = await TestDesk.OpenAsync();
        desk.Wall.Obstacles[s_other] = MemberObstacle.Guest;
        var approval = await StartedByAsync(desk, s_other);
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(approval, "BOB"));
        Assert.Null(desk.Committer.Register.PersonOf(s_other));
    }

    [Fact]
    public async Task A_space_around_the_account_does_not_keep_it_from_being_asked_about()
    {
        await using var desk = await TestDesk.OpenAsync();
        desk.Wall.Obstacles[s_other] = MemberObstacle.Guest;
        desk.Wall.Emails[s_other] = "bob@acme.example";
        var opened = Assert.IsType<Opened.Created>(await desk.AskAsync(initiator: $" {s_other} "));
        var answer = await desk.ClickAsync(opened.Approval, "BOB");
        Assert.Equal(Refusal.Initiator, Assert.IsType<ClickAnswer.Refused>(answer).Why);
    }

    [Fact]
    public async Task An_initiator_who_is_a_sign_in_is_told_apart_from_who_signs_in_there_too()
    {
        await using var desk = await TestDesk.OpenAsync();
        var bob = desk.Register.Current.PersonOf(Make.Slack("BOB"))!.Id;
        await desk.Committer.CommitAsync(
            commit =>
            {
                var subject = AccountId.Parse("oidc:https://login.example:auth0|bob", null);
                commit.Record(Make.Linked(bob, subject));
                return true;
            },
            TestDesk.Cancel
        );
        var alice = AccountId.Parse("oidc:https://login.example:auth0|alice", null);
        var approval = await StartedByAsync(desk, alice);
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(approval, "BOB"));
    }

    [Fact]
    public async Task A_platform_that_hangs_holds_up_no_click_on_the_other()
    {
        await using var desk = await TestDesk.OpenAsync(clock: new HastyClock());
        desk.TeamsWall.IsSilent = true;
        var approval = await StartedByAsync(desk, Make.Teams("someone"));
        var click = desk.ClickAsync(approval, "BOB");
        var answer = await click.WaitAsync(Eventually.Patience, TestDesk.Cancel);
        var refused = Assert.IsType<ClickAnswer.Refused>(answer);
        Assert.Equal(Refusal.NothingToCompare, refused.Why);
    }

    private static async Task<Refusal> RefusedAsync(TestDesk desk, string user)
    {
        var approval = await StartedByAsync(desk, s_other);
        return Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(approval, user)).Why;
    }

    private static async Task<Approval> StartedByAsync(TestDesk desk, AccountId account) =>
        Assert.IsType<Opened.Created>(await desk.AskAsync(initiator: account.ToString())).Approval;

    /// <summary>Whose timers are over soon: a wait with an end ends.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public override ITimer CreateTimer(
            TimerCallback callback,
            object? state,
            TimeSpan dueTime,
            TimeSpan period
        ) => base.CreateTimer(callback, state, dueTime / 50, period);
    }
}
