using ChatApprovals.Tests.Support;
using Microsoft.Playwright;

namespace ChatApprovals.Tests.Browser;

/// <summary>The system's browser; nothing is downloaded for it.</summary>
internal static class DebianChromium
{
    private const string Program = "/usr/bin/chromium";

    public static bool IsThere => File.Exists(Program);

    public static void SkipUnlessThere() =>
        SharedData.SkipUnless(IsThere, "no Chromium (Debian: apt-get install chromium)");

    public static Task<IBrowser> LaunchAsync(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(
            new BrowserTypeLaunchOptions
            {
                ExecutablePath = Program,
                Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            }
        );

    /// <summary>Texts that can hardly be told from what is behind them.</summary>
    public static Task<string[]> FaintAsync(IPage page) =>
        page.EvaluateAsync<string[]>(
            File.ReadAllText(SharedData.InRepository("tests/Browser/contrast.js"))
        );
}
