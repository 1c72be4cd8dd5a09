using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Playground.Teams;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// A question and its answer through the real process, which is killed without warning: nothing acknowledged is
/// lost, both cards and both threads have it.
/// </summary>
public sealed class QuestionJourneys(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    private readonly Site _site = fixture.Site;

    [Fact]
    public async Task A_question_and_its_answer_survive_a_kill_after_each_step()
    {
        var asked = await _site.AskShownAsync();
        await AskInSlackAsync(asked, "Which alarms?");
        await RestartAsync();
        var question = (await _site.ReadAsync(asked.Id)).GetProperty("questions")[0];
        Assert.Equal("Which alarms?", question.GetProperty("text").GetString());
        Assert.Equal("Bob Mensah", question.GetProperty("from").GetString());

        await _site.PostAsync(asked.Id, "messages", new { text = "The staging ones." });
        await RestartAsync();
        question = (await _site.ReadAsync(asked.Id)).GetProperty("questions")[0];
        Assert.Equal("The staging ones.", question.GetProperty("answer").GetString());
        await Eventually.TrueAsync(() => Shown(asked, "The staging ones."), "both cards show it");
        await Eventually.TrueAsync(
            () => Told("Which alarms?") && Told("The staging ones."),
            "both threads have question and answer"
        );
    }

    [Fact]
    public async Task A_question_whose_thread_hung_when_the_bot_was_killed_is_told_after_the_start()
    {
        var asked = await _site.AskShownAsync();
        var before = _site.Slack.Heard("chat.postMessage");
        _site.Slack.Faults.Next("chat.postMessage", new Fault.Hang());
        await AskInSlackAsync(asked, "Did this hang?");
        await _site.Slack.HearsAsync("chat.postMessage", before);
        await RestartAsync();
        await Eventually.TrueAsync(() => Told("Did this hang?"), "both threads have it");
        await Eventually.TrueAsync(() => Shown(asked, "Did this hang?"), "both cards show it");
    }

    private async Task RestartAsync()
    {
        await _site.KillAsync();
        await _site.StartAsync();
    }

    private async Task AskInSlackAsync(Asked asked, string text)
    {
        var bob = People.Bob.Slack!;
        Assert.Null((await _site.ClickInSlackAsync(asked, "question")).Problem);
        await _site.Slack.WaitForModal(bob, _ => true, Site.Cancel);
        var typed = new Dictionary<string, IReadOnlyDictionary<string, string>>(
            StringComparer.Ordinal
        )
        {
            ["reason"] = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["reason"] = text,
            },
        };
        var sent = await _site.Slack.Submit(bob, typed, Site.Cancel);
        Assert.True(sent.Ok, sent.Problem);
        await _site.Slack.CloseModal(bob, Site.Cancel);
    }

    private bool Shown(Asked asked, string words) =>
        _site.InSlack(asked).All(m => Has(m.Blocks, words))
        && _site.InTeams(asked).Any(m => Has(m.Card, words));

    private bool Told(string words) =>
        _site
            .Slack.Channel(Acme.SlackChannel)!
            .Messages.Any(m => m.ThreadTs is not null && Has(m.Blocks, words))
        && _site
            .Teams.Conversation(Acme.TeamsChannel)!
            .Messages.Any(m => !IsRoot(m) && Has(m.Card, words));

    private static bool IsRoot(TeamsMessage message) =>
        message.Thread.EndsWith(message.Id, StringComparison.Ordinal);

    private static bool Has(JsonElement? json, string words) =>
        json?.GetRawText().Contains(words, StringComparison.Ordinal) == true;
}
