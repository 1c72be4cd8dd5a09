using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <content>What people look up.</content>
public sealed partial class CommandJourney
{
    [Fact]
    public async Task A_decided_request_is_found_by_its_code_and_what_waits_comes_first()
    {
        await using var desk = await OpenAsync();
        var approval = await desk.OpenOneAsync();
        await desk.ClickAsync(approval, "BOB");
        var code = approval.Opening.Code;
        Assert.Equal($"{code} is approved", (await RunAsync(desk, "CAROL", $"show {code}")).Title);
        var byId = await RunAsync(desk, "CAROL", $"show {approval.Id}");
        Assert.Equal($"{code} is approved", byId.Title);

        var same = Make.Approval(desk.Committer.Register);
        var waiting = same.Opening with { Code = code };
        await desk.Committer.CommitAsync(
            commit =>
            {
                commit.Record(new Fact.RequestCreated(same.Id, waiting));
                return true;
            },
            TestDesk.Cancel
        );
        Assert.Equal($"{code} is pending", (await RunAsync(desk, "CAROL", $"show {code}")).Title);
    }

    [Fact]
    public async Task Pending_says_which_ones_the_asker_may_decide_and_why_not_the_others()
    {
        await using var desk = await OpenAsync();
        await desk.OpenOneAsync();
        async Task<string> LineAsync(string user) =>
            (await LinesAsync(desk, user, "pending")).First();
        Assert.EndsWith("you may decide it", await LineAsync("BOB"), StringComparison.Ordinal);
        Assert.Contains(
            "not you: You own the agent",
            await LineAsync("ERIN"),
            StringComparison.Ordinal
        );
    }
}
