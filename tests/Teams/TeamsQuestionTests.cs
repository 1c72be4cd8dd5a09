using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Playground;
using ChatApprovals.Teams;
using ChatApprovals.Tests.Cards;
using Seen = ChatApprovals.Playground.Teams.TeamsAnswer;

namespace ChatApprovals.Tests.Teams;

/// <summary>A question typed on the card, and the talk beneath it.</summary>
public sealed class TeamsQuestionTests : TeamsBench
{
    [Fact]
    public async Task The_button_asks_with_what_was_typed_and_where()
    {
        var (id, thread) = await CardAsync();
        Ask = _ => Task.FromResult<ClickAnswer>(new ClickAnswer.Counted(Card, Copy(id)));
        var answer = await PressAsync(id, thread, "Why now?");
        Assert.Equal((200, 200), (answer.Status, answer.StatusCode));
        Assert.Contains(QuestionText.Asked, Text(answer), StringComparison.Ordinal);
        var click = Assert.Single(Questions);
        Assert.Equal(
            (Token, AccountOf(People.Carol), thread, id, "Why now?", false),
            (
                click.Token,
                click.Account,
                click.Conversation,
                click.Message,
                click.Text,
                click.CanAsk
            )
        );
        Assert.Equal(43, click.EvidenceHash.Length);
        Assert.Empty(Clicks);
    }

    [Fact]
    public async Task Whoever_may_not_ask_or_typed_nothing_is_told_on_their_own_card()
    {
        var (id, thread) = await CardAsync();
        Ask = _ =>
            Task.FromResult<ClickAnswer>(
                new ClickAnswer.Refused(Refusal.QuestionMissing, "Type it first.", Card, Copy(id))
            );
        Assert.Contains("Type it first.", Text(await PressAsync(id, thread, "")));
        Assert.Equal("", Assert.Single(Questions).Text);
        Ask = _ => Task.FromResult<ClickAnswer>(new ClickAnswer.Unknown());
        Assert.Contains("not known any more", Text(await PressAsync(id, thread, "x")));
        Ask = _ => Task.FromResult<ClickAnswer>(new ClickAnswer.Unavailable());
        Assert.Equal(500, (await PressAsync(id, thread, "y")).StatusCode);
    }

    [Fact]
    public async Task An_old_clients_question_is_confirmed_in_the_own_chat()
    {
        var (id, thread) = await CardAsync();
        Ask = _ => Task.FromResult<ClickAnswer>(new ClickAnswer.Counted(Card, Copy(id)));
        var activity = Teams.MessageActivity(Carol, thread, "");
        activity["replyToId"] = id;
        activity["value"] = new JsonObject
        {
            ["id"] = Token,
            ["verb"] = "question",
            ["reason"] = "Why?",
        };
        Assert.Equal(200, (await SendAsync(activity)).Status);
        await IdleAsync();
        Assert.Equal("Why?", Assert.Single(Questions).Text);
        var told = Teams.Personal(Carol).Messages[^1].Card!.Value.GetRawText();
        Assert.Contains(QuestionText.Asked, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_talk_is_a_reply_in_the_channels_thread_and_literal()
    {
        var (id, thread) = await CardAsync();
        var talk = new CardTalk("Bob <at>x</at>", "slack", "**Why** [x](https://evil.example)?");
        Assert.Null(await SayAsync(Acme.TeamsChannel, id, talk));
        var said = Teams.Conversation(Acme.TeamsChannel)!.Messages[^1];
        Assert.NotEqual(id, said.Id, StringComparer.Ordinal);
        Assert.Equal(thread, said.Thread);
        var card = said.Card!.Value;
        Assert.Empty(CardLimits.CheckAdaptive(card));
        Assert.Contains("**Why** [x]", MakeCard.Shown(card), StringComparison.Ordinal);
        Assert.Empty(Teams.Lints);
    }

    [Fact]
    public async Task In_a_chat_which_has_no_threads_it_is_the_next_message()
    {
        var personal = Teams.Personal(Carol).Id;
        await Teams.Install(Carol, personal, Cancel);
        Assert.Null(await SayAsync(personal, "1", new CardTalk("Bob", "slack", "Why?")));
        Assert.Equal(personal, Assert.Single(Teams.Personal(Carol).Messages).Thread);
    }

    [Fact]
    public async Task What_Teams_refuses_is_said_so()
    {
        var (id, _) = await CardAsync();
        var talk = new CardTalk("Bob", "slack", "Why?");
        Teams.Faults.Next("activities.post", new Fault.Refused("MessageWritesBlocked"));
        Assert.NotNull(await SayAsync(Acme.TeamsChannel, id, talk));
    }

    private Task<string?> SayAsync(string conversation, string message, CardTalk talk) =>
        Get<TeamsSurface>().SayAsync(conversation, message, talk, Cancel);

    private static string Text(Seen answer) => answer.Value!.Value.GetRawText();

    private async Task<(string Id, string Thread)> CardAsync()
    {
        var id = await PostedAsync();
        return (id, Teams.Conversation(Acme.TeamsChannel)!.Find(id)!.Thread);
    }

    private Task<Seen> PressAsync(string id, string thread, string typed) =>
        Teams.Click(
            Carol,
            thread,
            id,
            "question",
            JsonSerializer.SerializeToElement(new { id = Token, reason = typed }),
            Cancel
        );
}
