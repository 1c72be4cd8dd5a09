using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Cards;

namespace ChatApprovals.Tests.Slack;

/// <summary>Whatever the bot draws in Slack is pressed as Slack would tell it: something comes of it.</summary>
public sealed class SlackDrawnTests : IAsyncLifetime
{
    private SlackBot _bot = null!;
    private int _presses;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _bot = await SlackBot.StartAsync(Cancel);

    public ValueTask DisposeAsync() => _bot.DisposeAsync();

    [Fact]
    public async Task Every_button_of_a_message_does_something()
    {
        var pressed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var card in DrawnCards.All())
        {
            Show(card);
            foreach (var button in Buttons(BlockKit.Message(card).Json))
            {
                pressed.Add(await PressAsync(button));
            }
        }

        pressed.Add(await PressAsync(Buttons(PolicyForm.SlackOffer("t", ["a"], "p")).Single()));
        string[] all = ["approve", "policy_form", "question", "reject", "review"];
        Assert.Equal(all, pressed.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Every_button_of_a_review_does_something()
    {
        var pressed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var card in DrawnCards.All())
        {
            Show(card);
            foreach (var view in DrawnCards.SlackReviews(card))
            {
                foreach (var button in Buttons(view))
                {
                    pressed.Add(await PressInAsync(MakeCard.Json(view), button));
                }
            }
        }

        string[] all = ["question", "reject", "review"];
        Assert.Equal(all, pressed.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task Every_modal_that_can_be_submitted_does_something()
    {
        var submitted = new HashSet<string>(StringComparer.Ordinal);
        var views = DrawnCards.All().SelectMany(DrawnCards.SlackReviews);
        foreach (var view in views.Concat(DrawnCards.SlackModals()).Select(MakeCard.Json))
        {
            if (view.TryGetProperty("submit", out _))
            {
                submitted.Add(await SubmitAsync(view));
            }
        }

        string[] all = ["approve", "policy_set", "question", "reject"];
        Assert.Equal(all, submitted.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    private void Show(Card card) =>
        _bot.View = _ => new CardView(card, SlackBot.Copy, RequestId.New(MakeCard.Now));

    private Task<string> PressAsync(JsonElement button)
    {
        var payload = _bot.Press("");
        payload["actions"] = new JsonArray(JsonObject.Create(button.Clone()));
        return DoAsync(payload, button.GetProperty("action_id").GetString()!);
    }

    private Task<string> PressInAsync(JsonElement view, JsonElement button)
    {
        var payload = _bot.Press("");
        payload["actions"] = new JsonArray(JsonObject.Create(button.Clone()));
        payload["container"] = new JsonObject { ["type"] = "view", ["view_id"] = "V1" };
        payload.Remove("channel");
        var told = JsonObject.Create(view.Clone())!;
        (told["id"], told["hash"]) = ("V1", "1.abc");
        payload["view"] = told;
        return DoAsync(payload, button.GetProperty("action_id").GetString()!);
    }

    private Task<string> SubmitAsync(JsonElement view)
    {
        var callback = view.GetProperty("callback_id").GetString()!;
        var metadata = view.GetProperty("private_metadata").GetString()!;
        var payload = SlackBot.Submit(callback, metadata, reason: null);
        var values = new JsonObject();
        foreach (var input in DrawnCards.OfType(view, "input"))
        {
            var field = input.GetProperty("element");
            values[input.GetProperty("block_id").GetString()!] = new JsonObject
            {
                [field.GetProperty("action_id").GetString()!] = new JsonObject
                {
                    ["type"] = field.GetProperty("type").GetString(),
                    ["value"] = "words",
                },
            };
        }

        payload["view"]!["state"]!["values"] = values;
        return DoAsync(payload, callback);
    }

    /// <summary>At the desk, or before the one who pressed.</summary>
    private async Task<string> DoAsync(JsonObject payload, string name)
    {
        // Another press: the same one twice within a second is a repeat.
        payload["trigger_id"] = $"{_presses++}.2.3";
        var before = Effects;
        var (status, _) = await _bot.InteractAsync(payload, Cancel);
        await _bot.IdleAsync(Cancel);
        Assert.Equal(200, status);
        Assert.True(Effects > before, $"nothing came of {name}");
        return name;
    }

    private int Effects =>
        _bot.Clicks.Count
        + _bot.Questions.Count
        + _bot.Commands.Count
        + _bot.Slack.Calls.Count(c => c.Method.StartsWith("views.", StringComparison.Ordinal));

    private static IEnumerable<JsonElement> Buttons(byte[] drawn) =>
        DrawnCards.OfType(MakeCard.Json(drawn), "button");
}
