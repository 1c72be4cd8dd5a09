using System.Text;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>Ann and Bob administer. What gives somebody more power needs both; what takes it away needs one.</summary>
public sealed partial class FourEyesJourney
{
    private readonly HandClock _clock = new(Make.Noon);

    [Fact]
    public async Task What_one_administrator_wants_applies_when_another_approves()
    {
        await using var desk = await OpenAsync();
        var reply = await RunAsync(desk, "ANN", "group add sre {DAVE}");
        Assert.Equal("Not changed yet", reply.Title);
        Assert.Null(desk.Register.Current.Group("sre"));
        var waits = await desk.WaitingChangeAsync();
        Assert.Contains(waits.Opening.Code, reply.Lines[0], StringComparison.Ordinal);
        Assert.Contains("BOB", reply.Lines[1], StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromMinutes(7));
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(waits, "BOB"));
        var sre = desk.Register.Current.Group("sre")!;
        Assert.Equal([Id(desk, "DAVE")], sre.Members);
        var widened = Assert.Single(sre.Widenings);
        Assert.Equal([Id(desk, "ANN"), Id(desk, "BOB")], widened.By);
        Assert.Equal(_clock.GetUtcNow(), widened.At);
        Assert.Equal(_clock.GetUtcNow(), Assert.Single(sre.Joined).At);

