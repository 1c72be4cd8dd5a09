using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Grants;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Desk;

/// <summary>What is used or revoked stays so, through restarts and when the projections are made anew.</summary>
public sealed class GrantDeskTests
{
    private const string GuardKey = "guard-key-hash";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Used_and_revoked_grants_stay_so_after_a_restart(bool rebuilt)
    {
        string directory;
        string used;
        string revoked;
        string open;
        await using (var desk = await OpenAsync())
        {
            directory = desk.Path;
            desk.Keep = true;
            used = await TokenAsync(desk, "CHG-1");
            revoked = await TokenAsync(desk, "CHG-2");
            open = await TokenAsync(desk, "CHG-3");
            Assert.IsType<Consumption.Consumed>(await ConsumeAsync(desk, used, "CHG-1"));
            Assert.IsType<Closed.Done>(await RevokeAsync(desk, revoked));
            if (rebuilt)
            {
                Rebuild.Run(desk.Store);
            }
        }

        await using var again = await TestDesk.OpenAsync(directory);
        Assert.Equal(GrantRefusal.AlreadyConsumed, await WhyNotAsync(again, used, "CHG-1"));
        Assert.Equal(GrantRefusal.Revoked, await WhyNotAsync(again, revoked, "CHG-2"));
        Assert.IsType<Consumption.Consumed>(await ConsumeAsync(again, open, "CHG-3"));
    }

    [Fact]
    public async Task What_is_revoked_before_it_was_issued_is_never_issued()
    {
        await using var desk = await OpenAsync();
        var approval = await ApprovedAsync(desk, "CHG-1");
        Assert.IsType<Closed.Done>(
            await desk.Grants.RevokeAsync(approval.Id, Ann, (_, _) => true, TestDesk.Cancel)
        );
        var issued = await desk.Grants.IssueAsync(
            Make.Agent,
            approval.Id,
            new KeyProof.None(),
            TestDesk.Cancel
        );
        Assert.Equal(GrantRefusal.Revoked, Assert.IsType<Issued.Refused>(issued).Why);
        Assert.IsType<Closed.NotNow>(
            await desk.Grants.RevokeAsync(approval.Id, Ann, (_, _) => true, TestDesk.Cancel)
        );
    }

    [Fact]
    public async Task A_used_grant_cannot_be_revoked_nor_a_request_that_is_not_approved()
    {
        await using var desk = await OpenAsync();
        var token = await TokenAsync(desk, "CHG-1");
        Assert.IsType<Consumption.Consumed>(await ConsumeAsync(desk, token, "CHG-1"));
        Assert.IsType<Closed.NotNow>(await RevokeAsync(desk, token));
        var pending = await desk.OpenOneAsync("CHG-2");
        Assert.IsType<Closed.NotNow>(
            await desk.Grants.RevokeAsync(pending.Id, Ann, (_, _) => true, TestDesk.Cancel)
        );
        Assert.IsType<Closed.NotFound>(
            await desk.Grants.RevokeAsync(
                RequestId.New(Make.Noon),
                Ann,
                (_, _) => true,
                TestDesk.Cancel
            )
        );
    }

    private static PersonId Ann { get; } = PersonId.New(Make.Noon);

    private static async Task<TestDesk> OpenAsync()
    {
        var desk = await TestDesk.OpenAsync();
        var guard = new KnownGuard(
            AgentName.Parse("g", provider: null),
            TestDesk.GrantKeys.Issuer,
            Ann,
            Make.Noon
        )
        {
            KeyHash = GuardKey,
        };
        await desk.Committer.CommitAsync(
            commit =>
            {
                commit.Record(Make.Changed("guard", "g", guard));
                return true;
            },
            TestDesk.Cancel
        );
        return desk;
    }

    private static async Task<Approval> ApprovedAsync(TestDesk desk, string change)
    {
        var approval = await desk.OpenOneAsync(change);
        Assert.IsType<ClickAnswer.Counted>(await desk.ClickAsync(approval, "BOB"));
        return approval;
    }

    private static async Task<string> TokenAsync(TestDesk desk, string change)
    {
        var approval = await ApprovedAsync(desk, change);
        var issued = await desk.Grants.IssueAsync(
            Make.Agent,
            approval.Id,
            new KeyProof.None(),
            TestDesk.Cancel
        );
        return Assert.IsType<Issued.Granted>(issued).Token;
    }

    private static Task<Consumption> ConsumeAsync(TestDesk desk, string token, string change)
    {
        var asked = Make.Request();
        var context = Make.Json($$"""{"change":"{{change}}"}""");
        var what = new AboutToRun(asked.Action, asked.Resource, context);
        return desk.Grants.ConsumeAsync(
            GuardKey,
            desk.Grants.Open(token),
            what,
            new KeyProof.None(),
            TestDesk.Cancel
        );
    }

    private static async Task<GrantRefusal> WhyNotAsync(
        TestDesk desk,
        string token,
        string change
    ) => Assert.IsType<Consumption.Refused>(await ConsumeAsync(desk, token, change)).Why;

    private static Task<Closed> RevokeAsync(TestDesk desk, string token)
    {
        var keys = TestDesk.GrantKeys;
        var grant = ChatApprovals.Grants.GrantToken.Open(token, keys.Accepted, keys.Issuer)!;
        return desk.Grants.RevokeAsync(grant.Request, Ann, (_, _) => true, TestDesk.Cancel);
    }
}
