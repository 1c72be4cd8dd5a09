using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;
using Microsoft.Playwright;

namespace ChatApprovals.Tests.Browser;

/// <summary>One playground with the real bot behind it, and one browser, for the tests of a class: each opens a page of
/// its own and asks for something of its own.</summary>
public sealed class PlaygroundInBrowser : IAsyncLifetime
{
    private readonly string _directory = System
        .IO.Directory.CreateTempSubdirectory("browser-")
        .FullName;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private PlaygroundHost? _host;

    public PlaygroundHost Host => _host!;

    public async ValueTask InitializeAsync()
    {
        if (!DebianChromium.IsThere)
        {
            return; // OpenAsync skips, with the reason
        }
        var options = new PlaygroundOptions
        {
            Url = "http://127.0.0.1:0",
            DataDirectory = Path.Combine(_directory, "data"),
            BotSettings = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Limits:Burst"] = "1000", // one agent asks for all the tests
                ["Limits:SubmissionsPerMinute"] = "1000",
            },
        };
        _host = await PlaygroundHost.StartAsync(
            options,
            PatientClock.Shared,
            CancellationToken.None
        );
        _playwright = await Playwright.CreateAsync();
        _browser = await DebianChromium.LaunchAsync(_playwright);
    }

    /// <summary>The page as a newcomer with an empty browser sees it, with the bot up.</summary>
    public async Task<PlaygroundPage> OpenAsync(
        int width = 1440,
        int height = 900,
        ColorScheme scheme = ColorScheme.Light
    )
    {
        DebianChromium.SkipUnlessThere();
        Assert.Null(Host.Problem);
        await CloseModalsAsync();
        var page = await _browser!.NewPageAsync(
            new BrowserNewPageOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = height },
                ColorScheme = scheme,
            }
        );
        var opened = new PlaygroundPage(page, Host);
        await page.GotoAsync(Host.Url.ToString());
        await page.GetByTestId("scenario-admin-role").WaitForAsync();
        return opened;
    }

    /// <summary>What another test left open would lie over this one's page.</summary>
    private async Task CloseModalsAsync()
    {
        foreach (var account in People.All.Select(p => p.Slack).OfType<string>())
        {
            while (Host.Slack.Modal(account) is not null)
            {
                await Host.Slack.CloseModal(account, TestContext.Current.CancellationToken);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
        _playwright?.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }
        System.IO.Directory.Delete(_directory, recursive: true);
    }
}
