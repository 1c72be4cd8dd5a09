using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Grants;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary><c>delegate</c> against the real desk and store: Carol lets Dave decide in her place.</summary>
public sealed class DelegateJourney
{
    [Fact]
    public async Task The_delegate_decides_until_it_is_taken_back_and_everything_says_so()
    {
        await using var desk = await OpenAsync();
        var waiting = await desk.OpenOneAsync("CHG-1");
        var reply = await RunAsync(desk, "CAROL", "delegate to {DAVE} until 3d");
        Assert.Contains("2026-11-24 12:00:00 UTC", Text(reply), StringComparison.Ordinal);
        Assert.Contains(desk.Wall.Told, t => t.Account == Make.Slack("DAVE"));
        Advance(desk);
        var later = await desk.OpenOneAsync("CHG-2");
        Assert.Equal(Refusal.NotAnApprover, await WhyNotAsync(desk, waiting, "DAVE"));
        Assert.Contains(
            "DAVE (slack:T1:DAVE) for CAROL (slack:T1:CAROL) until 2026-11-24",
            Text(await RunAsync(desk, "ANN", $"show {later.Id}")),
            StringComparison.Ordinal
        );
        var counted = Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(later, "DAVE"));
        Assert.Equal("DAVE for CAROL", Assert.Single(counted.Card.Outcomes).Who);
        var status = Text(await RunAsync(desk, "ANN", "status"));
        Assert.Contains("DAVE (slack:T1:DAVE) decides in the place of CAROL", status);
        Assert.Contains(
            "You decide in the place of CAROL",
            Text(await RunAsync(desk, "DAVE", "whoami"))
        );
        Assert.Contains(
            "DAVE (slack:T1:DAVE) decides in your",
            Text(await RunAsync(desk, "CAROL", "whoami"))
        );
        var history = Text(await RunAsync(desk, "ANN", "config history"));
        Assert.Contains("by CAROL (slack:T1:CAROL), own right", history, StringComparison.Ordinal);
        Assert.Equal("Taken back", (await RunAsync(desk, "CAROL", "delegate off")).Title);
        Assert.Equal(2, desk.Wall.Told.Count(t => t.Account == Make.Slack("DAVE")));
        Assert.Equal("Nothing to change", (await RunAsync(desk, "CAROL", "delegate off")).Title);
        Assert.Contains(
            "delegation taken back",
            Text(await RunAsync(desk, "ANN", "config history"))
        );
    }

    [Fact]
    public async Task An_approval_in_somebodys_place_runs_only_while_that_person_may()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "CAROL", "delegate to {DAVE} until 8h");
        Advance(desk);
        var one = await desk.OpenOneAsync("CHG-1");
        desk.Wall.Obstacles[Make.Slack("CAROL")] = MemberObstacle.Deactivated;
        Assert.Equal(Refusal.DelegatorAbsent, await WhyNotAsync(desk, one, "DAVE"));
        desk.Wall.Obstacles.Clear();
        await desk.ClickAsync(one, "DAVE");
        Assert.IsType<Issued.Granted>(
            await desk.Grants.IssueAsync(Make.Agent, one.Id, new KeyProof.None(), TestDesk.Cancel)
        );
        await RunAsync(desk, "CAROL", "delegate off");
        Assert.IsType<Issued.Refused>(
            await desk.Grants.IssueAsync(Make.Agent, one.Id, new KeyProof.None(), TestDesk.Cancel)
        );
    }

    [Fact]
    public async Task It_ends_by_itself_and_survives_a_rebuild()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "CAROL", "delegate to {DAVE} until 1h");
        Advance(desk);
        var one = await desk.OpenOneAsync("CHG-1", expiresIn: 900);
        await desk.ClickAsync(one, "DAVE");
        var receipt = (await desk.Desk.ShowAsync(one.Id, TestDesk.Cancel))!;
        Assert.Equal("CAROL", desk.Register.Current.Person(receipt.Decisions[0].For!.Value)!.Name);
        Rebuild.Run(desk.Store);
        var again = (await desk.Desk.ShowAsync(one.Id, TestDesk.Cancel))!;
        Assert.Equal(receipt.Decisions[0], again.Decisions[0]);
        ((HandClock)desk.Clock).Advance(TimeSpan.FromHours(1));
        var late = await desk.OpenOneAsync("CHG-2");
        Assert.Equal(Refusal.NotAnApprover, await WhyNotAsync(desk, late, "DAVE"));
    }

    [Theory]
    [InlineData("delegate to {CAROL} until 3d", "That is you")]
    [InlineData("delegate to {DAVE} until 31d", "longer than 30 days")]
    [InlineData("delegate to {DAVE} until 2026-11-20", "That time is over")]
    [InlineData("delegate to {DAVE} until tomorrow", "is not a time")]
    [InlineData("delegate to {DAVE} {BOB} until 3d", "One person")]
    [InlineData("delegate to {GUEST} until 3d", "is a guest")]
    [InlineData("delegate to @dave until 3d", "only looks like a mention")]
    public async Task What_cannot_be_is_refused_and_nothing_changes(string typed, string why)
    {
        await using var desk = await OpenAsync();
        desk.Wall.Obstacles[Make.Slack("GUEST")] = MemberObstacle.Guest;
        Assert.Contains(why, Text(await RunAsync(desk, "CAROL", typed)), StringComparison.Ordinal);
        Assert.Empty(desk.Register.Current.Delegations);
    }

    [Fact]
    public async Task Who_approves_nothing_has_nothing_to_give()
    {
        await using var desk = await OpenAsync();
        var reply = Text(await RunAsync(desk, "DAVE", "delegate to {BOB} until 3d"));
        Assert.Contains("people in a group that a policy names", reply, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_refused_where_a_policy_could_not_be_satisfied_any_more()
    {
        await using var desk = await OpenAsync();
        await RunAsync(
            desk,
            "ANN",
            "policy set three\nmatch: {action: [a.*]}\nstages: [{approvers: [approvers], count: 3}]"
        );
        var reply = Text(await RunAsync(desk, "CAROL", "delegate to {BOB} until 3d"));
        Assert.Contains("nobody could satisfy the policy three", reply, StringComparison.Ordinal);
        Assert.Equal(
            "Somebody decides in your place",
            (await RunAsync(desk, "CAROL", "delegate to {DAVE} until 3d")).Title
        );
    }

    private static Task<TestDesk> OpenAsync() => AnnsDesk.OpenAsync(new HandClock(Make.Noon));

    private static void Advance(TestDesk desk) =>
        ((HandClock)desk.Clock).Advance(TimeSpan.FromSeconds(1));

    private static Task<Reply> RunAsync(TestDesk desk, string who, string typed) =>
        AnnsDesk.Commands(desk).AsAsync(Make.Slack(who), typed);

    private static async Task<Refusal> WhyNotAsync(TestDesk desk, Approval approval, string who) =>
        Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(approval, who)).Why;

    private static string Text(Reply reply) => string.Join('\n', reply.Lines.Prepend(reply.Title));
}
