using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Cards;

namespace ChatApprovals.Tests.Teams;

/// <summary>Whatever the bot draws in Teams is pressed as Teams would tell it: a door is opened.</summary>
public sealed class TeamsDrawnTests : TeamsBench
{
    [Fact]
    public async Task Every_button_of_a_card_and_its_review_comes_to_a_door()
    {
        var (message, thread) = await PostAsync();
        var pressed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var card in DrawnCards.All())
        {
            View = _ => new CardView(card, Copy(null), default);
            var counted = new ClickAnswer.Counted(card, Copy(message));
            Decide = _ => Task.FromResult<ClickAnswer>(counted);
            Ask = _ => Task.FromResult<ClickAnswer>(counted);
            foreach (var action in DrawnCards.TeamsViews(card).SelectMany(Actions))
            {
                pressed.Add(await PressAsync(thread, message, action));
            }
        }

        string[] all = ["approve", "question", "refresh", "reject", "review"];
        Assert.Equal(all, pressed.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Fact]
    public async Task The_button_of_a_policys_form_comes_to_a_door()
    {
        var form = PolicyForm.TeamsCard("Policy p", ["a line"], "p", "effect: deny");
        var chat = Teams.Personal(Carol).Id;
        Assert.Equal(PolicyForm.Verb, await PressAsync(chat, "1", Assert.Single(Actions(form))));
    }

    private async Task<(string Message, string Thread)> PostAsync()
    {
        var id = await PostedAsync();
        return (id, Teams.Conversation(Acme.TeamsChannel)!.Find(id)!.Thread);
    }

    private async Task<string> PressAsync(string conversation, string message, JsonElement action)
    {
        var verb = action.GetProperty("verb").GetString()!;
        var data = JsonObject.Create(action.GetProperty("data").Clone())!;
        data["reason"] = "words";
        data[PolicyForm.Field] = "effect: deny";
        var before = Opened;
        var answer = await Teams.Click(Carol, conversation, message, verb, Json(data), Cancel);
        Assert.True(answer is { Status: 200, StatusCode: 200 }, $"{verb} is answered {answer}");
        Assert.True(Opened > before, $"nothing came of {verb}");
        return verb;
    }

    private int Opened => Clicks.Count + Questions.Count + Views.Count + Commands.Count;

    private static IEnumerable<JsonElement> Actions(byte[] drawn) =>
        DrawnCards.OfType(MakeCard.Json(drawn), "Action.Execute");
}
