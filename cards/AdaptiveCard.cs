using System.Text.Json.Nodes;

namespace ChatApprovals.Cards;

/// <summary>
/// Draws a <see cref="Card"/> as a Teams Adaptive Card 1.5 (the attachment's <c>content</c>). Pure: equal cards give equal bytes.
/// </summary>
public static class AdaptiveCard
{
    /// <summary>
    /// The card. With <paramref name="refreshFor"/> (user MRIs, the first 60 count) Teams asks for each of these
    /// people's own view by an invoke with verb <c>refresh</c>.
    /// </summary>
    public static Rendering Message(Card card, IReadOnlyList<string> refreshFor) =>
        Rendering.Of(new JsonObject(), false, false);

    /// <summary>One page (from 1) of the whole request; Approve is on the last page only.</summary>
    public static Rendering Review(Card card, int page) =>
        Rendering.Of(new JsonObject(), false, false);

    /// <summary>A plain answer as a card; the lines are literal.</summary>
    public static byte[] Note(string title, IReadOnlyList<string> lines) => [];
}
