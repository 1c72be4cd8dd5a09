using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Teams;

/// <summary>
/// Buttons on cards, and cards that ask for somebody's own view. Answered after the desk made it durable; the
/// card that everybody sees is redrawn by the outbox, never from here.
/// </summary>
public sealed class TeamsClicks(TeamsDoors doors, TeamsReviews reviews, TeamsCopies copies)
{
    private static readonly TeamsAnswer s_gone = TeamsAnswer.Error(
        400,
        "UnknownCard",
        "This card is not known any more. Nothing was done."
    );

    private static readonly TeamsAnswer s_nobody = TeamsAnswer.Error(
        400,
        "UnknownPerson",
        "Teams does not say who you are. Nothing was decided."
    );

    private static readonly TeamsAnswer s_unsaved = TeamsAnswer.Error(
        500,
        "Unavailable",
        "Nothing was done. Try again."
    ) with
    {
        IsFinal = false,
    };

    public Task<TeamsAnswer> PressAsync(
        TeamsActivity.Pressed pressed,
        TeamsSource source,
        string evidence,
        CancellationToken cancel
    )
    {
        if (source.Account is not { } account)
        {
            return Task.FromResult(s_nobody);
        }

        return pressed.Verb switch
        {
            "approve" => DecideAsync(
                pressed,
                ClickOf(pressed, source, account, Verdict.Approved, evidence),
                cancel
            ),
            "reject" => DecideAsync(
                pressed,
                ClickOf(pressed, source, account, Verdict.Rejected, evidence),
                cancel
            ),
            "refresh" => ViewAsync(pressed, source, account, card => Own(card), cancel),
            "review" => ViewAsync(
                pressed,
                source,
                account,
                card => reviews.Turn(pressed.Token, account, card, Math.Max(pressed.Page, 1)),
                cancel
            ),
            PolicyForm.Verb => SetAsync(pressed, source, account, cancel),
            "question" => AskAsync(pressed, source, account, evidence, cancel),
            _ => Task.FromResult(
                TeamsAnswer.Error(400, "UnknownAction", "This button is not known here.")
            ),
        };
    }

    private async Task<TeamsAnswer> DecideAsync(
        TeamsActivity.Pressed pressed,
        Click click,
        CancellationToken cancel
    ) => Answer(pressed, await doors.Decide(click, cancel), note: null);

    private async Task<TeamsAnswer> AskAsync(
        TeamsActivity.Pressed pressed,
        TeamsSource source,
        AccountId account,
        string evidence,
        CancellationToken cancel
    )
    {
        var click = new QuestionClick(
            pressed.Token,
            account,
            source.Conversation,
            pressed.Message ?? "",
            pressed.Reason ?? "",
            evidence
        );
        return Answer(pressed, await doors.Ask(click, cancel), QuestionText.Asked);
    }

    /// <param name="pressed">The button.</param>
    /// <param name="answer">What the desk said.</param>
    /// <param name="note">For the one who pressed, where it counted.</param>
    private TeamsAnswer Answer(TeamsActivity.Pressed pressed, ClickAnswer answer, string? note)
    {
        switch (answer)
        {
            case ClickAnswer.Counted counted:
                Learn(pressed, counted.Copy);
                note ??= counted.Note;
                var own = counted.Card with { Note = note ?? counted.Card.Note };
                return TeamsAnswer.Card(Own(own).Json) with { Told = note };
            case ClickAnswer.Refused { Why: Refusal.WrongPlace } elsewhere:
                return TeamsAnswer.Error(400, "WrongPlace", elsewhere.Text);
            case ClickAnswer.Refused refused:
                return TeamsAnswer.Card(Own(refused.Card with { Note = refused.Text }).Json) with
                {
                    Told = refused.Text,
                };
            case ClickAnswer.Unavailable:
                return s_unsaved;
            default:
                return s_gone;
        }
    }

    /// <summary>A policy's form, in the own chat of who was sent it; whether they may is asked again.</summary>
    private async Task<TeamsAnswer> SetAsync(
        TeamsActivity.Pressed pressed,
        TeamsSource source,
        AccountId account,
        CancellationToken cancel
    )
    {
        if (!source.IsPrivate)
        {
            return TeamsAnswer.Error(400, "WrongPlace", "Policies are changed in your own chat.");
        }

        var asker = new Asker(account, source.Conversation, IsPrivate: true);
        var parts = ReplyForm.Submitted(pressed.Token, pressed.Yaml ?? "");
        var reply = await doors.Run(parts, asker, cancel);
        return TeamsAnswer.Card(TeamsMessages.CardOf(reply)) with { Told = reply.Title };
    }

    /// <summary>Read-only. The place is checked here too: a card that was forwarded shows nobody anything.</summary>
    private async Task<TeamsAnswer> ViewAsync(
        TeamsActivity.Pressed pressed,
        TeamsSource source,
        AccountId account,
        Func<Card, Rendering> draw,
        CancellationToken cancel
    )
    {
        if (await doors.View(pressed.Token, account, cancel) is not { } view)
        {
            return s_gone;
        }

        if (!IsAt(view.Copy, pressed, source))
        {
            return TeamsAnswer.Error(
                400,
                "WrongPlace",
                "This is not where this card was sent. Use the original card."
            );
        }

        Learn(pressed, view.Copy);
        return TeamsAnswer.Card(draw(view.Card).Json) with { IsFinal = false };
    }

    private void Learn(TeamsActivity.Pressed pressed, CardCopy copy)
    {
        if (copy.Message is null && pressed.Message is { } message)
        {
            copies.Seen(copy.Token, message);
        }
    }

    private static Rendering Own(Card card) => AdaptiveCard.Message(card, []);

    private Click ClickOf(
        TeamsActivity.Pressed pressed,
        TeamsSource source,
        AccountId account,
        Verdict verdict,
        string evidence
    ) =>
        new(
            pressed.Token,
            verdict,
            account,
            source.Conversation,
            // Without a message it is from no card of ours: never equal to a known one.
            pressed.Message
                ?? "",
            pressed.Reason,
            evidence
        )
        {
            Reviewed = reviews.IsWhole(pressed.Token, account),
            ReviewHash = reviews.HashOf(pressed.Token, account),
        };

    private static bool IsAt(CardCopy copy, TeamsActivity.Pressed pressed, TeamsSource source) =>
        string.Equals(TeamsSource.Base(copy.Conversation), source.Place, StringComparison.Ordinal)
        && (
            copy.Message is null
            || string.Equals(copy.Message, pressed.Message, StringComparison.Ordinal)
        );
}
