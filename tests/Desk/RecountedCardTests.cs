using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Desk;

/// <summary>A card says how many have approved, also when one of them counts no more.</summary>
public sealed class RecountedCardTests
{
    [Fact]
    public async Task An_approval_that_counts_no_more_is_gone_from_the_card()
    {
        await using var desk = await TestDesk.OpenAsync();
        var two = Policy.Default with { Stages = [new Stage(["approvers"], 2)] };
        await RecordAsync(desk, Make.Changed("policy", two.Name, two));
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        var approval = await desk.OpenOneAsync();
        await desk.ClickAsync(approval, "BOB");
        await Eventually.TrueAsync(
            () => Filled(desk) == 1 && desk.Outbox.IsIdle,
            "one of two, and nothing is owed: only what comes now can wake it"
        );
        Assert.Equal(CardState.PartlyApproved, desk.Wall.Drawn.Last().Card.State);

        var before = desk.Register.Current;
        var bob = before.PersonOf(Make.Slack("BOB"))!.Id;
        PersonId[] others = [.. before.Group("approvers")!.Members.Where(m => m != bob)];
        await RecordAsync(desk, Make.Group("approvers", others));
        await Eventually.TrueAsync(() => Filled(desk) == 0, "none of two");
        Assert.Equal(CardState.Pending, desk.Wall.Drawn.Last().Card.State);

        // Nothing of it changes who has approved: nothing is drawn.
        await Eventually.TrueAsync(() => desk.Outbox.IsIdle, "nothing is owed");
        var drawn = desk.Wall.Drawn.Count;
        await RecordAsync(desk, Make.Group("others", bob));
        await Eventually.TrueAsync(() => desk.Outbox.IsIdle, "nothing is owed");
        Assert.Equal(drawn, desk.Wall.Drawn.Count);
        await desk.Outbox.StopAsync(TestDesk.Cancel);
    }

    private static int Filled(TestDesk desk) =>
        desk.Wall.Drawn.IsEmpty ? -1 : desk.Wall.Drawn.Last().Card.Stages[0].Approved;

    private static Task<bool> RecordAsync(TestDesk desk, Fact fact) =>
        desk.Committer.CommitAsync(
            commit =>
            {
                commit.Record(fact);
                return true;
            },
            TestDesk.Cancel
        );
}
