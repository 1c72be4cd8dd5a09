using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;

namespace ChatApprovals.Tests.Playground;

/// <summary>What people see when the bot never answers. Short deadlines: nothing here waits for an answer.</summary>
public sealed class PatienceTests : PlaygroundTest
{
    protected override SlackOptions SlackOptions =>
        new() { Deadline = TimeSpan.FromMilliseconds(300) };

    protected override TeamsOptions TeamsOptions =>
        new() { InvokeDeadline = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task An_unanswered_click_is_an_operation_timeout()
    {
        Bot.Answer = StubBot.Silent;
        var channel = Acme.SlackChannel;
        var answer = await Slack.Click(People.Bob.Slack!, channel, "1.1", "approve", "x", Cancel);
        Assert.Contains("operation_timeout", answer.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unanswered_command_says_so_to_the_asker()
    {
        Bot.Answer = StubBot.Silent;
        await Slack.Command(People.Bob.Slack!, Acme.SlackChannel, "help", Cancel);
        var shown = Slack.Channel(Acme.SlackChannel)!.Messages[^1];
        Assert.Equal(People.Bob.Slack, shown.EphemeralFor);
        Assert.Contains("operation_timeout", shown.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unanswered_press_is_sent_again_unchanged_and_the_person_sees_an_error()
    {
        Bot.Answer = StubBot.Silent;
        var (carol, chat) = (People.Carol.Mri!, Teams.Personal(People.Carol.Mri!));
        await Teams.Write(carol, chat.Id, "hello", Cancel);
        var id = chat.Messages[^1].Id;
        Bot.Heard.Clear();
        var answer = await Teams.Click(carol, chat.Id, id, "approve", null, Cancel);
        Assert.Contains("Unable to reach app", answer.Problem, StringComparison.Ordinal);
        Assert.Equal(2, Bot.Heard.Count);
        Assert.Equal(Bot.Heard.First().Body, Bot.Heard.Last().Body);
        Assert.Equal(answer.Problem, chat.Find(id)!.Notes[carol]);
    }
}
