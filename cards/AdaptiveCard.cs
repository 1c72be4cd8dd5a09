using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace ChatApprovals.Cards;

/// <summary>
/// Draws a <see cref="Card"/> as a Teams Adaptive Card 1.5 (the attachment's <c>content</c>). Text
/// from outside stands in TextRuns, which clients take literally. Pure: equal cards give equal
/// bytes.
/// </summary>
public static class AdaptiveCard
{
    private const int Essential = 14_000;
    private const int Words = 5_000;
    private const int WordsKept = 1_600;
    private const int NoteBytes = 500;
    private const int PageBytes = 14_000;
    private const int PageLines = 60;

    /// <summary>The refresh list yields to the card's own content.</summary>
    private const int RefreshBytes = 5_000;

    /// <summary>
    /// Room for containers and titles around the lines, and for the viewer's note.
    /// </summary>
    private const int Frame = 1_700;

    /// <summary>
    /// The card. With <paramref name="refreshFor"/> (user MRIs, the first 60 count) Teams asks for
    /// each of these people's own view by an invoke with verb <c>refresh</c>.
    /// </summary>
    public static Rendering Message(Card card, IReadOnlyList<string> refreshFor)
    {
        var root = Root(CardHead.Fallback(card));
        if (CardOffer.Any(card) && refreshFor.Count > 0)
        {
            root["refresh"] = Refresh(card, refreshFor);
        }

        var parts = CardLayout.OnCard(card);
        var room = RoomBeside(card, root);
        var fitted = Fitted.Of(parts, room, CardOffer.Where(card));
        var buttons = CardOffer.Buttons(card, fitted);
        var body = new AdaptiveBody();
        body.Header(card);
        body.Parts(fitted.Parts);
        body.Note(Short(card.Note));
        End(body, card, buttons);
        root["body"] = body.Json;
        return Rendering.Of(root, buttons.Contains(CardOffer.Approve), fitted.Fits);
    }

    /// <summary>
    /// One page (from 1) of the whole request; Approve is on the last page only. Each page's button
    /// data holds the hash of the page before (<c>seen</c>), so the last page's <c>DisplayHash</c>
    /// covers all of them.
    /// </summary>
    public static Rendering Review(Card card, int page)
    {
        var room = new Room(PageBytes, PageBytes, Words, AdaptiveText.Cost, AdaptiveText.Bytes);
        var pages = CardPages.Of(CardLayout.Whole(card), room, PageLines);
        var last = Math.Clamp(page, 1, pages.Length);
        var shown = Page(card, pages, 1, "");
        for (var n = 2; n <= last; n++)
        {
            shown = Page(card, pages, n, shown.DisplayHash);
        }

        return shown;
    }

    /// <summary>A plain answer as a card; the lines are literal.</summary>
    public static byte[] Note(string title, IReadOnlyList<string> lines)
    {
        var room = new Room(PageBytes, PageBytes, Words, AdaptiveText.Cost, AdaptiveText.Bytes);
        var body = new AdaptiveBody();
        body.Parts(NoteLines.Parts(title, lines, room));
        var root = Root("An answer from ChatApprovals");
        root["body"] = body.Json;
        return Rendering.Bytes(root);
    }

    /// <summary>A question or an answer as a card for a card's thread.</summary>
    public static byte[] Talk(CardTalk talk)
    {
        var room = new Room(PageBytes, PageBytes, Words, AdaptiveText.Cost, AdaptiveText.Bytes);
        var body = new AdaptiveBody();
        body.Parts(talk.Parts(room));
        var root = Root(talk.Summary);
        root["body"] = body.Json;
        return Rendering.Bytes(root);
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
        var body = new AdaptiveBody();
        body.Header(card);
        body.Note(CardOffer.Page(page, pages.Length));
        body.Parts(pages[page - 1]);
        body.Note(Short(card.Note));
        if (CardOffer.Any(card))
        {
            var actions = card.Actions with { Approve = approves };
            if (actions.Approve || actions.Reject || actions.Question)
            {
                body.Reason(actions);
            }

            body.Buttons([.. PageButtons(card, page, isLast, before)]);
        }

        var root = Root(CardHead.Fallback(card));
        root["body"] = body.Json;
        return Rendering.Of(root, approves, true);
    }

    private static IEnumerable<(CardButton, JsonObject)> PageButtons(
        Card card,
        int page,
        bool isLast,
        string before
    )
    {
        if (page > 1)
        {
            yield return (CardOffer.Back, Data(card, page - 1, before));
        }

        if (!isLast)
        {
            yield return (CardOffer.Next, Data(card, page + 1, before));
        }

        if (isLast && CardOffer.CanApprove(card))
        {
            yield return (CardOffer.Approve, Data(card, page, before));
        }

        if (CardOffer.CanReject(card))
        {
            yield return (CardOffer.Reject, Data(card, page, before));
        }

        if (CardOffer.CanAsk(card))
        {
            yield return (CardOffer.Question, Data(card, page, before));
        }
    }

    private static void End(AdaptiveBody body, Card card, ImmutableArray<CardButton> buttons)
    {
        if (buttons.Any(b => b.TakesText))
        {
            body.Reason(card.Actions);
        }

        body.Buttons([.. buttons.Select(b => (b, Data(card)))]);
    }

    /// <summary>What the frame and the largest set of buttons leave of the card's size.</summary>
    private static Room RoomBeside(Card card, JsonObject root)
    {
        var rest = new AdaptiveBody();
        rest.Header(card);
        var every = card.Actions with
        {
            Approve = true,
            Reject = true,
            Review = true,
            Question = true,
        };
        End(
            rest,
            card with
            {
                Actions = every,
            },
            [CardOffer.Approve, CardOffer.Reject, CardOffer.Review, CardOffer.Question]
        );
        var taken = Rendering.Bytes(root).Length + Rendering.Bytes(rest.Json).Length + Frame;
        var total = CardLimits.CardPayload - taken;
        return new Room(
            total,
            Math.Min(Essential, total - WordsKept),
            Words,
            AdaptiveText.Cost,
            AdaptiveText.Bytes
        );
    }

    private static JsonObject Refresh(Card card, IReadOnlyList<string> people)
    {
        var users = new JsonArray();
        var left = RefreshBytes;
        foreach (var person in people.Take(CardLimits.RefreshUsers))
        {
            left -= AdaptiveText.Bytes(person) + 3;
            if (left < 0)
            {
                break;
            }

            users.Add(person);
        }

        return new JsonObject
        {
            ["action"] = new JsonObject
            {
                ["type"] = "Action.Execute",
                ["title"] = "Refresh",
                ["verb"] = "refresh",
                ["data"] = Data(card),
            },
            ["userIds"] = users,
        };
    }

    private static JsonObject Data(Card card) => new() { ["id"] = card.Actions.Token };

    private static JsonObject Data(Card card, int page, string before) =>
        new()
        {
            ["id"] = card.Actions.Token,
            ["page"] = page,
            ["seen"] = before,
        };

    private static JsonObject Root(string fallback) =>
        new()
        {
            ["type"] = "AdaptiveCard",
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["version"] = "1.5",
            ["fallbackText"] = fallback,
        };

    private static string? Short(string? note) =>
        string.IsNullOrEmpty(note)
            ? null
            : CardCut.Pieces(CardText.Line(note), NoteBytes, AdaptiveText.Bytes)[0];
}
