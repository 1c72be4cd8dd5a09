using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace ChatApprovals.Cards;

/// <summary>
/// Collects a card's body from elements that Teams draws on phones too: no CodeBlock, Badge or
/// Table (teams.md 2.8).
/// </summary>
internal sealed class AdaptiveBody
{
    /// <summary>Own limit, for a width of 360.</summary>
    private const int ButtonsInRow = 3;

    public JsonArray Json { get; } = [];

    public void Header(Card card)
    {
        var title = AdaptiveText.Title(CardHead.Line(card));
        title["size"] = "Large";
        var header = Container([title]);
        header["style"] = Style(card);
        header["bleed"] = true;
        Json.Add(header);
    }

    public void Parts(ImmutableArray<Part> parts)
    {
        foreach (var part in parts)
        {
            var items = new JsonArray();
            if (part.Title is { } title)
            {
                items.Add(AdaptiveText.Title(title));
            }

            foreach (var line in part.Lines)
            {
                items.Add(AdaptiveText.Block(line));
            }

            var container = Container(items);
            container["spacing"] = "Medium";
            container[part.Kind == PartKind.Words ? "style" : "separator"] =
                part.Kind == PartKind.Words ? "emphasis" : true;
            Json.Add(container);
        }
    }

    public void Note(string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            var note = AdaptiveText.Block(Line.Of(new Span(text, Tone.Subtle)));
            note["spacing"] = "Medium";
            Json.Add(note);
        }
    }

    /// <summary>
    /// The reason, and the question to the agent: one field, always there: one tap fewer than a folded form,
    /// and every Teams client draws it. Only a reason that each decision needs is required here (a question is
    /// no less text); the server checks all the same.
    /// </summary>
    public void Reason(CardActions actions)
    {
        var approve = actions is { Approve: true, ApproveReason: ReasonRule.Required };
        var reject = actions is { Reject: true, RejectReason: ReasonRule.Required };
        var all = (approve || !actions.Approve) && (reject || !actions.Reject);
        var input = new JsonObject
        {
            ["type"] = "Input.Text",
            ["id"] = "reason",
            ["label"] = Label(actions, all),
            ["isMultiline"] = true,
            ["maxLength"] = CardLimits.InputText,
        };
        if (all)
        {
            input["isRequired"] = true;
            input["errorMessage"] = Decides(actions) ? "Say why." : "Type your question.";
        }

        Json.Add(input);
    }

    private static bool Decides(CardButton button) =>
        button == CardOffer.Approve || button == CardOffer.Reject;

    private static bool Decides(CardActions actions) => actions.Approve || actions.Reject;

    private static string Label(CardActions actions, bool all)
    {
        var reason =
            all ? "Reason"
            : actions is { Approve: true, ApproveReason: ReasonRule.Required }
                ? "Reason (required to approve)"
            : actions is { Reject: true, RejectReason: ReasonRule.Required }
                ? "Reason (required to reject)"
            : "Reason (optional)";
        return !Decides(actions) ? "Your question to the agent"
            : actions.Question ? $"{reason}, or a question to the agent"
            : reason;
    }

    /// <summary>
    /// Each Execute has a Submit with the same data for clients that know no Universal Actions. More than a
    /// phone has room for in a row stand in two: first what decides, then the rest.
    /// </summary>
    public void Buttons(ImmutableArray<(CardButton Button, JsonObject Data)> buttons)
    {
        if (buttons.Length > ButtonsInRow)
        {
            Row([.. buttons.Where(b => Decides(b.Button))]);
            Row([.. buttons.Where(b => !Decides(b.Button))]);
            return;
        }

        Row(buttons);
    }

    private void Row(ImmutableArray<(CardButton Button, JsonObject Data)> buttons)
    {
        if (!buttons.IsEmpty)
        {
            var actions = new JsonArray([.. buttons.Select(b => Execute(b.Button, b.Data))]);
            Json.Add(new JsonObject { ["type"] = "ActionSet", ["actions"] = actions });
        }
    }

    private static JsonObject Execute(CardButton button, JsonObject data)
    {
        var submitted = (JsonObject)data.DeepClone();
        submitted["verb"] = button.Verb;
        var action = new JsonObject
        {
            ["type"] = "Action.Execute",
            ["title"] = button.Label,
            ["verb"] = button.Verb,
            ["data"] = data,
            ["fallback"] = new JsonObject
            {
                ["type"] = "Action.Submit",
                ["title"] = button.Label,
                ["data"] = submitted,
            },
        };
        if (Decides(button))
        {
            action["style"] = button == CardOffer.Approve ? "positive" : "destructive";
        }

        if (string.Equals(button.Verb, CardOffer.Review.Verb, StringComparison.Ordinal))
        {
            // Turning a page must not be held up by an empty reason.
            action["associatedInputs"] = "none";
        }

        return action;
    }

    private static JsonObject Container(JsonArray items) =>
        new() { ["type"] = "Container", ["items"] = items };

    private static string Style(Card card) =>
        CardHead.IsOpen(card) ? "warning"
        : CardHead.IsGood(card) ? "good"
        : CardHead.IsBad(card) ? "attention"
        : "emphasis";
}
