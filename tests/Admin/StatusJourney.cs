using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>What <c>status</c> says of cards that people do not see as they are.</summary>
public sealed class StatusJourney
{
    private static readonly AccountId s_ann = Make.Slack("ANN");

    [Fact]
    public async Task A_card_that_cannot_be_shown_is_named_with_its_place_and_the_reason()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        desk.Wall.Next.Enqueue(new Drawing.Never("the bot is not in that channel: invite it"));
        await desk.Outbox.StartAsync(TestDesk.Cancel);
        var approval = await desk.OpenOneAsync();
        await Eventually.TrueAsync(() => desk.Undrawn.All.Count == 1, "the card is given up");
        var status = await AnnsDesk.Commands(desk).AsAsync(s_ann, "status");
        Assert.Contains(
            $"Needs attention: a card of {approval.Id} in slack:C1 cannot be shown: "
                + "the bot is not in that channel: invite it",
            status.Lines,
            StringComparer.Ordinal
        );
        await desk.Outbox.StopAsync(TestDesk.Cancel);
    }

    [Theory]
    [InlineData(true, false, "slack:CHANNEL")]
    [InlineData(false, true, "teams:CONVERSATION")]
    [InlineData(true, true, "slack:CHANNEL")]
    public void Where_cards_go_nowhere_a_place_that_there_is_is_named(
        bool slack,
        bool teams,
        string place
    ) =>
        Assert.Equal(place, RouteCommand.Example(new DeskOptions { Slack = slack, Teams = teams }));

    [Fact]
    public async Task A_card_that_waits_is_named_once_it_has_waited_long_enough_to_be_trouble()
    {
        var clock = new HandClock(Make.Noon);
        await using var desk = await AnnsDesk.OpenAsync(clock);
        var approval = await desk.OpenOneAsync();
        desk.Undrawn.Report(approval.Id, approval.Copies[0], "Slack is down", givenUp: false);
        Assert.DoesNotContain(
            await LinesAsync(desk),
            l => l.Contains("Slack is down", StringComparison.Ordinal)
        );
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Contains(
            $"Needs attention: a card of {approval.Id} in slack:C1 waits: Slack is down",
            await LinesAsync(desk),
            StringComparer.Ordinal
        );
        desk.Undrawn.Forget(approval.Copies[0].Token);
        Assert.DoesNotContain(
            await LinesAsync(desk),
            l => l.Contains("Slack is down", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Many_such_cards_are_counted()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        for (var i = 0; i < 7; i++)
        {
            var approval = await desk.OpenOneAsync($"CHG-{i}");
            desk.Undrawn.Report(approval.Id, approval.Copies[0], "gone", givenUp: true);
        }

        var lines = await LinesAsync(desk);
        Assert.Equal(
            5,
            lines.Count(l => l.EndsWith("cannot be shown: gone", StringComparison.Ordinal))
        );
        Assert.Contains(
            "Needs attention: 2 more cards are not shown",
            lines,
            StringComparer.Ordinal
        );
    }

    private static async Task<IReadOnlyList<string>> LinesAsync(TestDesk desk) =>
        (await AnnsDesk.Commands(desk).AsAsync(s_ann, "status")).Lines;
}
