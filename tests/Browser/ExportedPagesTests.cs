using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Export;
using Microsoft.Playwright;

namespace ChatApprovals.Tests.Browser;

/// <summary>transcript.html and report.html of a busy ledger, as an auditor opens them: files, without a server.</summary>
public sealed class ExportedPagesTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("pages-").FullName;
    private readonly List<string> _errors = [];
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public static TheoryData<string> Pages => ["transcript.html", "report.html"];

    public async ValueTask InitializeAsync()
    {
        DebianChromium.SkipUnlessThere();
        await using var desk = await BusyDesk.OpenAsync();
        var files = await KeyDesks.BundleAsync(desk);
        foreach (var name in (string[])["transcript.html", "report.html"])
        {
            await File.WriteAllBytesAsync(Path.Combine(_directory, name), files[name]);
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await DebianChromium.LaunchAsync(_playwright);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_phone_shows_it_without_scrolling_sideways(string name)
    {
        foreach (var width in (int[])[320, 390, 768])
        {
            var page = await OpenAsync(name, width, ColorScheme.Light);
            Assert.Equal(
                width,
                await page.EvaluateAsync<int>("document.documentElement.scrollWidth")
            );
        }

        Assert.Empty(_errors);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Every_text_stands_out_from_what_is_behind_it(string name)
    {
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            Assert.Empty(
                await DebianChromium.FaintAsync(await OpenAsync(name, width: 1280, scheme))
            );
        }
    }

    [Fact]
    public async Task What_is_looked_for_stays_and_how_many_is_said()
    {
        var page = await OpenAsync("transcript.html", width: 1280, ColorScheme.Light);
        var all = await page.Locator("article").CountAsync();
        await page.Locator("input").FillAsync("CHG-1042");
        await Assertions.Expect(page.Locator("output")).ToHaveTextAsync($"1 of {all}");
        var found = page.Locator("article:visible");
        Assert.Equal(1, await found.CountAsync());
        Assert.Contains("CHG-1042", await found.InnerTextAsync(), StringComparison.Ordinal);
        await page.Locator("input").FillAsync("");
        await Assertions.Expect(page.Locator("output")).ToHaveTextAsync($"{all} of {all}");
        Assert.Empty(_errors);
    }

    private async Task<IPage> OpenAsync(string name, int width, ColorScheme scheme)
    {
        var page = await _browser!.NewPageAsync(
            new BrowserNewPageOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = 844 },
                ColorScheme = scheme,
            }
        );
        page.Console += (_, said) => _errors.AddRange(said.Type is "error" ? [said.Text] : []);
        page.PageError += (_, error) => _errors.Add(error);
        await page.GotoAsync(new Uri(Path.Combine(_directory, name)).AbsoluteUri);
        return page;
    }
}
