using Microsoft.Playwright;

namespace ChatApprovals.Tests.Browser;

/// <summary>What people decide on the page, on either side, and what they are refused.</summary>
[Collection<OnePlayground>]
public sealed class DecisionTests(PlaygroundInBrowser playground)
{
    /// <summary>In the last lines of the long plan, thousands of characters behind its beginning.</summary>
    private const string PlansEnd = "allow_all_inbound";

    [Theory]
    [InlineData("admin-role")]
    [InlineData("export-rows")]
    [InlineData("delete-namespace")]
    [InlineData("rotate-password")]
    [InlineData("hostile")]
    public async Task A_card_is_on_both_sides_and_a_decision_on_either_ends_it_on_both(
        string scenario
    )
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync(scenario);
        await page.ClickAsync("slack", "bob", code, "approve");
        await page.BothSayAsync(code, "Approved by Bob Mensah");
        await page.AgentSeesAsync(code, "approved");

        code = await page.AskAsync(scenario);
        await page.BeAsync("teams", "carol");
        await page.Card("teams", code).GetByTestId("teams-input-reason").FillAsync("Not this week");
        await page.ClickAsync("teams", "carol", code, "reject");
        await page.BothSayAsync(code, "Not this week");
        await page.AgentSeesAsync(code, "denied");
    }

    [Fact]
    public async Task Teams_approves_and_Slack_rejects_with_a_reason_typed_into_the_modal()
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync("admin-role");
        await page.ClickAsync("teams", "carol", code, "approve");
        await page.BothSayAsync(code, "Approved by Carol Diaz");
        await page.AgentSeesAsync(code, "approved");

        code = await page.AskAsync("admin-role");
        await page.ClickAsync("slack", "bob", code, "reject");
        await page.At("slack-input-reason").FillAsync("Use the read-only policy");
        await page.PressAsync(page.At("slack-modal-submit"), "slack/view");
        await page.BothSayAsync(code, "Use the read-only policy");
        await page.AgentSeesAsync(code, "denied");
    }

    [Theory]
    [InlineData("slack", "alice", "You started this")]
    [InlineData("slack", "erin", "You own the agent")]
    [InlineData("slack", "dan", "You are a guest")]
    [InlineData("teams", "dan", "You are a guest")]
    public async Task Whoever_is_behind_it_or_a_guest_is_told_why_not_and_nobody_else_is(
        string surface,
        string person,
        string reason
    )
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync("export-rows");
        await page.ClickAsync(surface, person, code, "approve");
        var messages = page.At($"{surface}-message");
        await PlaygroundPage.SaysAsync(messages, reason);
        await page.BeAsync(surface, "carol");
        await PlaygroundPage.SaysAsync(page.Card(surface, code), "Pending");
        await Assertions.Expect(messages.Filter(new() { HasText = reason })).ToHaveCountAsync(0);
        await page.ClickAsync(surface, "carol", code, "approve");
        await page.BothSayAsync(code, "Approved by Carol Diaz");
    }

    [Fact]
    public async Task Teams_shows_the_owner_a_view_of_her_own_that_says_why_she_cannot_decide()
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync("export-rows");
        await page.BeAsync("teams", "erin");
        var card = page.Card("teams", code);
        await PlaygroundPage.SaysAsync(card, "You own the agent");
        Assert.Equal(0, await card.GetByTestId("teams-button-approve").CountAsync());
        await page.BeAsync("teams", "carol");
        await Assertions.Expect(card).Not.ToContainTextAsync("You own the agent");
        await page.ClickAsync("teams", "carol", code, "approve");
        await page.BothSayAsync(code, "Approved by Carol Diaz");
    }

    [Fact]
    public async Task A_long_plan_is_approved_in_Slack_only_at_the_end_of_its_review()
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync("terraform-apply");
        await page.ClickAsync("slack", "bob", code, "review");
        var (modal, pages) = (page.At("slack-modal"), 0);
        var next = modal.GetByTestId("slack-button-review").Filter(new() { HasText = "Next" });
        await next.WaitForAsync();
        var inModal = modal.GetByTestId("slack-modal-submit");
        var read = await modal.InnerTextAsync();
        while (await next.CountAsync() > 0)
        {
            Assert.Equal(0, await inModal.CountAsync());
            await page.PressAsync(next, "slack/view");
            await PlaygroundPage.SaysAsync(modal, $"Page {++pages + 1} of");
            read += await modal.InnerTextAsync();
        }
        Assert.True(pages >= 2, $"{pages} pages turned");
        Assert.Contains(PlansEnd, read, StringComparison.Ordinal);
        await page.PressAsync(inModal, "slack/view");
        await page.BothSayAsync(code, "Approved by Bob Mensah");
        await page.AgentSeesAsync(code, "approved");
    }

    [Fact]
    public async Task A_long_plan_is_approved_in_Teams_only_at_the_end_of_its_review()
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync("terraform-apply");
        await page.BeAsync("teams", "carol");
        var card = page.At("teams-message").Filter(new() { HasText = code });
        var review = card.GetByTestId("teams-button-review").Filter(new() { HasNotText = "Back" });
        var approve = card.GetByTestId("teams-button-approve");
        var (pages, read) = (0, "");
        while (await approve.CountAsync() is 0)
        {
            await page.PressAsync(review, "teams/click");
            await PlaygroundPage.SaysAsync(card, $"Page {++pages} of");
            read += await card.InnerTextAsync();
        }
        Assert.True(pages > 2, $"{pages} pages");
        Assert.Contains(PlansEnd, read, StringComparison.Ordinal);
        await page.PressAsync(approve, "teams/click");
        await page.BothSayAsync(code, "Approved by Carol Diaz");
    }

    [Fact]
    public async Task Hostile_text_stays_text_and_its_direction_marks_are_seen()
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync("hostile");
        foreach (var surface in new[] { "slack", "teams" })
        {
            var card = page.Card(surface, code);
            var text = await card.InnerTextAsync();
            Assert.Contains("<U+202E>", text, StringComparison.Ordinal);
            Assert.Contains("<!channel>", text, StringComparison.Ordinal);
            Assert.Contains("*Approved by* <@U07ERIN0001>", text, StringComparison.Ordinal);
            Assert.Contains(
                "[click to confirm](https://evil.example/ok)",
                text,
                StringComparison.Ordinal
            );
            Assert.Contains("&lt;b&gt;bold&lt;/b&gt;", text, StringComparison.Ordinal);
            Assert.DoesNotContain(text, c => c is '\u202E' or '\u200B' or '\u2066' or '\u202C');
            Assert.Equal(0, await card.Locator("a, .mention, b, at").CountAsync());
        }
        await page.ClickAsync("slack", "bob", code, "approve");
        await page.BothSayAsync(code, "Approved by Bob Mensah");
    }
}
