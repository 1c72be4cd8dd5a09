using System.Collections.Concurrent;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>
/// A group of ours whose members Slack keeps: Frank and Gina are on call, nobody has met them, and they
/// approve. Ann administers.
/// </summary>
public sealed class UserGroupJourney
{
    private static readonly GroupSource s_onCall = GroupSource.Slack("T1", "S1");

    [Fact]
    public async Task Its_members_approve_without_ever_having_written_to_the_bot()
    {
        await using var desk = await OpenAsync();
        var reply = await RunAsync(desk, "group add sre slack-group:T1:S1");
        Assert.Equal("Group sre is larger", reply.Title);
        Assert.Contains("(@oncall): FRANK (slack:T1:FRANK), GINA", Text(reply));
        await PolicyAsync(desk, count: 1);
        var asked = await desk.OpenOneAsync();
        Assert.Equal(Refusal.NotAnApprover, await WhyNotAsync(desk, asked, "BOB"));
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(asked, "FRANK"));
        Assert.Equal(RequestStatus.Approved, (await ShownAsync(desk, asked)).Status);
        Assert.Contains("sre (2)", Text(await RunAsync(desk, "status")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_counts_who_was_in_it_when_it_was_asked_and_is_now()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "group add sre slack-group:T1:S1");
        await PolicyAsync(desk, count: 2);
        var asked = await desk.OpenOneAsync();
        await desk.ClickAsync(asked, "FRANK");
        await SetAsync(desk, "GINA", "HANS");
        Assert.Equal(Refusal.NotAnApproverThen, await WhyNotAsync(desk, asked, "HANS"));
        await desk.ClickAsync(asked, "GINA");
        Assert.Equal(RequestStatus.Pending, (await ShownAsync(desk, asked)).Status);
        await SetAsync(desk, "GINA", "FRANK");
        Assert.Equal([2], Quorum.Of(await ShownAsync(desk, asked), desk.Register.Current).Filled);
    }

