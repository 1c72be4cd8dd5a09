using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Desk;

/// <summary>Who started a request or owns its agent can end it, whatever else they are.</summary>
public sealed class WithdrawTests
{
    [Theory]
    [InlineData("ERIN", "alice@acme.example")]
    [InlineData("ERIN", "auth0|somebody")]
    [InlineData("BOB", "bob@acme.example")]
    [InlineData("BOB", "slack:T1:BOB")]
    public async Task An_owner_and_the_initiator_can_withdraw(string user, string initiator)
    {
        await using var desk = await TestDesk.OpenAsync();
        var carol = desk.Register.Current.PersonOf(Make.Slack("CAROL"))!.Id;
        await desk.Committer.CommitAsync(
            commit =>
            {
                var subject = AccountId.Parse("oidc:https://login.example:auth0|carol", null);
                commit.Record(Make.Linked(carol, subject));
                return true;
            },
            TestDesk.Cancel
        );
        var request = Make.Request(initiator);
        Assert.IsType<Closed.Done>(await WithdrawAsync(desk, request, user));
    }

    [Fact]
    public async Task An_owner_on_whose_behalf_it_is_can_withdraw_it_too()
    {
        await using var desk = await TestDesk.OpenAsync();
        var request = Make.Request() with
        {
            OnBehalfOf = [new Party("human", "erin@acme.example", null)],
        };
        Assert.IsType<Closed.Done>(await WithdrawAsync(desk, request, "ERIN"));
    }

    [Fact]
    public async Task Nobody_else_can_not_even_one_on_whose_behalf_it_is()
    {
        await using var desk = await TestDesk.OpenAsync();
        var request = Make.Request() with
        {
            OnBehalfOf = [new Party("human", "bob@acme.example", null)],
        };
        Assert.IsType<Closed.NotFound>(await WithdrawAsync(desk, request, "BOB"));
        Assert.IsType<Closed.NotFound>(await WithdrawAsync(desk, request, "CAROL"));
    }

    private static async Task<Closed> WithdrawAsync(
        TestDesk desk,
        ActionRequest request,
        string user
    )
    {
        var asked = await desk.Desk.OpenAsync(Make.Agent, request, "b", null, TestDesk.Cancel);
        var approval = asked switch
        {
            Opened.Created created => created.Approval,
            Opened.Same same => same.Approval,
            _ => throw new InvalidOperationException(asked.ToString()),
        };
        var person = desk.Register.Current.PersonOf(Make.Slack(user))!;
        return await desk.Desk.WithdrawAsync(approval.Id, person, TestDesk.Cancel);
    }
}
