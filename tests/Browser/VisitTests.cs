namespace ChatApprovals.Tests.Browser;

/// <summary>What else a visitor does on the page: pulls the plug, types commands, writes an own request.</summary>
[Collection<OnePlayground>]
public sealed class VisitTests(PlaygroundInBrowser playground)
{
    [Fact]
    public async Task The_plug_is_pulled_mid_story_and_nothing_is_lost()
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync("rotate-password");
        await page.PressAsync(page.At("bot-kill"), "bot/kill");
        await PlaygroundPage.SaysAsync(page.At("bot-state"), "The bot is down");
        await page.ClickAsync("slack", "bob", code, "approve");
        await page.At("toast").WaitForAsync();
        await page.PressAsync(page.At("bot-start"), "bot/start");
        await PlaygroundPage.SaysAsync(page.At("bot-state"), "The bot is running");
        await PlaygroundPage.SaysAsync(page.Card("slack", code), "Pending");
        await page.ClickAsync("slack", "bob", code, "approve");
        await page.BothSayAsync(code, "Approved by Bob Mensah");
        await page.AgentSeesAsync(code, "approved");
        await page.PressAsync(page.At("ledger-verify"), "ledger/verify");
        await PlaygroundPage.SaysAsync(page.At("ledger-verdict"), "Everything holds together");
    }

    [Fact]
    public async Task A_request_of_ones_own_is_sent_and_a_bad_one_shows_the_problem_document()
    {
        await using var page = await playground.OpenAsync();
        await page.Page.GetByText("Write your own request").ClickAsync();
        var (json, send) = (page.At("agent-json"), page.At("agent-json-send"));
        await json.FillAsync("{\"action\":");
        await PlaygroundPage.SaysAsync(page.Page.Locator("#own-error"), "Not JSON yet");
        await json.FillAsync("{\"action\":{\"name\":\"x\"}}");
        await page.PressAsync(send, "agent/send");
        var problem = page.At("agent-exchange").Last;
        await PlaygroundPage.SaysAsync(problem, "\"code\": \"invalid_request\"");
        await PlaygroundPage.SaysAsync(problem, "\"pointer\": \"/resource\"");
        await PlaygroundPage.SaysAsync(page.At("toast"), "/resource: This member is required.");
        await page.At("agent-json-from").SelectOptionAsync("rotate-password");
        await json.FillAsync(
            (await json.InputValueAsync()).Replace(
                "billing-primary",
                "own-database",
                StringComparison.Ordinal
            )
        );
        await page.PressAsync(send, "agent/send");
        var code = page.NewestCode();
        await PlaygroundPage.SaysAsync(page.Card("slack", code), "own-database");
        await page.ClickAsync("teams", "carol", code, "approve");
        await page.BothSayAsync(code, "Approved by Carol Diaz");
    }

    [Theory]
    [InlineData("help", "whoami")]
    [InlineData("whoami", "carol@acme.example")]
    [InlineData("pending", "postgres.database")]
    [InlineData("show", "billing-primary")]
    [InlineData("bogus", "Nothing was done")]
    public async Task Commands_are_answered_in_Slack_and_in_Teams(string command, string answer)
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync("rotate-password");
        var typed = command is "show" ? $"show {code}" : command;

        await page.BeAsync("slack", "carol");
        var notes = page.At("slack-message").Filter(new() { HasText = "Only visible to you" });
        var before = await notes.CountAsync();
        await page.TypeAsync("slack", $"/approvals {typed}");
        await PlaygroundPage.SaysAsync(notes.Nth(before), answer);

        await page.BeAsync("teams", "carol");
        await page.At("teams-place-personal").ClickAsync();
        before = await page.At("teams-message").CountAsync();
        await page.TypeAsync("teams", typed);
        await PlaygroundPage.SaysAsync(page.At("teams-message").Nth(before + 1), answer);

        await page.At("teams-place-channel").ClickAsync();
        await page.ClickAsync("slack", "bob", code, "approve");
        await page.BothSayAsync(code, "Approved by Bob Mensah");
    }
}
