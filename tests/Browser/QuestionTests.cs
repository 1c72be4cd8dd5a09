namespace ChatApprovals.Tests.Browser;

/// <summary>Somebody asks the agent on the page, the visitor answers for it, both cards show it.</summary>
[Collection<OnePlayground>]
public sealed class QuestionTests(PlaygroundInBrowser playground)
{
    [Fact]
    public async Task A_question_from_Slack_is_answered_in_the_terminal_and_both_cards_show_it()
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync("export-rows");
        await page.ClickAsync("slack", "bob", code, "question");
        await page.At("slack-input-reason").FillAsync("Who will see the rows?");
        await page.PressAsync(page.At("slack-modal-submit"), "slack/view");
        await PlaygroundPage.SaysAsync(page.At("slack-modal"), "Your question is with the agent.");
        await page.PressAsync(page.At("slack-modal-cancel"), "slack/view");
        var question = page.At("agent-question").Filter(new() { HasText = code });
        await PlaygroundPage.SaysAsync(question, "Bob Mensah asks");
        foreach (var surface in new[] { "slack", "teams" })
        {
            await PlaygroundPage.SaysAsync(page.Card(surface, code), "Who will see the rows?");
            await PlaygroundPage.SaysAsync(page.Card(surface, code), "No answer yet");
        }

        await question.GetByTestId("agent-answer").FillAsync("Only the auditors.");
        await page.PressAsync(question.GetByText("Answer"), "agent/answer");
        foreach (var surface in new[] { "slack", "teams" })
        {
            await PlaygroundPage.SaysAsync(page.Card(surface, code), "Only the auditors.");
            await PlaygroundPage.SaysAsync(
                page.At($"{surface}-message").Filter(new() { HasText = "in the card’s thread" }),
                "its words, not verified"
            );
        }

        await page.ClickAsync("slack", "bob", code, "approve");
        await page.BothSayAsync(code, "Approved by Bob Mensah");
    }

    [Fact]
    public async Task The_owner_cannot_decide_in_Teams_but_ask()
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync("rotate-password");
        await page.BeAsync("teams", "erin");
        var card = page.Card("teams", code);
        await PlaygroundPage.SaysAsync(card, "You own the agent");
        await card.GetByTestId("teams-input-reason").FillAsync("Is this the old one?");
        await page.ClickAsync("teams", "erin", code, "question");
        await PlaygroundPage.SaysAsync(card, "Is this the old one?");
        await PlaygroundPage.SaysAsync(page.Card("slack", code), "Is this the old one?");
        await page.ClickAsync("slack", "bob", code, "reject");
        await page.At("slack-input-reason").FillAsync("Not today");
        await page.PressAsync(page.At("slack-modal-submit"), "slack/view");
        await page.BothSayAsync(code, "Not today");
    }
}
