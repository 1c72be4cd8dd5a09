using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Slack;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>Bob, who may approve, decides in Slack what somebody else's program asked for.</summary>
internal static class BobDecides
{
    private static readonly Dictionary<string, IReadOnlyDictionary<string, string>> s_nothing = new(
        StringComparer.Ordinal
    );

    private static string Bob => People.Bob.Slack!;

    /// <summary>By the button on the card or, where that offers none, at the end of its review.</summary>
    public static Task ApproveAsync(this Site site, Asked asked) =>
        UntilAsync(site, asked, "decision.approved", () => PressApproveAsync(site, asked));

    /// <summary>With a reason: "not in this window".</summary>
    public static Task DenyAsync(this Site site, Asked asked) =>
        UntilAsync(site, asked, "decision.rejected", () => PressDenyAsync(site, asked));

    /// <summary>
    /// On a machine that stands still for seconds the platform cannot tell in time who he is: then he is told to try again,
    /// and does.
    /// </summary>
    private static async Task UntilAsync(Site site, Asked asked, string kind, Func<Task> press)
    {
        for (var attempt = 1; attempt <= 12; attempt++)
        {
            await press();
            for (var look = 0; look < 50; look++)
            {
                if (await site.CountAsync(asked.Id, kind) > 0)
                {
                    return;
                }

                await Task.Delay(20 * attempt, Site.Cancel);
            }
        }

        Assert.Fail($"Bob's click does not count: {site.LastWords}");
    }

    private static async Task PressApproveAsync(Site site, Asked asked)
    {
        if (await PressedAsync(site, asked, "approve"))
        {
            return;
        }

        await ReadAsync(site.Slack);
    }

    /// <summary>Whether the card offers the button; if not its review is opened: it has all of them.</summary>
    private static async Task<bool> PressedAsync(Site site, Asked asked, string button)
    {
        var isOffered = Buttons(site.InSlack(asked)[0].Blocks!.Value).Any(b => Is(b.Id, button));
        Assert.Null((await site.ClickInSlackAsync(asked, isOffered ? button : "review")).Problem);
        return isOffered;
    }

    private static bool Is(string word, string other) =>
        string.Equals(word, other, StringComparison.Ordinal);

    private static async Task ReadAsync(SlackPlatform slack)
    {
        var view = await slack.WaitForModal(Bob, _ => true, Site.Cancel);
        while (!view.Content.TryGetProperty("submit", out _))
        {
            var hash = view.Hash;
            var next = Buttons(view.Content).Single(b => b.Text is "Next").Value;
            var turned = await slack.ClickInModal(Bob, "review", next, s_nothing, Site.Cancel);
            Assert.Null(turned.Problem);
            view = await slack.WaitForModal(Bob, v => !Is(v.Hash, hash), Site.Cancel);
        }

        Assert.Null((await slack.Submit(Bob, s_nothing, Site.Cancel)).Problem);
    }

    private static IEnumerable<(string Id, string Text, string Value)> Buttons(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Array => json.EnumerateArray().SelectMany(Buttons),
            JsonValueKind.Object when Word(json, "type") is "button" =>
            [
                (
                    Word(json, "action_id"),
                    Word(json.GetProperty("text"), "text"),
                    Word(json, "value")
                ),
            ],
            JsonValueKind.Object => json.EnumerateObject().SelectMany(m => Buttons(m.Value)),
            _ => [],
        };

    private static string Word(JsonElement json, string name) =>
        json.TryGetProperty(name, out var word) && word.ValueKind == JsonValueKind.String
            ? word.GetString()!
            : "";

    private static async Task PressDenyAsync(Site site, Asked asked)
    {
        var review = "";
        if (!await PressedAsync(site, asked, "reject"))
        {
            var view = await site.Slack.WaitForModal(Bob, _ => true, Site.Cancel);
            review = view.Id;
            var (_, _, value) = Buttons(view.Content).Single(b => b.Id is "reject");
            var pressed = site.Slack.ClickInModal(Bob, "reject", value, s_nothing, Site.Cancel);
            Assert.Null((await pressed).Problem);
        }

        // The form lies on the review, which has a button to send too: that one approves.
        await site.Slack.WaitForModal(Bob, v => !Is(v.Id, review), Site.Cancel);
        await KillWhileDeciding.SubmitAsync(site);
    }

    /// <summary>The pending request of a program that says nothing until it ends; both cards are shown.</summary>
    public static async Task<Asked> PendingAsync(this Site site)
    {
        var list = default(JsonElement);
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await site.GetAsync("/v1/requests?status=pending&limit=1");
                var text = await answer.Content.ReadAsStringAsync(Site.Cancel);
                list = JsonElement.Parse(text).GetProperty("requests");
                return list.GetArrayLength() > 0;
            },
            () => $"something is asked: {site.LastWords}"
        );
        var (id, code) = (list[0].GetProperty("id"), list[0].GetProperty("code"));
        var asked = new Asked(id.GetString()!, code.GetString()!, "", new object());
        await site.StoredAsync(asked);
        return asked;
    }

    /// <summary>The request's card in Slack, as it was sent.</summary>
    public static string CardOf(this Site site, Asked asked) =>
        site.InSlack(asked)[0].Blocks!.Value.GetRawText();
}
