using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;
using Microsoft.Playwright;

namespace ChatApprovals.Tests.Browser;

/// <summary>The README's story, done in a real browser on the playground's page with the real bot behind it.</summary>
public sealed class StoryTests
{
    private const string Chromium = "/usr/bin/chromium";
    private const float PatienceMs = 60_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_approve_as_Bob_pull_the_plug_and_verify()
    {
        SharedData.SkipUnless(
            File.Exists(Chromium),
            "no Chromium (Debian: apt-get install chromium)"
        );
        var directory = System.IO.Directory.CreateTempSubdirectory("browser-").FullName;
        var options = new PlaygroundOptions
        {
            Url = "http://127.0.0.1:0",
            DataDirectory = Path.Combine(directory, "data"),
        };
        await using (var host = await PlaygroundHost.StartAsync(options, TimeProvider.System, Cancel))
        {
            Assert.Null(host.Problem);
            await TellAsync(host.Url);
        }

        System.IO.Directory.Delete(directory, recursive: true);
    }

    private static async Task TellAsync(Uri url)
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Chromium,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            }
        );
        var page = await browser.NewPageAsync();
        page.SetDefaultTimeout(PatienceMs);
        List<string> errors = [];
        page.Console += (_, message) =>
        {
            if (string.Equals(message.Type, "error", StringComparison.Ordinal))
            {
                errors.Add(message.Text);
            }
        };
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(url.ToString());

        await page.GetByTestId("scenario-admin-role").ClickAsync();
        await page.GetByTestId("slack-person").SelectOptionAsync("bob");
        await page.GetByTestId("slack-button-approve").ClickAsync();
        await SaysAsync(page.GetByTestId("slack-message"), "Approved by");
        await SaysAsync(page.GetByTestId("teams-message"), "Approved");
        await SaysAsync(page.GetByTestId("agent-exchange"), "approved");

        await PressAsync(page, "bot-kill", "/play/bot/kill");
        await SaysAsync(page.GetByTestId("bot-state"), "The bot is down");
        await PressAsync(page, "bot-start", "/play/bot/start");
        await PressAsync(page, "ledger-verify", "/play/ledger/verify");
        await SaysAsync(page.GetByTestId("ledger-verdict"), "recomputed");
        Assert.Empty(errors);
    }

    /// <summary>Presses a button and waits for the playground's answer to it.</summary>
    private static Task<IResponse> PressAsync(IPage page, string button, string path) =>
        page.RunAndWaitForResponseAsync(
            () => page.GetByTestId(button).ClickAsync(),
            answer => answer.Url.EndsWith(path, StringComparison.Ordinal)
        );

    private static Task SaysAsync(ILocator place, string text) =>
        place
            .Filter(new LocatorFilterOptions { HasText = text })
            .First.WaitForAsync(new LocatorWaitForOptions { Timeout = PatienceMs });
}
