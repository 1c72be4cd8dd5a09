using ChatApprovals.Cards;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Cards;

public sealed class GoldenCardTests
{
    public static TheoryData<CardState> States => [.. Enum.GetValues<CardState>()];

    [Theory]
    [MemberData(nameof(States))]
    public void Slack_draws_every_state_as_before(CardState state)
    {
        var drawn = BlockKit.Message(MakeCard.In(state));
        Assert.Empty(CardLimits.Check(MakeCard.Json(drawn)));
        Golden.MatchesJson($"Cards/golden/slack-{Name(state)}.json", drawn.Json);
    }

    [Theory]
    [MemberData(nameof(States))]
    public void Teams_draws_every_state_as_before(CardState state)
    {
        var drawn = AdaptiveCard.Message(MakeCard.In(state), ["29:alex", "29:sam"]);
        Assert.Empty(CardLimits.CheckAdaptive(MakeCard.Json(drawn)));
        Golden.MatchesJson($"Cards/golden/teams-{Name(state)}.json", drawn.Json);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_card_that_does_not_fit_and_its_review_are_drawn_as_before(int page)
    {
        var card = MakeCard.In(CardState.Pending) with { Diff = Diff.Parse(LongDiff) };
        Golden.MatchesJson("Cards/golden/slack-long.json", BlockKit.Message(card).Json);
        Golden.MatchesJson("Cards/golden/teams-long.json", AdaptiveCard.Message(card, []).Json);
        Golden.MatchesJson(
            $"Cards/golden/slack-view-page{page}.json",
            BlockKit.Review(card, page).Json
        );
        Golden.MatchesJson(
            $"Cards/golden/teams-page{page}.json",
            AdaptiveCard.Review(card, page).Json
        );
    }

    [Fact]
    public void Modals_and_notes_are_drawn_as_before()
    {
        var reject = BlockKit.ReasonModal("reject", MakeCard.Token, "K7Q-4XM", required: true);
        Golden.MatchesJson("Cards/golden/slack-view-reject.json", reject);
        string[] lines = ["You cannot decide this: you are the initiator.", "  two: spaces"];
        Golden.MatchesJson("Cards/golden/slack-note.json", BlockKit.Note("No", lines));
        Golden.MatchesJson("Cards/golden/slack-view-note.json", BlockKit.NoteModal("No", lines));
        Golden.MatchesJson("Cards/golden/teams-note.json", AdaptiveCard.Note("No", lines));
    }

    private static string LongDiff =>
        "--- a/x\n+++ b/x\n@@ -0,0 +1,90 @@\n"
        + string.Concat(Enumerable.Range(1, 90).Select(n => $"+line {n}\n"));

    private static string Name(CardState state) => state.ToString().ToLowerInvariant();
}
