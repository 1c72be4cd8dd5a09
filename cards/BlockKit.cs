using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace ChatApprovals.Cards;

/// <summary>
/// Draws a <see cref="Card"/> as Slack Block Kit: <c>{text, blocks}</c> for chat.postMessage and
/// chat.update, or a view for views.open and views.update. Only header, section, context, actions,
/// divider, input and rich_text; text from outside stands in rich_text text elements, which Slack
/// takes literally. Pure: equal cards give equal bytes.
/// </summary>
public static class BlockKit
{
    private const int WordsOnCard = 2_400;
    private const int NoteText = 300;

    /// <summary>As long as the rules take one.</summary>
    private const int QuestionLength = 1_000;
    private const int PageText = 6_000;
    private const int PageLines = 100;

    /// <summary>Room left for the state line, titles, buttons and the viewer's note.</summary>
    private const int Frame = 700;

    /// <summary>Room kept for the agent's words even beside the longest action.</summary>
    private const int WordsKept = 1_500;

    private static readonly Room s_card = new(
        CardLimits.CardTotalText - Frame,
        CardLimits.CardTotalText - Frame - WordsKept,
        WordsOnCard,
        BlockKitText.Cost,
        CardLimits.SlackLength
    );

    private static readonly Room s_page = s_card with { Essential = PageText };

    /// <summary>The card as a message: <c>{text, blocks}</c>.</summary>
    public static Rendering Message(Card card)
    {
        var fitted = Fitted.Of(CardLayout.OnCard(card), s_card, CardOffer.Where(card));
        var buttons = CardOffer.Buttons(card, fitted);
        var blocks = new BlockKitBlocks($"r{card.Revision}");
        blocks.Header(CardHead.Line(card));
        blocks.Parts(fitted.Parts);
        blocks.Note(Short(card.Note));
        blocks.Buttons([.. buttons.Select(b => (b, card.Actions.Token))]);
        var message = new JsonObject
        {
            ["text"] = CardHead.Fallback(card),
            ["blocks"] = blocks.Json,
        };
        return Rendering.Of(message, buttons.Contains(CardOffer.Approve), fitted.Fits);
    }

    /// <summary>
    /// One page (from 1) of the whole request as a modal, <c>callback_id</c> <c>approve</c>,
    /// <c>private_metadata</c> a <see cref="ReviewRef"/>. A page beyond the last is the last. Only
    /// the last page can be submitted (= Approve). Each page's metadata holds the hash of the page
    /// before, so the last page's <c>DisplayHash</c> covers all of them; that page's metadata ends with this
    /// hash (of the page without it), so that an approval says what was read and not what is true by then.
    /// </summary>
    public static Rendering Review(Card card, int page)
    {
        var pages = CardPages.Of(CardLayout.Whole(card), s_page, PageLines);
        var last = Math.Clamp(page, 1, pages.Length);
        var shown = Page(card, pages, 1, "");
        for (var n = 2; n <= last; n++)
        {
            shown = Page(card, pages, n, shown.DisplayHash);
        }

        return shown;
    }

