using System.Collections.Immutable;
using System.Globalization;

namespace ChatApprovals.Cards;

/// <summary>
/// A button: the platform's action id or verb, and a label short enough for a phone.
/// </summary>
internal sealed record CardButton(string Verb, string Label)
{
    /// <summary>A reason or a question may go with it.</summary>
    public bool TakesText => Verb is "approve" or "reject" or "question";
}

/// <summary>
/// Which buttons a card gets. An action that does not fit can be neither approved nor rejected from
/// it: only Review.
/// </summary>
internal static class CardOffer
{
    public static readonly CardButton Approve = new("approve", "Approve");
    public static readonly CardButton Reject = new("reject", "Reject");
    public static readonly CardButton Review = new("review", "Review");
    public static readonly CardButton Question = new("question", "Ask the agent");
    public static readonly CardButton Next = new("review", "Next");
    public static readonly CardButton Back = new("review", "Back");

    public static bool Any(Card card) => CardHead.IsOpen(card) && card.Actions.Any;

    public static bool CanApprove(Card card) => Any(card) && card.Actions.Approve;

    public static bool CanReject(Card card) => Any(card) && card.Actions.Reject;

    public static bool CanAsk(Card card) => Any(card) && card.Actions.Question;

    public static ImmutableArray<CardButton> Buttons(Card card, Fitted fitted)
    {
        if (!Any(card))
        {
            return [];
        }

        if (!fitted.Fits)
        {
            return [Review];
        }

        var buttons = ImmutableArray.CreateBuilder<CardButton>();
        Add(buttons, Approve, card.Actions.Approve);
        Add(buttons, Reject, card.Actions.Reject);
        Add(buttons, Review, card.Actions.Review || !fitted.WordsWhole);
        Add(buttons, Question, card.Actions.Question);
        return buttons.ToImmutable();
    }

    /// <summary>Where the reader finds what the card leaves out.</summary>
    public static string Where(Card card) => Any(card) ? "in Review" : "not shown here";

    public static string Page(int page, int pages) =>
        string.Create(CultureInfo.InvariantCulture, $"Page {page} of {pages}");

    private static void Add(
        ImmutableArray<CardButton>.Builder list,
        CardButton button,
        bool offered
    )
    {
        if (offered)
        {
            list.Add(button);
        }
    }
}
