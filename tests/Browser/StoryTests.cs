namespace ChatApprovals.Tests.Browser;

/// <summary>The README's story on a playground that nobody has used before, as its strip of steps leads through it.</summary>
public sealed class StoryTests(PlaygroundInBrowser playground) : IClassFixture<PlaygroundInBrowser>
{
    [Fact]
    public async Task A_newcomer_with_a_phone_is_led_through_ask_approve_and_verify()
    {
        await using var page = await playground.OpenAsync(390, 844);
        await page.At("show-me").ClickAsync();
        Assert.Equal("scenario-admin-role", await page.FocusAsync());
        await page.PressAsync(page.At("scenario-admin-role"), "agent/send");
        var code = page.NewestCode();
        await PlaygroundPage.SaysAsync(page.Page.Locator(".steps .now"), "Decide as Bob");
        await page.Card("slack", code).WaitForAsync();
        await page.Card("teams", code).WaitForAsync();
        await page.At("show-me").ClickAsync();
        Assert.Equal("slack-button-approve", await page.FocusAsync());
        await page.Page.Keyboard.PressAsync("Enter");
        await page.BothSayAsync(code, "Approved by Bob Mensah");
        await page.AgentSeesAsync(code, "approved");
        await PlaygroundPage.SaysAsync(page.Page.Locator("#hint"), "Now try");
        await PlaygroundPage.SaysAsync(page.At("ledger-entry"), "Request approved");
        await page.PressAsync(page.At("ledger-verify"), "ledger/verify");
        await PlaygroundPage.SaysAsync(page.At("ledger-verdict"), "Everything holds together");
    }
}
