using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Desk;

public sealed class ApprovalDeskTests
{
    [Fact]
    public async Task A_request_is_approved_by_somebody_else_and_the_agent_is_released()
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await desk.OpenOneAsync();
        var waiting = desk.Desk.WaitAsync(
            Make.Agent,
            approval.Id,
            TimeSpan.FromSeconds(60),
            TestDesk.Cancel
        );
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(approval, "BOB"));
        Assert.Equal(RequestStatus.Approved, (await waiting)!.Status);
    }

    [Fact]
    public async Task The_owner_is_refused_with_the_reason_and_it_is_in_the_ledger()
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await desk.OpenOneAsync();
        var refused = Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(approval, "ERIN"));
        Assert.Equal(Refusal.Owner, refused.Why);
        Assert.Contains("deploy-bot", refused.Text, StringComparison.Ordinal);
        Assert.Contains("decision.refused", Kinds(desk, approval), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Who_says_the_same_again_changes_nothing_and_is_told_so()
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await desk.OpenOneAsync();
        var first = Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(approval, "BOB"));
        Assert.Null(first.Note);
        var kinds = Kinds(desk, approval).Count;
        var again = Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(approval, "BOB"));
        Assert.Contains("decided this request already", again.Note, StringComparison.Ordinal);
        Assert.Equal(kinds, Kinds(desk, approval).Count);
    }

    [Fact]
    public async Task Two_hundred_clicks_at_once_end_it_once()
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await desk.OpenOneAsync();
        var clicks = Enumerable
            .Range(0, 200)
            .Select(i =>
                desk.ClickAsync(
                    approval,
                    i % 2 == 0 ? "BOB" : "CAROL",
                    i % 3 == 0 ? Verdict.Rejected : Verdict.Approved
                )
            );
        await Task.WhenAll(clicks);
        var ends = Kinds(desk, approval).Count(k => k is "request.approved" or "request.denied");
        Assert.Equal(1, ends);
    }

    [Fact]
    public async Task The_same_key_and_body_is_the_same_request_and_another_body_is_refused()
    {
        await using var desk = await TestDesk.OpenAsync();
        var first = Assert.IsType<Opened.Created>(await desk.AskAsync(key: "k1")).Approval;
        Assert.Equal(
            first.Id,
            Assert.IsType<Opened.Same>(await desk.AskAsync(key: "k1")).Approval.Id
        );
        Assert.IsType<Opened.KeyReused>(await desk.AskAsync("CHG-2", key: "k1"));
    }

    [Fact]
    public async Task An_identical_body_while_pending_is_the_same_request_and_a_new_one_after()
    {
        await using var desk = await TestDesk.OpenAsync();
        var asked = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => desk.AskAsync()));
        var first = Assert.Single(asked.OfType<Opened.Created>()).Approval;
        Assert.All(asked.OfType<Opened.Same>(), s => Assert.Equal(first.Id, s.Approval.Id));
        await desk.ClickAsync(first, "BOB");
        Assert.NotEqual(first.Id, (await desk.OpenOneAsync()).Id);
    }

    [Fact]
    public async Task An_agent_has_only_so_many_pending()
    {
        await using var desk = await TestDesk.OpenAsync(pendingMax: 2);
        await desk.OpenOneAsync("CHG-1");
        await desk.OpenOneAsync("CHG-2");
        Assert.IsType<Opened.TooManyPending>(await desk.AskAsync("CHG-3"));
    }

    [Fact]
    public async Task A_request_nobody_could_approve_is_refused_when_made()
    {
        await using var desk = await TestDesk.OpenAsync();
        var bob = desk.Register.Current.PersonOf(Make.Slack("BOB"))!;
        await desk.Register.ChangeAsync(
            bob.Id,
            (_, _) =>
                new ConfigRuling.Set(
                    "group",
                    "approvers",
                    new Group("approvers", [bob.Id], []),
                    false
                ),
            TestDesk.Cancel
        );
        var answer = await desk.AskAsync(initiator: "bob@acme.example");
        var refused = Assert.IsType<Opened.NoEligibleApprover>(answer);
        Assert.Contains("1 as initiator", refused.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_click_in_another_conversation_or_with_another_token_decides_nothing()
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await desk.OpenOneAsync();
        var token = approval.Copies[0].Token;
        var click = new Click(token, Verdict.Approved, Make.Slack("BOB"), "C2", null, null, "e");
        var refused = Assert.IsType<ClickAnswer.Refused>(
            await desk.Desk.DecideAsync(click, TestDesk.Cancel)
        );
        Assert.Equal(Refusal.WrongPlace, refused.Why);
        var forged = click with { Token = token[..^1] + (token[^1] == 'A' ? 'B' : 'A') };
        Assert.IsType<ClickAnswer.Unknown>(await desk.Desk.DecideAsync(forged, TestDesk.Cancel));
        Assert.True((await desk.Desk.ShowAsync(approval.Id, TestDesk.Cancel))!.IsPending);
    }

    [Fact]
    public async Task An_unreachable_directory_decides_nothing()
    {
        await using var desk = await TestDesk.OpenAsync();
        desk.Wall.Obstacles[Make.Slack("BOB")] = MemberObstacle.Unknown;
        var approval = await desk.OpenOneAsync();
        var refused = Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(approval, "BOB"));
        Assert.Equal(Refusal.UnknownPerson, refused.Why);
    }

    [Fact]
    public async Task Cancel_and_report_change_only_what_they_may()
    {
        await using var desk = await TestDesk.OpenAsync();
        var stranger = AgentName.Parse("other", null);
        var approval = await desk.OpenOneAsync();
        var id = approval.Id;
        Assert.IsType<Closed.NotFound>(
            await desk.Desk.CancelAsync(stranger, id, null, TestDesk.Cancel)
        );
        Assert.IsType<Closed.NotNow>(
            await desk.Desk.ReportAsync(Make.Agent, id, "succeeded", null, TestDesk.Cancel)
        );
        await desk.ClickAsync(approval, "BOB");
        Assert.IsType<Closed.NotNow>(
            await desk.Desk.CancelAsync(Make.Agent, id, null, TestDesk.Cancel)
        );
        var done = Assert.IsType<Closed.Done>(
            await desk.Desk.ReportAsync(Make.Agent, id, "failed", "boom", TestDesk.Cancel)
        );
        Assert.Equal("failed", done.Approval.Execution!.Outcome);
        Assert.IsType<Closed.NotNow>(
            await desk.Desk.ReportAsync(Make.Agent, id, "succeeded", null, TestDesk.Cancel)
        );
    }

    private static List<string> Kinds(TestDesk desk, Approval approval) =>
        [.. desk.Store.Changes(approval.Id, -1, 1_000).Select(c => c.Kind)];
}
