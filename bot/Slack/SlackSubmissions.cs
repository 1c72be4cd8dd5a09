using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;

namespace ChatApprovals.Slack;

/// <summary>
/// Submitted modals: a reason, a question, or the end of a review. They name no message; they were opened from a click
/// whose place was checked, and only we write <c>private_metadata</c>.
/// </summary>
public sealed class SlackSubmissions(SlackDoors doors, SlackNotes notes)
{
    /// <summary>Carries out <c>approve</c> and <c>reject</c>; any other modal is just closed.</summary>
    public async Task<SlackOutcome> SubmitAsync(
        SlackInteraction.Submitted submitted,
        AccountId account,
        string evidence,
        CancellationToken cancel
    )
    {
        if (submitted is { CallbackId: PolicyForm.Verb, Yaml: { } yaml })
        {
            return await SetAsync(submitted.PrivateMetadata, yaml, account, cancel);
        }

        if (
            submitted.CallbackId is "question"
            && ReviewRef.Parse(submitted.PrivateMetadata) is { } of
        )
        {
            return await AskAsync(submitted, of.Token, account, evidence, cancel);
        }

        if (
            VerdictOf(submitted.CallbackId) is not { } verdict
            || ReviewRef.Parse(submitted.PrivateMetadata) is not { } at
        )
        {
            return new SlackOutcome(SlackAnswer.Empty);
        }

        var click = new Click(at.Token, verdict, account, null, null, Reason(submitted), evidence)
        {
            Ask = submitted.HasReason ? AskReason.Never : AskReason.IfNeeded,
            Reviewed = IsReview(submitted),
            ReviewHash = IsReview(submitted) ? ReviewRef.HashOf(submitted.PrivateMetadata) : null,
        };
        return Answer(submitted, account, await doors.Decide(click, cancel));
    }

    /// <summary>A policy's form: what does not fit is told at its field, and it stays open.</summary>
    private async Task<SlackOutcome> SetAsync(
        string name,
        string yaml,
        AccountId account,
        CancellationToken cancel
    )
    {
        var asker = new Asker(account, account.User, IsPrivate: true);
        var reply = await doors.Run(ReplyForm.Submitted(name, yaml), asker, cancel);
        return new SlackOutcome(
            reply.Form is null
                ? SlackAnswer.Update(BlockKit.NoteModal(reply.Title, reply.Lines))
                : SlackAnswer.FieldError(PolicyForm.Field, string.Join('\n', reply.Lines)),
            c =>
                notes.TellAsync(
                    null,
                    account.User,
                    null,
                    BlockKit.Note(reply.Title, reply.Lines),
                    c
                )
        );
    }

    /// <summary>Says that it was asked in the place of the form: what is beneath it (a review) stays open.</summary>
    private async Task<SlackOutcome> AskAsync(
        SlackInteraction.Submitted submitted,
        string token,
        AccountId account,
        string evidence,
        CancellationToken cancel
    )
    {
        var text = submitted.Reason ?? "";
        var click = new QuestionClick(token, account, null, null, text, evidence);
        var answer = await doors.Ask(click, cancel);
        return answer is ClickAnswer.Counted
            ? new SlackOutcome(
                SlackAnswer.Update(BlockKit.NoteModal(QuestionText.Asked, [QuestionText.Then])),
                c =>
                    notes.TellAsync(
                        null,
                        account.User,
                        null,
                        BlockKit.Note(QuestionText.Asked, [QuestionText.Then]),
                        c
                    )
            )
            : Answer(submitted, account, answer);
    }

    private SlackOutcome Answer(
        SlackInteraction.Submitted submitted,
        AccountId account,
        ClickAnswer answer
    ) =>
        answer switch
        {
            ClickAnswer.Counted => new SlackOutcome(SlackAnswer.Clear),
            ClickAnswer.Refused refused => Refuse(
                submitted,
                account,
                refused.Text,
                mayRepeat: refused.Why
                    is Refusal.ReasonMissing
                        or Refusal.TooSoon
                        or Refusal.QuestionMissing
                        or Refusal.QuestionTooLong
            ),
            // The review goes on in the same modal: its place in the review is kept.
            ClickAnswer.ReasonWanted wanted => new SlackOutcome(
                SlackAnswer.Update(
                    BlockKit.ReasonModal(
                        submitted.CallbackId,
                        submitted.PrivateMetadata,
                        wanted.Card.Code,
                        wanted.Required
                    )
                )
            ),
            ClickAnswer.Unavailable => Refuse(
                submitted,
                account,
                "This could not be saved, so nothing was done. Try again.",
                mayRepeat: true
            ),
            _ => Refuse(
                submitted,
                account,
                "This card is not known any more. Nothing was done.",
                mayRepeat: false
            ),
        };

    private SlackOutcome Refuse(
        SlackInteraction.Submitted submitted,
        AccountId account,
        string text,
        bool mayRepeat
    ) =>
        new(
            mayRepeat && submitted.HasReason
                ? SlackAnswer.ReasonError(text)
                : SlackAnswer.Update(BlockKit.NoteModal(text, [])),
            cancel => notes.TellAsync(null, account.User, null, BlockKit.Note(text, []), cancel)
        );

    private static Verdict? VerdictOf(string callbackId) =>
        callbackId switch
        {
            "approve" => Verdict.Approved,
            "reject" => Verdict.Rejected,
            _ => null,
        };

    /// <summary>A review's metadata has a page, and only its last page has a submit button.</summary>
    private static bool IsReview(SlackInteraction.Submitted submitted) =>
        submitted.CanSubmit && submitted.PrivateMetadata.Contains('|', StringComparison.Ordinal);

    private static string? Reason(SlackInteraction.Submitted submitted) =>
        string.IsNullOrWhiteSpace(submitted.Reason) ? null : submitted.Reason.Trim();
}
