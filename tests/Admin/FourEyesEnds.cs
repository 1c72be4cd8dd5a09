using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <content>Proposals that come to nothing, or wait for long.</content>
public sealed partial class FourEyesJourney
{
    [Fact]
    public async Task What_is_not_as_the_card_shows_any_more_is_not_applied()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        var waits = await desk.WaitingChangeAsync();
        await RunAsync(desk, "BOB", "group remove approvers {CAROL}");
        var answer = Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(waits, "BOB"));
        Assert.Contains(
            answer.Card.Outcomes,
            o => o.Reason?.Contains("was changed since", StringComparison.Ordinal) == true
        );
        Assert.Equal(
            RequestStatus.Cancelled,
            (await desk.Desk.ShowAsync(waits.Id, TestDesk.Cancel))!.Status
        );
        Assert.DoesNotContain(Id(desk, "DAVE"), desk.Register.Current.Group("approvers")!.Members);
        Assert.Contains(
            desk.Wall.Told,
            t =>
                t.Account == Make.Slack("ANN")
                && t.Text.Contains("was changed since", StringComparison.Ordinal)
        );
        Assert.Equal(
            "Not changed yet",
            (await RunAsync(desk, "ANN", "group add approvers {DAVE}")).Title
        );
    }

    [Fact]
    public async Task A_rejected_or_expired_or_withdrawn_change_changes_nothing()
    {
        await using var desk = await OpenAsync();
        var before = desk.Register.Current.Group("approvers")!.Members;
        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        var first = await desk.WaitingChangeAsync();
        await desk.ClickAsync(first, "BOB", Verdict.Rejected);
        Assert.Contains(
            desk.Wall.Told,
            t =>
                t.Account == Make.Slack("ANN")
                && t.Text.Contains("was not applied", StringComparison.Ordinal)
        );

        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        var second = await desk.WaitingChangeAsync();
        Assert.NotEqual(first.Id, second.Id);
        await RunAsync(desk, "ANN", $"withdraw {second.Opening.Code}");
        Assert.Equal(Refusal.Ended, await RefusedAsync(desk, second, "BOB"));

        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        var third = await desk.WaitingChangeAsync();
        _clock.Advance(TimeSpan.FromHours(24));
        Assert.Equal(Refusal.Expired, await RefusedAsync(desk, third, "BOB"));
        Assert.Equal(before, desk.Register.Current.Group("approvers")!.Members);
    }

    [Fact]
    public async Task The_same_wish_again_is_the_same_card()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        var waits = await desk.WaitingChangeAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        var again = await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        Assert.StartsWith("Asked before", again.Lines[0], StringComparison.Ordinal);
        Assert.Contains(waits.Opening.Code, again.Lines[0], StringComparison.Ordinal);
        Assert.Equal(waits.Id, (await desk.WaitingChangeAsync()).Id);
        await RunAsync(desk, "ANN", "agent rotate deploy-bot");
        await RunAsync(desk, "ANN", "agent rotate deploy-bot");
        Assert.Equal(2, Entries(desk, EntryKinds.ConfigProposed).Count);
    }

    [Fact]
    public async Task A_proposer_who_is_no_administrator_any_more_changes_nothing()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        var waits = await desk.WaitingChangeAsync();
        await RunAsync(desk, "BOB", "admin remove {ANN}");
        await desk.ClickAsync(waits, "BOB");
        Assert.DoesNotContain(Id(desk, "DAVE"), desk.Register.Current.Group("approvers")!.Members);
        Assert.Equal(
            RequestStatus.Cancelled,
            (await desk.Desk.ShowAsync(waits.Id, TestDesk.Cancel))!.Status
        );
    }

    [Fact]
    public async Task A_restart_and_a_rebuild_between_change_nothing_about_it()
    {
        var first = await OpenAsync();
        await RunAsync(first, "ANN", "group add approvers {DAVE}");
        var waits = await first.WaitingChangeAsync();
        first.Keep = true;
        await first.DisposeAsync();

        await using var desk = await TestDesk.OpenAsync(first.Path, _clock);
        Rebuild.Run(desk.Store);
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(waits, "BOB"));
        Assert.Contains(Id(desk, "DAVE"), desk.Register.Current.Group("approvers")!.Members);
    }

    [Fact]
    public async Task Nobody_waits_for_an_administrator_who_has_left_but_for_one_who_cannot_be_asked_about()
    {
        await using var desk = await OpenAsync();
        desk.Wall.Obstacles[Make.Slack("BOB")] = MemberObstacle.Unknown;
        var reply = await RunAsync(desk, "ANN", "group add sre {DAVE}");
        Assert.Equal("Not changed yet", reply.Title);
        desk.Wall.Obstacles[Make.Slack("BOB")] = MemberObstacle.Deactivated;
        Assert.Equal(
            "Group sre is larger",
            (await RunAsync(desk, "ANN", "group add sre {DAVE}")).Title
        );
    }

    [Fact]
    public async Task Two_first_administrators_with_one_address_are_one()
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        await desk.Committer.CommitAsync(
            commit =>
            {
                var twin = PersonId.New(commit.Now);
                commit.Record(Make.Linked(twin, Make.Teams("ANN")));
                var admins = commit.Register.Group(Register.Admins)!;
                commit.Record(Make.Group(Register.Admins, [.. admins.Members, twin]));
                return true;
            },
            TestDesk.Cancel
        );
        Assert.Equal(
            "Group sre is larger",
            (await RunAsync(desk, "ANN", "group add sre {DAVE}")).Title
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_administrator_links_and_parts_others_accounts_only_with_another(bool known)
    {
        await using var desk = await OpenAsync();
        var (carol, inTeams) = (Make.Slack("CAROL"), Make.Teams("carol2"));
        if (known)
        {
            await desk.Register.EnrolAsync(Make.Member(inTeams), "first_contact", TestDesk.Cancel);
        }

        var reply = await RunAsync(desk, "ANN", $"person link {{CAROL}} {inTeams}");
        Assert.Equal("Not changed yet", reply.Title);
        Assert.NotEqual(
            desk.Register.Current.PersonOf(carol)!.Id,
            desk.Register.Current.PersonOf(inTeams)!.Id
        );
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        Assert.Equal(
            desk.Register.Current.PersonOf(carol)!.Id,
            desk.Register.Current.PersonOf(inTeams)!.Id
        );
        Assert.Contains(
            "\"review\":\"confirmed\",\"change\":\"apr_",
            Entries(desk, EntryKinds.PersonLinked)[^1],
            StringComparison.Ordinal
        );

        await RunAsync(desk, "ANN", $"person unlink {{CAROL}} {inTeams}");
        var parting = await desk.WaitingChangeAsync();
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(parting, "BOB"));
        Assert.NotEqual(
            desk.Register.Current.PersonOf(carol)!.Id,
            desk.Register.Current.PersonOf(inTeams)!.Id
        );
        Assert.Equal(Refusal.Ended, await RefusedAsync(desk, parting, "ANN"));
    }

    [Fact]
    public async Task A_link_that_was_made_meanwhile_is_not_made_again()
    {
        await using var desk = await OpenAsync();
        var inTeams = Make.Teams("carol2");
        var commands = AnnsDesk.Commands(desk);
        await commands.AsAsync(Make.Slack("ANN"), $"person link {{CAROL}} {inTeams}");
        var waits = await desk.WaitingChangeAsync();
        var shown = await commands.AsAsync(Make.Slack("CAROL"), "link");
        await commands.AsAsync(inTeams, $"link {shown.Lines[0].Split(' ')[^1]}");
        await desk.ClickAsync(waits, "BOB");
        Assert.Equal(
            RequestStatus.Cancelled,
            (await desk.Desk.ShowAsync(waits.Id, TestDesk.Cancel))!.Status
        );
    }

    [Fact]
    public async Task Whoever_loses_a_role_hears_of_it()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "admin remove {BOB}");
        Assert.Contains(
            desk.Wall.Told,
            t =>
                t.Account == Make.Slack("BOB")
                && t.Text.Contains("took the role \"admins\" from BOB", StringComparison.Ordinal)
        );
    }
}
