using System.Text.Json.Nodes;
using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Slack;

/// <summary>
/// Buttons on cards and in reviews. An outcome is only answered with 200 after the desk made it durable;
/// cards are redrawn by the outbox, never from here.
/// </summary>
public sealed class SlackClicks(
    SlackDoors doors,
    SlackClient client,
    SlackNotes notes,
    [FromKeyedServices(Surface.Slack)] Errands errands
)
{
    private const string Gone = "This card is not known any more. Nothing was decided.";

    /// <summary>A button of a card's message.</summary>
    public Task<SlackOutcome> PressAsync(
        SlackInteraction.Pressed pressed,
        AccountId account,
        string evidence,
        CancellationToken cancel
    ) =>
        pressed.ActionId switch
        {
            "approve" => DecideAsync(
                pressed,
                ClickOf(pressed, account, evidence, Verdict.Approved, AskReason.IfNeeded),
                cancel
            ),
            "reject" => DecideAsync(
                pressed,
                ClickOf(pressed, account, evidence, Verdict.Rejected, AskReason.Always),
                cancel
            ),
            "question" => AskAsync(pressed, account, evidence, cancel),
            "review" => ReviewAsync(pressed, account, cancel),
            PolicyForm.OpenVerb => FormAsync(pressed, account, cancel),
            _ => Task.FromResult(new SlackOutcome(SlackAnswer.Empty)),
        };

    /// <summary>A button inside a review: another page, or reject.</summary>
    public async Task<SlackOutcome> PressInModalAsync(
        SlackInteraction.PressedInModal pressed,
        AccountId account,
        CancellationToken cancel
    )
    {
        var here = ReviewRef.Parse(pressed.PrivateMetadata);
        var wanted = ReviewRef.Parse(pressed.Value);
        if (here is null || wanted is null || !Same(here.Token, wanted.Token))
        {
            return new SlackOutcome(SlackAnswer.Empty);
        }

        if (await doors.View(here.Token, account, cancel) is not { } view)
        {
            notes.Tell(null, account.User, null, Gone);
            return new SlackOutcome(SlackAnswer.Empty);
        }

        switch (pressed.ActionId)
        {
            // One page at a time: the last page counts as having seen them all.
            case "review" when Math.Abs(wanted.Page - here.Page) <= 1:
                errands.Start("turning a page", c => TurnAsync(pressed, view, wanted.Page, c));
                break;
            case "reject" when pressed.TriggerId is { } trigger:
                var modal = BlockKit.ReasonModal(
                    "reject",
                    here.Token,
                    view.Card.Code,
                    view.Card.Actions.RejectReason == ReasonRule.Required
                );
                errands.Start("asking for a reason", c => PushAsync(trigger, modal, account, c));
                break;
            case "question" when pressed.TriggerId is { } trigger:
                var form = BlockKit.QuestionModal(here.Token, view.Card.Code);
                errands.Start("asking for a question", c => PushAsync(trigger, form, account, c));
                break;
            default:
                break;
        }

        return new SlackOutcome(SlackAnswer.Empty);
    }

    private async Task<SlackOutcome> DecideAsync(
        SlackInteraction.Pressed pressed,
        Click click,
        CancellationToken cancel
    ) => Answer(pressed, await doors.Decide(click, cancel));

    /// <summary>Whether they may ask is judged at once, what they ask when it is typed.</summary>
    private async Task<SlackOutcome> AskAsync(
        SlackInteraction.Pressed pressed,
        AccountId account,
        string evidence,
        CancellationToken cancel
    )
    {
        var (channel, message) = (pressed.Channel, pressed.Message);
        var click = new QuestionClick(pressed.Value, account, channel, message, null, evidence)
        {
            CanAsk = true,
        };
        return Answer(pressed, await doors.Ask(click, cancel));
    }

    private SlackOutcome Answer(SlackInteraction.Pressed pressed, ClickAnswer answer)
    {
        switch (answer)
        {
            case ClickAnswer.Counted counted:
                if (counted.Note is { } note)
                {
                    Tell(pressed, note);
                }

                return new SlackOutcome(SlackAnswer.Empty);
            case ClickAnswer.Refused refused:
                Tell(pressed, refused.Text);
                return new SlackOutcome(SlackAnswer.Empty);
            case ClickAnswer.ReasonWanted wanted:
                var modal = BlockKit.ReasonModal(
                    wanted.Verdict == Verdict.Approved ? "approve" : "reject",
                    pressed.Value,
                    wanted.Card.Code,
                    wanted.Required
                );
                Open(pressed, modal);
                return new SlackOutcome(SlackAnswer.Empty);
            case ClickAnswer.QuestionWanted(var card):
                Open(pressed, BlockKit.QuestionModal(pressed.Value, card.Code));
                return new SlackOutcome(SlackAnswer.Empty);
            case ClickAnswer.Unavailable:
                Tell(pressed, "This could not be saved, so nothing was done. Try again.");
                return new SlackOutcome(SlackAnswer.Unavailable);
            default:
                Tell(pressed, Gone);
                return new SlackOutcome(SlackAnswer.Empty);
        }
    }

    /// <summary>Opens the form of the policy that the button names, as it is now, for who may change it.</summary>
    private async Task<SlackOutcome> FormAsync(
        SlackInteraction.Pressed pressed,
        AccountId account,
        CancellationToken cancel
    )
    {
        var asker = new Asker(account, pressed.Channel, IsPrivate: true);
        var reply = await doors.Run(ReplyForm.Submitted(pressed.Value, ""), asker, cancel);
        if (reply.Form is { } form && PolicyForm.SlackModal(form.Name, form.Yaml) is { } view)
        {
            Open(pressed, view);
        }
        else
        {
            notes.Tell(null, account.User, null, reply.Title, [.. reply.Lines]);
        }

        return new SlackOutcome(SlackAnswer.Empty);
    }

    /// <summary>
    /// Opens the first page. A submitted review names no message, so the place is checked here: a token of
    /// one card inside another card's message opens nothing.
    /// </summary>
    private async Task<SlackOutcome> ReviewAsync(
        SlackInteraction.Pressed pressed,
        AccountId account,
        CancellationToken cancel
    )
    {
        if (
            ReviewRef.Parse(pressed.Value) is not { } at
            || await doors.View(at.Token, account, cancel) is not { } view
        )
        {
            Tell(pressed, Gone);
        }
        else if (!IsAt(view.Copy, pressed))
        {
            Tell(pressed, "This button belongs to another card. Use the card as it was sent.");
        }
        else
        {
            Open(pressed, BlockKit.Review(view.Card, 1).Json);
        }

        return new SlackOutcome(SlackAnswer.Empty);
    }

    private void Open(SlackInteraction.Pressed pressed, byte[] view) =>
        errands.Start(
            "opening a modal",
            async cancel =>
            {
                var body = new JsonObject
                {
                    ["trigger_id"] = pressed.TriggerId,
                    ["view"] = SlackJson.Object(view),
                };
                var result = await client.JsonAsync("views.open", body, cancel);
                if (result is not SlackResult.Done)
                {
                    Tell(pressed, $"Nothing was done: {result.Text}.");
                }
            }
        );

    private async Task PushAsync(
        string trigger,
        byte[] view,
        AccountId account,
        CancellationToken cancel
    )
    {
        var body = new JsonObject { ["trigger_id"] = trigger, ["view"] = SlackJson.Object(view) };
        var result = await client.JsonAsync("views.push", body, cancel);
        if (result is not SlackResult.Done)
        {
            notes.Tell(null, account.User, null, $"Nothing was done: {result.Text}.");
        }
    }

    /// <summary>A stale hash means that another press was first: then nothing is to be done.</summary>
    private async Task TurnAsync(
        SlackInteraction.PressedInModal pressed,
        CardView view,
        int page,
        CancellationToken cancel
    )
    {
        var body = new JsonObject
        {
            ["view_id"] = pressed.ViewId,
            ["view"] = SlackJson.Object(BlockKit.Review(view.Card, page).Json),
        };
        if (pressed.Hash is { } hash)
        {
            body["hash"] = hash;
        }

        await client.JsonAsync("views.update", body, cancel);
    }

    private void Tell(SlackInteraction.Pressed pressed, string text) =>
        notes.Tell(pressed.Channel, pressed.Sender.User, pressed.ResponseUrl, text);

    private static Click ClickOf(
        SlackInteraction.Pressed pressed,
        AccountId account,
        string evidence,
        Verdict verdict,
        AskReason ask
    ) =>
        new(pressed.Value, verdict, account, pressed.Channel, pressed.Message, null, evidence)
        {
            Ask = ask,
        };

    private static bool IsAt(CardCopy copy, SlackInteraction.Pressed pressed) =>
        Same(copy.Conversation, pressed.Channel)
        && (copy.Message is null || Same(copy.Message, pressed.Message));

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.Ordinal);
}
