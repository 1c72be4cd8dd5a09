using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;
using Directory = ChatApprovals.Desk.Directory;

namespace ChatApprovals.Tests.Desk;

/// <summary>Who somebody is, is asked when they act, not remembered from before.</summary>
public sealed class DirectoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private readonly Wall _wall = new();

    [Theory]
    [InlineData(MemberObstacle.Deactivated, Refusal.Deactivated)]
    [InlineData(MemberObstacle.Guest, Refusal.Guest)]
    [InlineData(MemberObstacle.Stranger, Refusal.Stranger)]
    [InlineData(MemberObstacle.NotHuman, Refusal.NotHuman)]
    [InlineData(MemberObstacle.Unknown, Refusal.UnknownPerson)]
    [InlineData(MemberObstacle.NoSuchAccount, Refusal.NoSuchMember)]
    public async Task Who_stops_being_a_member_between_two_clicks_is_refused_at_the_second(
        MemberObstacle obstacle,
        Refusal expected
    )
    {
        await using var desk = await TestDesk.OpenAsync();
        var first = await desk.OpenOneAsync("CHG-1");
        var second = await desk.OpenOneAsync("CHG-2");
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(first, "BOB"));

        desk.Wall.Obstacles[Make.Slack("BOB")] = obstacle;

        var refused = Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(second, "BOB"));
        Assert.Equal(expected, refused.Why);
    }

    [Fact]
    public async Task Only_a_view_makes_do_with_an_answer_of_the_last_minute()
    {
        var directory = new Directory([_wall], PatientClock.Shared);
        Assert.Null((await directory.LookUpAsync(Make.Slack("BOB"), Cancel)).Obstacle);
        _wall.Obstacles[Make.Slack("BOB")] = MemberObstacle.Guest;

        Assert.Null((await directory.RecallAsync(Make.Slack("BOB"), Cancel)).Obstacle);
        Assert.Equal(
            MemberObstacle.Guest,
            (await directory.LookUpAsync(Make.Slack("BOB"), Cancel)).Obstacle
        );
        Assert.Equal(
            MemberObstacle.Guest,
            (await directory.RecallAsync(Make.Slack("BOB"), Cancel)).Obstacle
        );
    }

    [Fact]
    public async Task An_answer_that_could_not_be_had_is_asked_for_again_even_for_a_view()
    {
        var directory = new Directory([_wall], PatientClock.Shared);
        _wall.Obstacles[Make.Slack("BOB")] = MemberObstacle.Unknown;
        await directory.RecallAsync(Make.Slack("BOB"), Cancel);
        _wall.Obstacles.Clear();

        Assert.Null((await directory.RecallAsync(Make.Slack("BOB"), Cancel)).Obstacle);
    }

    [Fact]
    public async Task A_decision_records_what_was_shown_even_before_the_platform_told_the_message()
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await desk.OpenOneAsync();
        Assert.Null(approval.Copies[0].DisplayHash);

        await desk.ClickAsync(approval, "BOB");

        var after = await desk.Desk.ShowAsync(approval.Id, Cancel);
        Assert.NotNull(Assert.Single(after!.Decisions).DisplayHash);
    }
}
