using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Grants;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>Administrators make guards, and stop what was approved and has not run.</summary>
public sealed class GuardJourney
{
    [Fact]
    public async Task A_guards_key_is_shown_once_and_works_until_it_is_rotated_or_removed()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var added = await RunAsync(desk, "guard add iam audience https://iam.example");
        Assert.True(added.Secret);
        var first = KeyIn(added);
        Assert.Equal("https://iam.example", desk.Register.Current.GuardByKey(first)!.Audience);
        Assert.Equal("Refused", (await RunAsync(desk, "guard add iam audience x")).Title);
        var second = KeyIn(await RunAsync(desk, "guard rotate iam"));
        Assert.Null(desk.Register.Current.GuardByKey(first));
        Assert.NotNull(desk.Register.Current.GuardByKey(second));
        var list = await RunAsync(desk, "guard list");
        Assert.False(list.Secret);
        Assert.Contains("https://iam.example", list.Lines[0], StringComparison.Ordinal);
        await RunAsync(desk, "guard remove iam");
        Assert.Null(desk.Register.Current.GuardByKey(second));
        Assert.Equal("Refused", (await RunAsync(desk, "guard remove iam")).Title);
        Assert.Equal("Refused", (await RunAsync(desk, "guard rotate iam")).Title);
    }

    [Theory]
    [InlineData("guard add iam audience")]
    [InlineData("guard add iam")]
    [InlineData("guard add iam audience “a b”")]
    [InlineData("guard add IAM audience x")]
    [InlineData("guard add iam audience https://guärd.example")]
    [InlineData("guard add iam upstream https://u:p@x.example")]
    [InlineData("guard add iam upstream https://x.example/?q")]
    [InlineData("guard add iam upstream https://x.example/#f")]
    [InlineData("guard add iam upstream https://x.example/a/../b")]
    [InlineData("guard add iam upstream https://x.example//b")]
    [InlineData("guard add iam upstream https://x.example/%41")]
    [InlineData("guard add iam upstream https://0x7f.1/")]
    [InlineData("guard add iam upstream https://X.example")]
    [InlineData("guard add iam upstream ftp://x.example")]
    [InlineData("guard add iam upstream http://x.example")]
    [InlineData("guard add iam upstream http://x.example private")]
    [InlineData("guard add iam upstream http://localhost:1")]
    [InlineData("guard add iam upstream x.example")]
    [InlineData("guard add iam upstream https://x.example header Authorization")]
    [InlineData("guard add iam upstream https://x.example header Authorization from")]
    [InlineData("guard add iam upstream https://x.example header Authorization from abc")]
    [InlineData("guard add iam upstream https://x.example header Authorization from env:")]
    [InlineData(
        "guard add iam upstream https://x.example header Authorization from env:Slack__BotToken"
    )]
    [InlineData("guard add iam upstream https://x.example header Authorization from file:../a")]
    [InlineData("guard add iam upstream https://x.example header Authorization from file:.a")]
    [InlineData("guard add iam upstream https://x.example header Host from env:A")]
    [InlineData("guard add iam upstream https://x.example header Content-Length from env:A")]
    [InlineData("guard add iam upstream https://x.example bind")]
    [InlineData("guard add iam upstream https://x.example bind Authorization")]
    [InlineData("guard add iam upstream https://x.example bind Cookie")]
    [InlineData("guard add iam upstream https://x.example bind Connection")]
    [InlineData("guard add iam upstream https://x.example bind A a")]
    [InlineData("guard add iam upstream https://x.example header A from env:A bind a")]
    [InlineData("guard add iam upstream https://x.example methods get")]
    [InlineData("guard add iam upstream https://x.example methods CONNECT")]
    [InlineData("guard add iam upstream https://x.example methods TRACE")]
    [InlineData("guard add iam upstream https://x.example private private")]
    [InlineData("guard add iam upstream https://x.example upstream https://y.example")]
    [InlineData("guard add iam audience x private")]
    public async Task What_is_no_guard_is_not_understood_and_nothing_is_done(string typed)
    {
        await using var desk = await AnnsDesk.OpenAsync();
        Assert.Equal("Not understood", (await RunAsync(desk, typed)).Title);
        Assert.Empty(desk.Register.Current.Guards);
    }

    [Theory]
    [InlineData("freeze deploy-bot", "unfreeze deploy-bot")]
    [InlineData("freeze all", "unfreeze all")]
    public async Task Frozen_agents_get_no_grants_until_they_are_unfrozen(string stop, string go)
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var approval = await ApprovedAsync(desk);
        Assert.EndsWith("frozen", (await RunAsync(desk, stop)).Title, StringComparison.Ordinal);
        Assert.Equal(GrantRefusal.Frozen, await WhyNotAsync(desk, approval));
        Assert.Equal("Nothing to change", (await RunAsync(desk, stop)).Title);
        var status = await RunAsync(desk, "status");
        Assert.Contains(status.Lines, l => l.Contains(go, StringComparison.Ordinal));
        await RunAsync(desk, go);
        Assert.Null(await WhyNotAsync(desk, approval));
        Assert.Equal("Nothing to change", (await RunAsync(desk, go)).Title);
    }

    [Fact]
    public async Task To_freeze_one_agent_does_not_freeze_another_nor_does_unfreezing_one_lift_all()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var approval = await ApprovedAsync(desk);
        await AddAsync(desk, "another", disabled: false);
        Assert.Equal("another is frozen", (await RunAsync(desk, "freeze another")).Title);
        Assert.Null(await WhyNotAsync(desk, approval));
        await RunAsync(desk, "freeze all");
        await RunAsync(desk, "unfreeze deploy-bot");
        Assert.Equal(GrantRefusal.Frozen, await WhyNotAsync(desk, approval));
    }

    [Fact]
    public async Task Nobody_believes_that_an_agent_was_frozen_that_there_is_not()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var reply = await RunAsync(desk, "freeze deploy-bott");
        Assert.Equal("Refused", reply.Title);
        Assert.Contains("agent list", reply.Lines[0], StringComparison.Ordinal);
        Assert.Empty(desk.Register.Current.Freezes);
        await AddAsync(desk, "stopped", disabled: true);
        Assert.Equal("stopped is frozen", (await RunAsync(desk, "freeze stopped")).Title);
    }

    [Fact]
    public async Task What_is_revoked_is_said_on_its_card_and_by_show_and_is_never_issued_again()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var approval = await ApprovedAsync(desk);
        var code = approval.Opening.Code;
        Assert.Null(await WhyNotAsync(desk, approval));
        Assert.Equal("Revoked", (await RunAsync(desk, $"revoke {code}")).Title);
        Assert.Equal(GrantRefusal.Revoked, await WhyNotAsync(desk, approval));
        Assert.Equal("Nothing to change", (await RunAsync(desk, $"revoke {code}")).Title);
        var shown = await RunAsync(desk, $"show {code}");
        Assert.Contains(shown.Lines, l => l.StartsWith("Revoked: ", StringComparison.Ordinal));
        var after = (await desk.Desk.ShowAsync(approval.Id, TestDesk.Cancel))!;
        var card = ApprovalCard.For(after, desk.Register.Current, after.Copies[0], null, null);
        Assert.Equal("Revoked", card.Outcomes[^1].Verdict.ToString());
    }

    [Fact]
    public async Task A_pending_request_has_nothing_to_revoke()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var pending = await desk.OpenOneAsync();
        var reply = await RunAsync(desk, $"revoke {pending.Opening.Code}");
        Assert.Equal("Nothing to revoke", reply.Title);
        Assert.Equal("Not found", (await RunAsync(desk, "revoke AAA-AAA")).Title);
    }

    private static Task<bool> AddAsync(TestDesk desk, string name, bool disabled)
    {
        var agent = AgentName.Parse(name, null);
        var bob = desk.Register.Current.PersonOf(Make.Slack("BOB"))!.Id;
        var added = new Agent(agent, [bob], [], name, bob, Make.Noon, disabled);
        return desk.Committer.CommitAsync(
            commit =>
            {
                commit.Record(Make.Changed("agent", name, added));
                return true;
            },
            TestDesk.Cancel
        );
    }

    private static Task<Reply> RunAsync(TestDesk desk, string typed) =>
        AnnsDesk.Commands(desk).AsAsync(Make.Slack("ANN"), typed);

    private static async Task<Approval> ApprovedAsync(TestDesk desk)
    {
        var approval = await desk.OpenOneAsync();
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(approval, "BOB"));
        return approval;
    }

    private static async Task<GrantRefusal?> WhyNotAsync(TestDesk desk, Approval approval) =>
        await desk.Grants.IssueAsync(Make.Agent, approval.Id, new KeyProof.None(), TestDesk.Cancel)
            is Issued.Refused refused
            ? refused.Why
            : null;

    private static string KeyIn(Reply reply)
    {
        var line = reply.Lines.First(l => l.StartsWith("Key: ", StringComparison.Ordinal));
        Assert.True(ApiKey.TryParse(line[5..], out var key));
        Assert.Equal(ApiKeyKind.Guard, key.Kind);
        return key.Hash;
    }
}