        var entry = Assert.Single(
            Entries(desk, EntryKinds.ConfigChanged),
            e => e.Contains("sre", StringComparison.Ordinal)
        );
        Assert.Contains($"\"txn\":\"{waits.Id}\"", entry, StringComparison.Ordinal);
        Assert.Contains("\"review\":\"confirmed\"", entry, StringComparison.Ordinal);
        Assert.Contains($"\"confirmed_by\":\"{Id(desk, "BOB")}\"", entry, StringComparison.Ordinal);
        var proposed = Assert.Single(Entries(desk, EntryKinds.ConfigProposed));
        Assert.Contains($"\"txn\":\"{waits.Id}\"", proposed, StringComparison.Ordinal);
        Assert.Contains(
            desk.Wall.Told,
            t =>
                t.Account == Make.Slack("ANN")
                && t.Text.Contains("is applied", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData("admin add {DAVE}")]
    [InlineData("auditor add {DAVE}")]
    [InlineData("group add approvers {DAVE}")]
    [InlineData("agent add new-bot owner {ERIN}")]
    [InlineData("agent owner deploy-bot {DAVE}")]
    [InlineData("agent rotate deploy-bot")]
    [InlineData("route set default slack:C0123")]
    [InlineData("guard add iam audience https://iam.example")]
    [InlineData("unfreeze all")]
    [InlineData("policy set lax\nname: lax\neffect: allow")]
    public async Task Every_widening_waits_and_says_so(string typed)
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "BOB", "freeze all");
        var before = desk.Committer.Register.Value("group", Register.Admins)!.Value.GetRawText();
        var reply = await RunAsync(desk, "ANN", typed);
        Assert.Equal("Not changed yet", reply.Title);
        Assert.False(reply.Secret);
        var change = (await desk.WaitingChangeAsync()).Change!;
        Assert.True(change.IsStill(desk.Register.Current.Value(change.Area, change.Name)));
        Assert.Equal(
            before,
            desk.Committer.Register.Value("group", Register.Admins)!.Value.GetRawText()
        );
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        Assert.False(change.IsStill(desk.Register.Current.Value(change.Area, change.Name)));
    }

    [Fact]
    public async Task What_takes_power_away_applies_at_once()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "agent disable deploy-bot");
        Assert.True(desk.Register.Current.Agent(Make.Agent)!.Disabled);
        await RunAsync(desk, "ANN", "group remove approvers {CAROL}");
        Assert.DoesNotContain(Id(desk, "CAROL"), desk.Register.Current.Group("approvers")!.Members);
        Assert.Equal(
            "Not changed yet",
            (await RunAsync(desk, "ANN", "agent enable deploy-bot")).Title
        );
    }

    [Fact]
    public async Task Nobody_but_another_administrator_confirms()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        var waits = await desk.WaitingChangeAsync();
        Assert.Equal(Refusal.Initiator, await RefusedAsync(desk, waits, "ANN"));
        Assert.Equal(Refusal.NotAnApprover, await RefusedAsync(desk, waits, "CAROL"));
        Assert.True((await desk.Desk.ShowAsync(waits.Id, TestDesk.Cancel))!.IsPending);
        Assert.Null(
            desk.Register.Current.PersonOf(Make.Slack("DAVE"))!
                .Accounts.FirstOrDefault(a => desk.Register.Current.IsInGroup("approvers", a.Self))
        );
    }

    [Fact]
    public async Task A_second_account_of_the_same_human_is_no_second_pair_of_eyes()
    {
        await using var desk = await OpenAsync();
        // Ann's other account becomes an administrator first, and hers by a link afterwards.
        await RunAsync(desk, "ANN", "admin add {ANN2}");
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        var commands = AnnsDesk.Commands(desk);
        var shown = await commands.AsAsync(Make.Slack("ANN"), "link");
        var code = shown.Lines[0].Split(' ')[^1];
        Assert.Contains(
            "linked",
            (await commands.AsAsync(Make.Slack("ANN2"), $"link {code}")).Title,
            StringComparison.Ordinal
        );
        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        var waits = await desk.WaitingChangeAsync();
        Assert.Equal(Refusal.Initiator, await RefusedAsync(desk, waits, "ANN2"));

        await RunAsync(desk, "ANN", "admin remove {BOB}");
        Assert.Equal(
            "Group oncall is larger",
            (await RunAsync(desk, "ANN", "group add oncall {DAVE}")).Title
        );
    }

    [Fact]
    public async Task A_new_key_is_told_to_the_proposer_alone_and_is_nowhere_else()
    {
        await using var desk = await OpenAsync();
        var reply = await RunAsync(desk, "ANN", "agent add new-bot owner {ERIN}");
        Assert.DoesNotContain("cak_", string.Join('\n', reply.Lines), StringComparison.Ordinal);
        var answer = Assert.IsType<ClickAnswer.Counted>(
            await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB")
        );
        Assert.DoesNotContain("cak_", answer.Card.ToString(), StringComparison.Ordinal);

        var told = Assert.Single(
            desk.Wall.Told,
            t => t.Text.Contains("cak_", StringComparison.Ordinal)
        );
        Assert.Equal(Make.Slack("ANN"), told.Account);
        var text = told.Text[told.Text.IndexOf("cak_", StringComparison.Ordinal)..].Split('\n')[0];
        Assert.True(ApiKey.TryParse(text, out var key));
        var agent = desk.Register.Current.AgentByKey(key.Hash)!;
        Assert.Equal("new-bot", agent.Name.ToString());
        Assert.Equal(Id(desk, "ANN"), agent.KeyCreator);
        Assert.DoesNotContain(
            desk.Store.Entries(0, 1000),
            e =>
                Encoding
                    .UTF8.GetString([.. e.Bytes, .. e.Content?.Body ?? []])
                    .Contains(text, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_card_shows_names_and_never_a_hash_of_a_key()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "agent owner deploy-bot {DAVE}");
        var waits = await desk.WaitingChangeAsync();
        var copy = waits.Copies[0];
        var card = ApprovalCard.For(waits, desk.Register.Current, copy, null, null);
        var diff = string.Join('\n', card.Diff!.Lines.Select(l => l.Text));
        Assert.Contains("DAVE (slack:T1:DAVE)", diff, StringComparison.Ordinal);
        Assert.Contains("ERIN (slack:T1:ERIN)", diff, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", diff, StringComparison.Ordinal);
        Assert.DoesNotContain("per_", diff, StringComparison.Ordinal);
        Assert.Contains(
            card.Facts,
            f => f is { Label: "Proposed by", Value: "ANN (slack:T1:ANN)" }
        );
        Assert.Equal("config.agent", card.ResourceType);
    }

    [Fact]
    public async Task Proposer_and_confirmer_both_may_not_decide_what_waited()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "group add approvers {ANN}");
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        var request = await desk.OpenOneAsync();
        _clock.Advance(TimeSpan.FromSeconds(1));
        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        Assert.Equal(Refusal.Widened, await RefusedAsync(desk, request, "ANN"));
        Assert.Equal(Refusal.Widened, await RefusedAsync(desk, request, "BOB"));
        Assert.Equal(Refusal.NotAnApproverThen, await RefusedAsync(desk, request, "DAVE"));
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(request, "CAROL"));
    }

    [Fact]
    public async Task A_single_administrator_changes_at_once_unreviewed_and_everybody_with_a_role_is_told()
    {
        await using var desk = await AnnsDesk.OpenAsync(_clock);
        await RunAsync(desk, "ANN", "auditor add {CAROL}");
        desk.Wall.Told.Clear();
        var reply = await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        Assert.Contains(
            reply.Lines,
            l => l.StartsWith("Nobody else confirmed", StringComparison.Ordinal)
        );
        var told = Assert.Single(desk.Wall.Told);
        Assert.Equal(Make.Slack("CAROL"), told.Account);
        Assert.Contains("unreviewed", told.Text, StringComparison.Ordinal);
        Assert.Contains(
            (await RunAsync(desk, "ANN", "status")).Lines,
            l => l.Contains("\"unreviewed\"): config history", StringComparison.Ordinal)
        );
        Assert.Contains(
            "\"review\":\"unreviewed\"",
            Entries(desk, EntryKinds.ConfigChanged)[^1],
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task History_and_pending_tell_what_waits_and_who_confirmed()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "group add approvers {DAVE}");
        Assert.Contains(
            "config.change on config.group approvers",
            (await RunAsync(desk, "BOB", "pending")).Lines[0],
            StringComparison.Ordinal
        );
        Assert.Contains(
            "proposed: group approvers: added DAVE",
            (await RunAsync(desk, "BOB", "config history")).Lines[0],
            StringComparison.Ordinal
        );
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        var line = (await RunAsync(desk, "BOB", "config history")).Lines[0];
        Assert.Contains(
            "by ANN (slack:T1:ANN), confirmed by BOB (slack:T1:BOB)",
            line,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task No_agent_may_be_called_like_the_bot()
    {
        await using var desk = await OpenAsync();
        var reply = await RunAsync(desk, "ANN", $"agent add {ProposedChange.Asks} owner {{ERIN}}");
        Assert.Equal("Refused", reply.Title);
    }

    [Fact]
    public async Task A_route_is_gone_when_another_administrator_has_confirmed_it()
    {
        await using var desk = await OpenAsync();
        await RunAsync(desk, "ANN", "route set default slack:C0123");
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        Assert.Single(desk.Register.Current.Routes);
        var reply = await RunAsync(desk, "ANN", "route remove default");
        Assert.Equal("Not changed yet", reply.Title);
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        Assert.Empty(desk.Register.Current.Routes);
    }

    private Task<TestDesk> OpenAsync() => AnnsDesk.OpenWithBobAsync(_clock);

    private static Task<Reply> RunAsync(TestDesk desk, string user, string typed) =>
        AnnsDesk.Commands(desk).AsAsync(Make.Slack(user), typed);

    private static async Task<Refusal> RefusedAsync(
        TestDesk desk,
        Approval approval,
        string user
    ) => Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(approval, user)).Why;

    private static IReadOnlyList<string> Entries(TestDesk desk, string kind) =>
        [
            .. desk
                .Store.Entries(0, 1_000)
                .Where(e => string.Equals(e.Kind, kind, StringComparison.Ordinal))
                .Select(e => Encoding.UTF8.GetString(e.Bytes)),
        ];

    private static PersonId Id(TestDesk desk, string user) =>
        desk
            .Register.Current.PersonOf(Make.Slack(user))!
            .Accounts.First(a => a.Id == Make.Slack(user))
            .Self;
}
