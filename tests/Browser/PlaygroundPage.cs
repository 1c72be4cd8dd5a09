using ChatApprovals.Playground;
using Microsoft.Playwright;

namespace ChatApprovals.Tests.Browser;

/// <summary>One open page. When it is disposed of, nothing may have gone wrong in the browser: no error in its console,
/// no request that failed.</summary>
public sealed class PlaygroundPage : IAsyncDisposable
{
    private const float PatienceMs = 120_000;

    /// <summary>Far more than the page has.</summary>
    private const int StopsMax = 400;

    /// <summary>What has the focus without an outline, on itself or on the box around it.</summary>
    private const string FocusUnseen = """
        () => {
          const one = document.activeElement;
          if (one === document.body) return null;
          const seen = [one, one.closest(".composer-box")].some(
            (each) => each && getComputedStyle(each).outlineStyle !== "none");
          return seen ? null : one.outerHTML.slice(0, 200);
        }
        """;

    private readonly PlaygroundHost _host;
    private readonly List<string> _faults = [];

    public PlaygroundPage(IPage page, PlaygroundHost host)
    {
        (Page, _host) = (page, host);
        page.SetDefaultTimeout(PatienceMs);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _faults.Add(message.Text);
            }
        };
        page.PageError += (_, error) => _faults.Add(error);
        page.RequestFailed += (_, request) => _faults.Add($"{request.Url}: {request.Failure}");
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 400)
            {
                _faults.Add($"{answer.Url}: {answer.Status}");
            }
        };
    }

    public IPage Page { get; }

    /// <summary>The element with this <c>data-testid</c>.</summary>
    public ILocator At(string name) => Page.GetByTestId(name);

    /// <summary>The agent asks; the card is there on both sides. Gives the code that the card shows.</summary>
    public async Task<string> AskAsync(string scenario)
    {
        await PressAsync(At($"scenario-{scenario}"), "agent/send");
        var code = NewestCode();
        await Card("slack", code).WaitForAsync();
        await Card("teams", code).WaitForAsync();
        return code;
    }

    /// <summary>The code of the newest request that the agent made.</summary>
    public string NewestCode() =>
        _host
            .Agent.Exchanges.Last(e =>
                e is { Method: "POST", Path: "/v1/requests" } or { Status: 202 }
            )
            .Response!.Value.GetProperty("code")
            .GetString()!;

    /// <summary>The message with the card of this code, as the chosen person sees it.</summary>
    public ILocator Card(string surface, string code) =>
        At($"{surface}-message")
            .Filter(new LocatorFilterOptions { HasText = code })
            .Filter(new LocatorFilterOptions { HasText = "Resource:" });

    /// <summary>Presses a button of the card, as this person.</summary>
    public async Task ClickAsync(string surface, string person, string code, string action)
    {
        await BeAsync(surface, person);
        var button = Card(surface, code).GetByTestId($"{surface}-button-{action}");
        await PressAsync(button, $"{surface}/click");
    }

    public Task BeAsync(string surface, string person) =>
        At($"{surface}-person").SelectOptionAsync(person);

    /// <summary>Presses a button and waits for the playground's answer to it.</summary>
    public Task PressAsync(ILocator button, string path) =>
        Page.RunAndWaitForResponseAsync(
            () => button.ClickAsync(),
            answer => answer.Url.EndsWith($"/play/{path}", StringComparison.Ordinal)
        );

    /// <summary>Writes into the chat's box and sends it.</summary>
    public async Task TypeAsync(string surface, string text)
    {
        await At($"{surface}-composer").FillAsync(text);
        await At($"{surface}-composer").PressAsync("Enter");
    }

    /// <summary>The <c>data-testid</c> of what has the focus.</summary>
    public Task<string?> FocusAsync() =>
        Page.EvaluateAsync<string?>("() => document.activeElement.dataset.testid ?? null");

    /// <summary>Presses Tab until the focus is there; every stop on the way must show that it has it.</summary>
    public async Task TabToAsync(string name)
    {
        for (var i = 0; i < StopsMax; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            var unseen = await Page.EvaluateAsync<string?>(FocusUnseen);
            Assert.Null(unseen);
            if (string.Equals(await FocusAsync(), name, StringComparison.Ordinal))
            {
                return;
            }
        }
        Assert.Fail($"Tab never comes to {name}.");
    }

    /// <summary>Waits until the place says that.</summary>
    public static Task SaysAsync(ILocator place, string text) =>
        place
            .Filter(new LocatorFilterOptions { HasText = text })
            .Last.WaitForAsync(new LocatorWaitForOptions { State = WaitForSelectorState.Attached });

    /// <summary>Both copies say so, and neither has a button any more.</summary>
    public async Task BothSayAsync(string code, string words)
    {
        foreach (var surface in new[] { "slack", "teams" })
        {
            await SaysAsync(Card(surface, code), words);
            await Assertions
                .Expect(Card(surface, code).GetByRole(AriaRole.Button))
                .ToHaveCountAsync(0);
        }
    }

    /// <summary>The agent's console shows that the wait for this request ended so.</summary>
    public Task AgentSeesAsync(string code, string status) =>
        SaysAsync(
            At("agent-exchange").Filter(new LocatorFilterOptions { HasText = code }),
            $"\"status\": \"{status}\""
        );

    public async ValueTask DisposeAsync()
    {
        // The stream of states ends with the page: what counts is what failed before.
        var faults = _faults.ToList();
        await Page.CloseAsync();
        Assert.Empty(faults);
    }
}
