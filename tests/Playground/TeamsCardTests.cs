using System.Text.Json;
using ChatApprovals.Playground;

namespace ChatApprovals.Tests.Playground;

/// <summary>Cards and messages: who sees what, and what reaches the bot.</summary>
public sealed class TeamsCardTests : TeamsTest
{
    [Fact]
    public async Task A_press_draws_the_answer_for_that_person_alone_and_an_edit_for_all()
    {
        var id = (await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(Card()))).Id!;
        Bot.Answer = Invoked(
            new
            {
                statusCode = 200,
                type = "application/vnd.microsoft.card.adaptive",
                value = Card("done"),
            }
        );
        var typed = JsonSerializer.SerializeToElement(new { reason = "fine" });
        var answer = await Teams.Click(Carol, Acme.TeamsChannel, id, "approve", typed, Cancel);
        Assert.True(answer.Ok);
        var sent = JsonDocument.Parse(Bot.Heard.Last().Body).RootElement;
        Assert.Equal(id, sent.GetProperty("replyToId").GetString());
        var data = sent.GetProperty("value").GetProperty("action").GetProperty("data");
        Assert.Equal(
            ("opaque", "fine"),
            (data.GetProperty("id").GetString(), data.GetProperty("reason").GetString())
        );
        var message = Teams.Conversation(Acme.TeamsChannel)!.Find(id)!;
        Assert.Equal("approve", VerbOf(message.Card));
        Assert.Equal("done", VerbOf(message.CardFor(Carol)));
        Assert.Equal(message.Card.ToString(), message.CardFor(People.Erin.Mri!).ToString());
        await Call(HttpMethod.Put, In(Acme.TeamsChannel) + "/" + id, Activity(Card("final")));
        message = Teams.Conversation(Acme.TeamsChannel)!.Find(id)!;
        Assert.True(message.Edited);
        Assert.Equal(message.Card.ToString(), message.CardFor(Carol).ToString());
    }

    [Fact]
    public async Task Named_members_get_their_own_view_without_a_press()
    {
        Bot.Answer = Invoked(
            new
            {
                statusCode = 200,
                type = "application/vnd.microsoft.card.adaptive",
                value = Card("mine"),
            }
        );
        await Call(
            HttpMethod.Post,
            In(Acme.TeamsChannel),
            Activity(Card("approve", Carol, "29:stranger"))
        );
        var message = await Teams.WaitForMessage(m => m.Views.ContainsKey(Carol), Cancel);
        Assert.Single(message.Views);
        var sent = JsonDocument.Parse(Assert.Single(Bot.Heard).Body).RootElement;
        Assert.Equal("automatic", sent.GetProperty("value").GetProperty("trigger").GetString());
    }

    [Fact]
    public async Task A_channel_message_reaches_the_bot_only_with_a_mention_of_it()
    {
        await Teams.Write(Carol, Acme.TeamsChannel, "morning", Cancel);
        Assert.Empty(Bot.Heard);
        await Teams.Write(Carol, Acme.TeamsChannel, "@ChatApprovals person show @Erin", Cancel);
        var sent = JsonDocument.Parse(Bot.Heard.Single().Body).RootElement;
        Assert.Equal(
            "<at>ChatApprovals</at> person show <at>Erin Okafor</at>",
            sent.GetProperty("text").GetString()
        );
        var mentioned = sent.GetProperty("entities")
            .EnumerateArray()
            .Where(e => e.GetProperty("type").GetString() is "mention")
            .Select(e => e.GetProperty("mentioned").GetProperty("id").GetString());
        Assert.Equal($"28:{Teams.Options.AppId},{People.Erin.Mri}", string.Join(',', mentioned));
        var conversation = sent.GetProperty("conversation").GetProperty("id").GetString();
        Assert.StartsWith(
            Acme.TeamsChannel + ";messageid=",
            conversation,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task What_a_phone_would_drop_is_noticed()
    {
        var card = new
        {
            type = "AdaptiveCard",
            version = "1.6",
            body = new[] { new { type = "CodeBlock", codeSnippet = "rm -rf" } },
        };
        await Call(HttpMethod.Post, In(Acme.TeamsChannel), Activity(card));
        Assert.Contains(Teams.Lints, l => l.StartsWith("CodeBlock", StringComparison.Ordinal));
        Assert.Contains(Teams.Lints, l => l.StartsWith("version 1.6", StringComparison.Ordinal));
    }
}
