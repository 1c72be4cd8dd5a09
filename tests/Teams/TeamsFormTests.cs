using ChatApprovals.Admin;
using ChatApprovals.Cards;

namespace ChatApprovals.Tests.Teams;

/// <summary>The form of a policy in the played Teams: a card with the text, sent back as a command.</summary>
public sealed class TeamsFormTests : TeamsBench
{
    private const string Yaml = "effect: deny";

    [Fact]
    public async Task The_form_comes_filled_in_and_what_is_sent_is_the_command()
    {
        var chat = Teams.Personal(Carol);
        Reply = new Reply("Policy p", ["policy set p"]) { Form = new ReplyForm("p", Yaml, []) };
        await Teams.Write(Carol, chat.Id, "policy set p", Cancel);
        await IdleAsync();
        var form = chat.Messages[^1];
        var drawn = form.Card!.Value.GetRawText();
        Assert.Contains(Yaml, drawn, StringComparison.Ordinal);
        Assert.Contains("Input.Text", drawn, StringComparison.Ordinal);

        Reply = new Reply("Policy p is version 1", ["done"]);
        var typed = Json(new { id = "p", yaml = Yaml });
        var answer = await Teams.Click(Carol, chat.Id, form.Id, PolicyForm.Verb, typed, Cancel);
        Assert.Equal((200, 200), (answer.Status, answer.StatusCode));
        Assert.Contains("is version 1", answer.Value!.Value.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("policy set p\n" + Yaml, Commands.Last().Text);
    }

    [Fact]
    public async Task What_does_not_fit_comes_back_in_the_form_with_the_reason()
    {
        var chat = Teams.Personal(Carol);
        Reply = new Reply("Not understood", ["Line 1"])
        {
            Form = new ReplyForm("p", Yaml, ["Line 1"]),
        };
        var typed = Json(new { id = "p", yaml = Yaml });
        var answer = await Teams.Click(Carol, chat.Id, "1", PolicyForm.Verb, typed, Cancel);
        var card = answer.Value!.Value.GetRawText();
        Assert.Contains("Line 1", card, StringComparison.Ordinal);
        Assert.Contains(Yaml, card, StringComparison.Ordinal);
    }
}
