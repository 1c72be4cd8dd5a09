using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Desk;

/// <summary>A card whose request is over says who ended it.</summary>
public sealed class EndedCardTests
{
    [Fact]
    public async Task A_withdrawn_request_names_who_withdrew_it()
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await desk.OpenOneAsync();
        var erin = desk.Register.Current.PersonOf(Make.Slack("ERIN"))!;

        await desk.Desk.WithdrawAsync(approval.Id, erin, TestDesk.Cancel);

        var after = (await desk.Desk.ShowAsync(approval.Id, TestDesk.Cancel))!;
        var card = ApprovalCard.For(
            after,
            desk.Register.Current,
            after.Copies[0],
            viewer: null,
            member: null
        );
        var outcome = Assert.Single(card.Outcomes);
        Assert.Equal(CardVerdict.Cancelled, outcome.Verdict);
        Assert.Equal(erin.Name, outcome.Who);
    }

    [Fact]
    public async Task Who_is_too_late_is_told_who_was_first()
    {
        await using var desk = await TestDesk.OpenAsync();
        var approval = await desk.OpenOneAsync();
        await desk.ClickAsync(approval, "BOB");

        var late = Assert.IsType<ClickAnswer.Refused>(await desk.ClickAsync(approval, "CAROL"));
        Assert.Equal(Refusal.Ended, late.Why);
        Assert.Contains("already approved (by BOB)", late.Text, StringComparison.Ordinal);
    }
}
