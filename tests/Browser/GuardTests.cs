using ChatApprovals.Playground;
using Microsoft.Playwright;

namespace ChatApprovals.Tests.Browser;

/// <summary>A visitor sees a call that is really sent: after the click, not before, and once.</summary>
[Collection<OnePlayground>]
public sealed class GuardTests(PlaygroundInBrowser playground)
{
    private const string Attached = "AdministratorAccess";

    [Theory]
    [InlineData(1440, 900, ColorScheme.Light)]
    [InlineData(1440, 900, ColorScheme.Dark)]
    [InlineData(390, 844, ColorScheme.Light)]
    public async Task A_role_has_its_policy_after_the_click_and_a_replay_is_refused(
        int width,
        int height,
        ColorScheme scheme
    )
    {
        playground.Host.Cloud.Reset();
        await using var page = await playground.OpenAsync(width, height, scheme);
        var code = await page.AskAsync("guarded-role");
        var policies = page.At("cloud-policies");
        await Assertions.Expect(policies).Not.ToContainTextAsync(Attached);
        await PlaygroundPage.SaysAsync(page.Card("slack", code), "http.post");
        await PlaygroundPage.SaysAsync(page.Card("teams", code), "/roles/deployer/policies");
        Assert.DoesNotContain(playground.Host.Cloud.Policies, IsAttached);

        await page.ClickAsync("slack", "bob", code, "approve");
        await Assertions.Expect(policies).ToContainTextAsync(Attached);
        await page.BothSayAsync(code, "Approved and executed");
        await PlaygroundPage.SaysAsync(page.At("agent-exchange"), "already_consumed");
        Assert.Single(playground.Host.Cloud.Policies, IsAttached);
        await page.PressAsync(page.At("cloud-reset"), "cloud/reset");
        await Assertions.Expect(policies).Not.ToContainTextAsync(Attached);
        static bool IsAttached(AttachedPolicy p) =>
            string.Equals(p.Name, Attached, StringComparison.Ordinal);
    }
}
