using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Admin;

/// <summary>Asking without a button, from either app.</summary>
public sealed class AskJourney
{
    [Theory]
    [InlineData(Surface.Slack)]
    [InlineData(Surface.Teams)]
    public async Task A_question_by_command_is_asked_and_shown_with_its_answer(Surface surface)
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var commands = AnnsDesk.Commands(desk);
        var request = await desk.OpenOneAsync();
        var who = surface == Surface.Slack ? Make.Slack("ANN") : Make.Teams("ann");
        var reply = await commands.AsAsync(who, $"ask {request.Opening.Code} What's this for?");
        Assert.Equal("Your question is with the agent.", reply.Title);
        var asked = (await desk.Desk.ShowAsync(request.Id, TestDesk.Cancel))!;
        var question = Assert.Single(asked.Questions);
        Assert.Equal(("What's this for?", surface), (question.Text, question.Surface));

        await desk.Desk.AnswerAsync(
            Make.Agent,
            request.Id,
            null,
            "Backups.\n\u202E",
            TestDesk.Cancel
        );
        var shown = await commands.AsAsync(who, $"show {request.Id}");
        Assert.Contains(
            shown.Lines,
            l => l.Contains(": What's this for?", StringComparison.Ordinal)
        );
        Assert.Contains(
            shown.Lines,
            l => l.Contains("not verified): Backups.<U+000A><U+202E>", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Why_nothing_was_asked_is_said()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var commands = AnnsDesk.Commands(desk);
        var none = await commands.AsAsync(Make.Slack("ANN"), "ask K7Q-4XM why?");
        Assert.Equal("Not found", none.Title);

        var request = await desk.OpenOneAsync();
        var typed = $"ask {request.Id} ";
        var tooLong = await commands.AsAsync(Make.Slack("ANN"), typed + new string('x', 1_001));
        Assert.Equal("Not asked", tooLong.Title);
        Assert.Contains("at most 1,000 characters", tooLong.Lines[0], StringComparison.Ordinal);
        await commands.AsAsync(Make.Slack("BOB"), typed + "one?");
        await desk.ClickAsync(request, "BOB");
        var late = await commands.AsAsync(Make.Slack("ANN"), typed + "late?");
        Assert.Contains("already approved", late.Lines[0], StringComparison.Ordinal);

        var shown = await commands.AsAsync(Make.Slack("ANN"), $"show {request.Id}");
        Assert.Contains("The agent has not answered.", shown.Lines, StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_same_message_delivered_twice_asks_once()
    {
        await using var desk = await AnnsDesk.OpenAsync();
        var commands = AnnsDesk.Commands(desk);
        var request = await desk.OpenOneAsync();
        var typed = $"ask {request.Id} why?";
        await commands.AsAsync(Make.Slack("ANN"), typed, "delivery-1");
        await desk.Desk.AnswerAsync(Make.Agent, request.Id, null, "So.", TestDesk.Cancel);
        var again = await commands.AsAsync(Make.Slack("ANN"), typed, "delivery-1");
        Assert.Equal("Received before", again.Title);
        Assert.Single((await desk.Desk.ShowAsync(request.Id, TestDesk.Cancel))!.Questions);
    }
}