    [Fact]
    public async Task Read_too_long_ago_or_gone_nobody_is_eligible_by_it_and_that_is_said()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "group add sre slack-group:T1:S1");
        await PolicyAsync(desk, count: 1);
        var asked = await desk.OpenOneAsync("CHG-1");
        desk.Wall.Groups = null;
        var read = await desk.Groups.ReadAsync(Surface.Slack, [], TestDesk.Cancel);
        Assert.Equal(("it does not answer", 30), (read.Why, read.After!.Value.TotalSeconds));
        Advance(desk, 60);
        Assert.Null(Judge(desk, asked, "FRANK"));
        Advance(desk, 1);
        Assert.Equal(Refusal.GroupUnknown, await WhyNotAsync(desk, asked, "FRANK"));
        Assert.Contains(
            "— who is in their group cannot be read now",
            Text(await RunAsync(desk, $"show {asked.Id}")),
            StringComparison.Ordinal
        );
        var refused = Assert.IsType<Opened.NoEligibleApprover>(await desk.AskAsync("CHG-2"));
        Assert.Contains("slack-group:T1:S1 cannot be read now", refused.Detail);
        Assert.Contains("cannot be read now", Text(await RunAsync(desk, "status")));
        Assert.Contains("cannot be read now", Text(await RunAsync(desk, "group show sre")));
        await SetAsync(desk, "FRANK");
        Assert.Null(Judge(desk, asked, "FRANK"));
        desk.Wall.Groups!.Clear();
        await desk.Groups.ReadAsync(Surface.Slack, [], TestDesk.Cancel);
        Assert.Equal(Refusal.GroupUnknown, await WhyNotAsync(desk, asked, "FRANK"));
    }

    [Fact]
    public async Task Guests_and_those_whom_the_directory_does_not_vouch_for_are_not_met()
    {
        await using var desk = await OpenAsync();
        desk.Wall.Obstacles[Make.Slack("GINA")] = MemberObstacle.Guest;
        await RunAsync(desk, "group add sre slack-group:T1:S1");
        Assert.Null(desk.Register.Current.PersonOf(Make.Slack("GINA")));
        Assert.Single(desk.Register.Current.MembersOf("sre"));
    }

    [Fact]
    public async Task With_two_administrators_the_other_confirms_and_sees_who_is_in_it()
    {
        await using var desk = await AnnsDesk.OpenWithBobAsync(new HandClock(Make.Noon));
        await SetAsync(desk, "FRANK", "GINA");
        await RunAsync(desk, "group add sre slack-group:T1:S1");
        var waiting = await desk.WaitingChangeAsync();
        Assert.Contains(
            "(@oncall, members now: FRANK, GINA)",
            $"{waiting.Opening.Request.Diff!.After}"
        );
        Assert.Empty(desk.Register.Current.MembersOf("sre"));
        await desk.ClickAsync(waiting, "BOB");
        Assert.Equal(2, desk.Register.Current.MembersOf("sre").Count());
        Assert.Contains("added slack-group:T1:S1", Text(await RunAsync(desk, "config history")));
    }

    [Fact]
    public async Task Taken_out_it_counts_no_more_and_is_forgotten_after_a_day()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "group add sre {BOB} slack-group:T1:S1");
        Assert.Equal(3, desk.Register.Current.MembersOf("sre").Count());
        Assert.Contains(
            "slack-group:T1:S1",
            Text(await RunAsync(desk, "group remove sre slack-group:T1:S1"))
        );
        Assert.Single(desk.Register.Current.MembersOf("sre"));
        await desk.Groups.TidyAsync(TestDesk.Cancel);
        Assert.True(desk.Groups.HasAny(Surface.Slack));
        Advance(desk, 26 * 3600);
        await desk.Groups.TidyAsync(TestDesk.Cancel);
        Assert.False(desk.Groups.HasAny(Surface.Slack));
    }

    [Fact]
    public async Task A_policy_that_only_it_satisfies_keeps_it()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "group add sre slack-group:T1:S1");
        await PolicyAsync(desk, count: 2);
        var reply = await RunAsync(desk, "group remove sre slack-group:T1:S1");
        Assert.Contains("nobody could satisfy the policy oncall", Text(reply));
        Assert.Contains("3 of sre", Text(await PolicyAsync(desk, count: 3)));
    }

    [Theory]
    [InlineData("group add sre slack-group:T1:S9", "there is no such user group")]
    [InlineData("group add sre slack-group:T1:U1", "real mention")]
    [InlineData("group add sre entra-group:tenant-1:abc", "there is no such user group")]
    [InlineData("admin add slack-group:T1:S1", "real mention")]
    public async Task What_cannot_be_is_refused_with_the_reason(string typed, string why)
    {
        await using var desk = await OpenAsync();
        Assert.Contains(why, Text(await RunAsync(desk, typed)), StringComparison.Ordinal);
        Assert.Null(desk.Register.Current.Group("sre"));
    }

    private static async Task<TestDesk> OpenAsync()
    {
        var desk = await AnnsDesk.OpenAsync(new HandClock(Make.Noon));
        await SetAsync(desk, "FRANK", "GINA");
        return desk;
    }

    private static async Task SetAsync(TestDesk desk, params string[] users)
    {
        desk.Wall.Groups = new ConcurrentDictionary<GroupSource, DirectoryGroup>
        {
            [s_onCall] = new DirectoryGroup(s_onCall, "oncall", [.. users.Select(Make.Slack)]),
        };
        Advance(desk, 1);
        await desk.Groups.ReadAsync(Surface.Slack, [], TestDesk.Cancel);
    }

    private static Task<Reply> PolicyAsync(TestDesk desk, int count) =>
        RunAsync(
            desk,
            $"policy set oncall\nmatch: {{action: [iam.*]}}\nstages: [{{approvers: [sre], count: {count}}}]"
        );

    private static void Advance(TestDesk desk, int seconds) =>
        ((HandClock)desk.Clock).Advance(TimeSpan.FromSeconds(seconds));

    private static Refusal? Judge(TestDesk desk, Approval approval, string who)
    {
        var attempt = Make.Attempt(desk.Register.Current, Make.Slack(who));
        return Duties.Judge(approval, desk.Register.Current, attempt.Clicker, attempt.Member);
    }

    private static Task<Reply> RunAsync(TestDesk desk, string typed) =>
        AnnsDesk.Commands(desk).AsAsync(Make.Slack("ANN"), typed);

    private static async Task<Refusal> WhyNotAsync(TestDesk desk, Approval approval, string who) =>
        Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(approval, who)).Why;

    private static async Task<Approval> ShownAsync(TestDesk desk, Approval approval) =>
        (await desk.Desk.ShowAsync(approval.Id, TestDesk.Cancel))!;

    private static string Text(Reply reply) => string.Join('\n', reply.Lines.Prepend(reply.Title));
}