    /// <summary>
    /// The modal that asks for a reason: <c>callback_id</c> = <paramref name="verdict"/>
    /// (<c>approve</c>, <c>reject</c>), input block and action <c>reason</c>, <c>private_metadata</c> = the
    /// token.
    /// </summary>
    public static byte[] ReasonModal(string verdict, string token, string code, bool required)
    {
        var word = verdict switch
        {
            "approve" => CardOffer.Approve.Label,
            "reject" => CardOffer.Reject.Label,
            _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "no such verdict"),
        };
        var blocks = new BlockKitBlocks("reason");
        blocks.Input("Reason", required);
        return Rendering.Bytes(
            BlockKitView.Of($"{word} {CardHead.Code(code)}", verdict, token, word, blocks)
        );
    }

    /// <summary>
    /// The modal that asks for a question to the agent: <c>callback_id</c> <c>question</c>, all else as the
    /// one for a reason.
    /// </summary>
    public static byte[] QuestionModal(string token, string code)
    {
        var blocks = new BlockKitBlocks("question");
        blocks.Note("Everybody who sees the card will see your question and the agent's answer.");
        blocks.Input("Your question to the agent", required: true, QuestionLength);
        return Rendering.Bytes(
            BlockKitView.Of($"Ask about {CardHead.Code(code)}", "question", token, "Ask", blocks)
        );
    }

    /// <summary>
    /// A plain text answer as a message <c>{text, blocks}</c>; the lines are literal.
    /// </summary>
    public static byte[] Note(string title, IReadOnlyList<string> lines)
    {
        var blocks = NoteBlocks(title, lines);
        return Rendering.Bytes(
            new JsonObject { ["text"] = "An answer from ChatApprovals", ["blocks"] = blocks.Json }
        );
    }

    /// <summary>The same as <see cref="Note"/>, as a modal with nothing to submit.</summary>
    public static byte[] NoteModal(string title, IReadOnlyList<string> lines) =>
        Rendering.Bytes(
            BlockKitView.Of("ChatApprovals", "note", "", null, NoteBlocks(title, lines))
        );

    /// <summary>A question or an answer as a message <c>{text, blocks}</c> for a card's thread.</summary>
    public static byte[] Talk(CardTalk talk)
    {
        var blocks = new BlockKitBlocks("talk");
        blocks.Parts(talk.Parts(s_card));
        return Rendering.Bytes(
            new JsonObject { ["text"] = talk.Summary, ["blocks"] = blocks.Json }
        );
    }

    private static BlockKitBlocks NoteBlocks(string title, IReadOnlyList<string> lines)
    {
        var blocks = new BlockKitBlocks("note");
        blocks.Parts(NoteLines.Parts(title, lines, s_card));
        return blocks;
    }

    private static Rendering Page(
        Card card,
        ImmutableArray<ImmutableArray<Part>> pages,
        int page,
        string before
    )
    {
        var isLast = page == pages.Length;
        var approves = isLast && CardOffer.CanApprove(card);
        var blocks = new BlockKitBlocks($"r{card.Revision}.p{page}");
        blocks.Header(CardHead.Line(card));
        blocks.Note(CardOffer.Page(page, pages.Length));
        blocks.Parts(pages[page - 1]);
        blocks.Note(Short(card.Note));
        if (CardOffer.Any(card))
        {
            blocks.Buttons([.. Forward(card, page, isLast)]);
            blocks.Buttons([.. page > 1 ? [(CardOffer.Back, At(card, page - 1))] : NoButtons]);
        }

        if (approves)
        {
            blocks.Input("Reason", card.Actions.ApproveReason == ReasonRule.Required);
        }

        var metadata = $"{At(card, page)}|{before}";
        var title = $"Review {CardHead.Code(card.Code)}";
        var view = BlockKitView.Of(title, "approve", metadata, approves ? "Approve" : null, blocks);
        var shown = Rendering.Of(view, approves, true);
        if (!approves)
        {
            return shown;
        }

        view["private_metadata"] = $"{metadata}|{shown.DisplayHash}";
        return shown with { Json = Rendering.Bytes(view) };
    }

    private static (CardButton, string)[] NoButtons => [];

    private static IEnumerable<(CardButton, string)> Forward(Card card, int page, bool isLast)
    {
        if (!isLast)
        {
            yield return (CardOffer.Next, At(card, page + 1));
        }

        if (CardOffer.CanReject(card))
        {
            yield return (CardOffer.Reject, card.Actions.Token);
        }

        if (CardOffer.CanAsk(card))
        {
            yield return (CardOffer.Question, card.Actions.Token);
        }
    }

    private static string At(Card card, int page) =>
        new ReviewRef(card.Actions.Token, page).ToString();

    private static string? Short(string? note) =>
        string.IsNullOrEmpty(note)
            ? null
            : CardCut.Pieces(CardText.Line(note), NoteText, CardLimits.SlackLength)[0];
}
