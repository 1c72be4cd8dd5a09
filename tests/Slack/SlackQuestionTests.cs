using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Cards;

namespace ChatApprovals.Tests.Slack;

/// <summary>From the button to the form, from the form to the desk, and into the card's thread.</summary>
public sealed class SlackQuestionTests : IAsyncLifetime
{
    private SlackBot _bot = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bot = await SlackBot.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task The_button_opens_a_form_and_the_form_asks()
    {
        Assert.Equal((200, ""), await _bot.InteractAsync(_bot.Press("question"), Cancel));
        await _bot.IdleAsync(Cancel);
        var pressed = Assert.Single(_bot.Questions);
        Assert.Equal((null, true), (pressed.Text, pressed.CanAsk));
        Assert.Equal((SlackBot.Channel, SlackBot.Ts), (pressed.Conversation, pressed.Message));
        var view = Assert.Single(_bot.Slack.Of("views.open"))["view"]!;
        Assert.Equal("question", (string?)view["callback_id"]);

        var sent = SlackBot.Submit("question", (string)view["private_metadata"]!, " Why now? ");
        var (status, body) = await _bot.InteractAsync(sent, Cancel);
        Assert.Equal(200, status);
        var answer = JsonNode.Parse(body)!;
        Assert.Equal("update", (string?)answer["response_action"]);
        Assert.Contains(QuestionText.Asked, body);
        var asked = _bot.Questions.Last();
        Assert.Equal(
            (" Why now? ", false, null, null),
            (asked.Text, asked.CanAsk, asked.Conversation, asked.Message)
        );
        Assert.Equal(MakeCard.Token, asked.Token);
        Assert.Equal(43, asked.EvidenceHash.Length);
        Assert.Empty(_bot.Clicks);
    }

    [Fact]
    public async Task Whoever_may_not_ask_is_told_alone_and_sees_no_form()
    {
        Refuse(Refusal.Guest, "Guests may not.");
        await _bot.InteractAsync(_bot.Press("question"), Cancel);
        await _bot.IdleAsync(Cancel);
        var note = Assert.Single(_bot.Slack.Of("chat.postEphemeral"));
        Assert.Contains("Guests may not.", note.ToJsonString());
        Assert.Empty(_bot.Slack.Of("views.open"));
    }

    [Fact]
    public async Task What_is_wrong_with_the_question_is_shown_at_its_field_and_the_rest_instead_of_it()
    {
        Refuse(Refusal.QuestionTooLong, "Too long.");
        var (_, wrong) = await SubmitAsync("text 1");
        Assert.Equal("Too long.", (string?)JsonNode.Parse(wrong)!["errors"]!["reason"]);
        Refuse(Refusal.TooManyQuestions, "Too many.");
        var (_, many) = await SubmitAsync("text 2");
        Assert.Equal("update", (string?)JsonNode.Parse(many)!["response_action"]);
        Assert.Contains("Too many.", many);
        _bot.Ask = _ => Task.FromResult<ClickAnswer>(new ClickAnswer.Unavailable());
        var (_, unsaved) = await SubmitAsync("text 3");
        Assert.Contains("could not be saved", unsaved);
        _bot.Ask = _ => Task.FromResult<ClickAnswer>(new ClickAnswer.Unknown());
        Assert.Contains("not known any more", (await SubmitAsync("text 4")).Body);
    }

    [Fact]
    public async Task In_a_review_the_form_lies_above_the_page()
    {
        var press = SlackClicksTests.InModal("question", MakeCard.Token, MakeCard.Token + "|1|");
        await _bot.InteractAsync(press, Cancel);
        await _bot.IdleAsync(Cancel);
        var pushed = Assert.Single(_bot.Slack.Of("views.push"));
        Assert.Equal("question", (string?)pushed["view"]!["callback_id"]);
    }

    [Fact]
    public async Task The_talk_goes_into_the_cards_thread_as_literal_text()
    {
        var talk = new CardTalk("Bob <!here>", "slack", "*Why* <@U1>?");
        Assert.Null(await _bot.DrawnBy.SayAsync("C1", "1.5", talk, Cancel));
        var post = Assert.Single(_bot.Slack.Of("chat.postMessage"));
        Assert.Equal(("C1", "1.5"), ((string?)post["channel"], (string?)post["thread_ts"]));
        Assert.Equal("A question to the agent", (string?)post["text"]);
        Assert.Equal("none", (string?)post["parse"]);
        Assert.DoesNotContain("mrkdwn", post.ToJsonString());

        _bot.Slack.Answer("chat.postMessage", """{"ok":false,"error":"thread_not_found"}""");
        Assert.Contains("thread_not_found", await _bot.DrawnBy.SayAsync("C1", "1.5", talk, Cancel));
    }

    private Task<(int Status, string Body)> SubmitAsync(string text) =>
        _bot.InteractAsync(SlackBot.Submit("question", MakeCard.Token, text), Cancel);

    private void Refuse(Refusal why, string text) =>
        _bot.Ask = _ =>
            Task.FromResult<ClickAnswer>(
                new ClickAnswer.Refused(why, text, MakeCard.Bare, SlackBot.Copy)
            );
}
