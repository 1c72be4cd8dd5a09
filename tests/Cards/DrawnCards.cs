using System.Text.Json;
using ChatApprovals.Cards;

namespace ChatApprovals.Tests.Cards;

/// <summary>Everything with buttons that people are shown, as it is drawn.</summary>
internal static class DrawnCards
{
    /// <summary>Every state, a request that fits on a card and one that needs a review.</summary>
    public static IEnumerable<Card> All() =>
        from state in Enum.GetValues<CardState>()
        let card = MakeCard.In(state)
        from diff in new[] { card.Diff, Diff.Parse(LongDiff) }
        select card with
        {
            Diff = diff,
            Actions = card.Actions with { Review = card.Actions.Any },
        };

    /// <summary>Slack's modals that ask for something.</summary>
    public static IEnumerable<byte[]> SlackModals() =>
        [
            BlockKit.ReasonModal("approve", MakeCard.Token, "K7Q-4XM", required: true),
            BlockKit.ReasonModal("reject", MakeCard.Token, "K7Q-4XM", required: false),
            BlockKit.QuestionModal(MakeCard.Token, "K7Q-4XM"),
            PolicyForm.SlackModal("p", "effect: deny")!,
        ];

    /// <summary>First, second and last page of a review.</summary>
    public static IEnumerable<byte[]> SlackReviews(Card card) =>
        new[] { 1, 2, int.MaxValue }.Select(page => BlockKit.Review(card, page).Json);

    public static IEnumerable<byte[]> TeamsViews(Card card) =>
        new[] { 1, 2, int.MaxValue }
            .Select(page => AdaptiveCard.Review(card, page).Json)
            .Prepend(AdaptiveCard.Message(card, ["29:someone"]).Json);

    /// <summary>The objects of a type, wherever they stand.</summary>
    public static IEnumerable<JsonElement> OfType(JsonElement json, string type) =>
        json.ValueKind switch
        {
            JsonValueKind.Array => json.EnumerateArray().SelectMany(e => OfType(e, type)),
            JsonValueKind.Object => json.EnumerateObject()
                .SelectMany(m => OfType(m.Value, type))
                .Concat(
                    json.TryGetProperty("type", out var own) && own.ValueEquals(type) ? [json] : []
                ),
            _ => [],
        };

    private static string LongDiff =>
        "--- a/x\n+++ b/x\n@@ -0,0 +1,90 @@\n"
        + string.Concat(Enumerable.Range(1, 90).Select(n => $"+line {n}\n"));
}
