using ChatApprovals.Tests.Support;
using Microsoft.Playwright;

namespace ChatApprovals.Tests.Browser;

/// <summary>The page for everybody: by keyboard alone, read aloud, in the dark, on a phone.</summary>
[Collection<OnePlayground>]
public sealed class AccessTests(PlaygroundInBrowser playground)
{
    [Fact]
    public async Task The_whole_story_is_done_by_keyboard_and_the_focus_is_seen_at_every_stop()
    {
        await using var page = await playground.OpenAsync();
        await page.TabToAsync("scenario-admin-role");
        await page.Page.Keyboard.PressAsync("Enter");
        await HeardAsync(page, "Slack, new message from ChatApprovals");
        await HeardAsync(page, "Teams, new message from ChatApprovals");
        var code = page.NewestCode();
        await page.TabToAsync("slack-person");
        await page.Page.Keyboard.PressAsync("ArrowUp"); // Alice
        await page.Page.Keyboard.PressAsync("ArrowDown"); // Bob again
        await Assertions.Expect(page.At("slack-person")).ToHaveValueAsync("bob");
        await page.TabToAsync("slack-button-reject");
        await page.Page.Keyboard.PressAsync("Enter");
        await FocusIsAsync(page, "slack-input-reason");
        await page.Page.Keyboard.TypeAsync("Too wide");
        for (var i = 0; i < 8; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            Assert.True(await IsInsideAsync(page, "dialog"), "focus left the modal");
        }
        await page.TabToAsync("slack-modal-submit");
        await page.Page.Keyboard.PressAsync("Enter");
        await HeardAsync(page, "Slack, changed message from ChatApprovals");
        await page.BothSayAsync(code, "Too wide");
        Assert.True(await IsInsideAsync(page, "#slack"), "focus did not come back from the modal");

        await page.TabToAsync("ledger-verify");
        await page.Page.Keyboard.PressAsync("Enter");
        await PlaygroundPage.SaysAsync(page.At("ledger-verdict"), "Everything holds together");
    }

    [Fact]
    public async Task Escape_closes_the_modal_and_the_focus_returns_to_the_button_that_opened_it()
    {
        await using var page = await playground.OpenAsync();
        var code = await page.AskAsync("rotate-password");
        await page.TabToAsync("slack-button-reject");
        await page.Page.Keyboard.PressAsync("Enter");
        await FocusIsAsync(page, "slack-input-reason");
        await page.Page.Keyboard.PressAsync("Escape");
        await FocusIsAsync(page, "slack-button-reject");
        await PlaygroundPage.SaysAsync(page.Card("slack", code), "Pending");
        await page.TabToAsync("teams-button-approve");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.BothSayAsync(code, "Approved by Carol Diaz");
    }

    [Theory]
    [InlineData(ColorScheme.Light, "light")]
    [InlineData(ColorScheme.Dark, "dark")]
    public async Task Every_text_stands_out_from_what_is_behind_it(ColorScheme scheme, string theme)
    {
        await using var page = await playground.OpenAsync(scheme: scheme);
        Assert.Equal(theme, await page.Page.Locator("html").GetAttributeAsync("data-theme"));
        var code = await page.AskAsync("hostile");
        await page.ClickAsync("slack", "erin", code, "approve");
        await page.BeAsync("teams", "erin");
        await PlaygroundPage.SaysAsync(page.Card("teams", code), "You own the agent");
        await page.Page.GetByText("Write your own request").ClickAsync();
        Assert.Empty(await FaintAsync(page));
        await page.ClickAsync("slack", "bob", code, "reject");
        await FocusIsAsync(page, "slack-input-reason");
        Assert.Empty(await FaintAsync(page));
        await page.PressAsync(page.At("slack-modal-submit"), "slack/view");
        await page.BothSayAsync(code, "Rejected");
        Assert.Empty(await FaintAsync(page));
    }

    [Theory]
    [InlineData(390, 844)]
    [InlineData(768, 1024)]
    [InlineData(1024, 768)]
    [InlineData(1440, 900)]
    public async Task Nothing_is_cut_off_or_needs_scrolling_sideways(int width, int height)
    {
        await using var page = await playground.OpenAsync(width, height);
        var code = await page.AskAsync("hostile");
        Assert.Empty(await TooWideAsync(page));
        await page.ClickAsync("slack", "bob", code, "reject");
        await FocusIsAsync(page, "slack-input-reason");
        await page.At("slack-modal-submit").ScrollIntoViewIfNeededAsync();
        Assert.Empty(await TooWideAsync(page));
        await page.PressAsync(page.At("slack-modal-submit"), "slack/view");
        await page.BothSayAsync(code, "Rejected");
    }

    private static Task<string[]> FaintAsync(PlaygroundPage page) =>
        DebianChromium.FaintAsync(page.Page);

    /// <summary>The page itself, and every button, must fit the window's width.</summary>
    private static Task<string[]> TooWideAsync(PlaygroundPage page) =>
        page.Page.EvaluateAsync<string[]>(
            """
            () => [
              ...(document.documentElement.scrollWidth > innerWidth ? ["the page"] : []),
              ...[...document.querySelectorAll("button, .ac-pushButton, select, textarea")]
                .filter((one) => one.checkVisibility() && !one.closest(".places, .skip"))
                .filter((one) => one.getBoundingClientRect().right > innerWidth)
                .map((one) => one.textContent),
            ]
            """
        );

    private static Task<bool> IsInsideAsync(PlaygroundPage page, string place) =>
        page.Page.EvaluateAsync<bool>("p => Boolean(document.activeElement.closest(p))", place);

    private static Task FocusIsAsync(PlaygroundPage page, string name) =>
        page
            .Page.Locator($"[data-testid='{name}']:focus")
            .WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });

    /// <summary>A screen reader was told.</summary>
    private static Task HeardAsync(PlaygroundPage page, string sentence) =>
        PlaygroundPage.SaysAsync(page.Page.Locator("#announce p"), sentence);
}
