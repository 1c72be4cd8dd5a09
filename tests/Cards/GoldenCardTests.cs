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
        var approve = BlockKit.ReasonModal("approve", MakeCard.Token, "K7Q-4XM", required: true);
        Golden.MatchesJson("Cards/golden/slack-view-approve.json", approve);
        var ask = BlockKit.QuestionModal(MakeCard.Token, "K7Q-4XM");
        Golden.MatchesJson("Cards/golden/slack-view-question.json", ask);
        string[] refused = ["You own the agent deploy-bot, so somebody else must decide."];
        var refusal = BlockKit.NoteModal("Nothing was decided", refused);
        Golden.MatchesJson("Cards/golden/slack-view-refused.json", refusal);
        string[] lines = ["You cannot decide this: you are the initiator.", "  two: spaces"];
        Golden.MatchesJson("Cards/golden/slack-note.json", BlockKit.Note("No", lines));
        Golden.MatchesJson("Cards/golden/slack-view-note.json", BlockKit.NoteModal("No", lines));
        Golden.MatchesJson("Cards/golden/teams-note.json", AdaptiveCard.Note("No", lines));
    }

    [Fact]
    public void A_card_with_questions_and_the_talk_beneath_it_are_drawn_as_before()
    {
        var card = MakeCard.In(CardState.Pending) with { Questions = MakeCard.Questions };
        Golden.MatchesJson("Cards/golden/slack-asked.json", BlockKit.Message(card).Json);
        Golden.MatchesJson("Cards/golden/teams-asked.json", AdaptiveCard.Message(card, []).Json);
        var question = new CardTalk("Sam Roe", "teams", "Which of the two deployers is it?");
        Golden.MatchesJson("Cards/golden/slack-talk-question.json", BlockKit.Talk(question));
        Golden.MatchesJson("Cards/golden/teams-talk-question.json", AdaptiveCard.Talk(question));
        var answer = new CardTalk("deploy-bot", null, "The one of build 4812.\nNot the old one.");
        Golden.MatchesJson("Cards/golden/slack-talk-answer.json", BlockKit.Talk(answer));
        Golden.MatchesJson("Cards/golden/teams-talk-answer.json", AdaptiveCard.Talk(answer));
    }

    [Fact]
    public void The_forms_of_a_policy_are_drawn_as_before()
    {
        const string Yaml =
            "match:\n  action: [iam.*]\nstages:\n  - {approvers: [sre], count: 2}\n";
        var modal = PolicyForm.SlackModal("prod-iam", Yaml)!;
        Golden.MatchesJson("Cards/golden/slack-view-policy.json", modal);
        string[] lines = ["Press Edit, change the text, press Save."];
        var offer = PolicyForm.SlackOffer("Policy prod-iam", lines, "prod-iam");
        Golden.MatchesJson("Cards/golden/slack-policy-offer.json", offer);
        var card = PolicyForm.TeamsCard(
            "Policy prod-iam",
            ["Change it, then press Save."],
            "prod-iam",
            Yaml
        );
        Golden.MatchesJson("Cards/golden/teams-policy.json", card);
    }

    [Theory]
    [InlineData("ask-only", false, ReasonRule.Optional)]
    [InlineData("reason-required", true, ReasonRule.Required)]
    public void Teams_draws_the_input_that_each_viewer_needs_as_before(
        string name,
        bool decides,
        ReasonRule rule
    )
    {
        var card = MakeCard.In(CardState.Pending) with
        {
            Note = decides ? null : "You own the agent deploy-bot, so somebody else must decide.",
            Actions = new CardActions(MakeCard.Token, decides, decides, false, true)
            {
                ApproveReason = rule,
                RejectReason = rule,
            },
        };
        Golden.MatchesJson($"Cards/golden/teams-{name}.json", AdaptiveCard.Message(card, []).Json);
    }

    private static string LongDiff =>
        "--- a/x\n+++ b/x\n@@ -0,0 +1,90 @@\n"
        + string.Concat(Enumerable.Range(1, 90).Select(n => $"+line {n}\n"));

    private static string Name(CardState state) => state.ToString().ToLowerInvariant();
}
