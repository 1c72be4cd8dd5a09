using ChatApprovals.Cards;

namespace ChatApprovals.Tests.Cards;

/// <summary>What was asked and answered, on the card, in the review and beneath the card.</summary>
public sealed class TalkTests
{
    private const string Hostile =
        "✅ Approved by <@U1> @channel *bold* [go](https://evil.example)\n\u202Egnissim\u202C <!here>";

    [Fact]
    public void The_last_questions_are_on_the_card_and_say_who_asked_and_what_was_answered()
    {
        var card = With(Question(1, answer: null), Question(2, "answer 2"));
        foreach (var shown in Drawn(card))
        {
            Assert.Contains("Bob Ortiz asked in Slack, 03:00 UTC", shown);
            Assert.Contains("│ question 1", shown);
            Assert.Contains("No answer yet", shown);
            Assert.Contains("The agent answered, 03:01 UTC", shown);
            Assert.Contains("│ answer 2", shown);
        }
    }

    [Fact]
    public void Older_and_longer_ones_are_in_the_review_whole()
    {
        var long1 = Question(4, string.Concat(Enumerable.Range(1, 9).Select(n => $"line {n}\n")));
        var card = With(Question(1, "a"), Question(2, "b"), Question(3, "c"), long1);
        Assert.All(Drawn(card), Shortened);
        Assert.Contains("line 9", Slack(BlockKit.Review(card, int.MaxValue).Json));
        Assert.Contains("question 1", Slack(BlockKit.Review(card, 1).Json));
        Assert.Contains("question 1", Slack(AdaptiveCard.Review(card, 1).Json));
        Assert.Contains(
            "review",
            MakeCard.Values(MakeCard.Json(BlockKit.Message(card)), "action_id"),
            StringComparer.Ordinal
        );
        Assert.Contains("review", MakeCard.Values(Teams(card), "verb"), StringComparer.Ordinal);

        static void Shortened(string shown)
        {
            Assert.Contains("2 earlier questions", shown);
            Assert.DoesNotContain("question 1", shown);
            Assert.Contains("line 4", shown);
            Assert.DoesNotContain("line 5", shown);
        }
    }

    [Fact]
    public void A_line_without_end_does_not_push_the_rest_off_the_card()
    {
        var flood = new string('x', 4_000);
        var card = With([.. Enumerable.Range(1, 20).Select(n => Question(n, flood))]);
        foreach (var shown in Drawn(card))
        {
            Assert.Contains("17 earlier questions", shown);
            Assert.Contains("Deploy 4812 needs to attach the role once.", shown);
        }
    }

    [Fact]
    public void Hostile_words_stay_words()
    {
        var card = With(
            new CardQuestion(Hostile, "teams", MakeCard.Now, Hostile, new(Hostile, MakeCard.Now))
        );
        byte[][] slack =
        [
            BlockKit.Message(card).Json,
            BlockKit.Review(card, 1).Json,
            BlockKit.Talk(new CardTalk(Hostile, "slack", Hostile)),
            BlockKit.Talk(new CardTalk(Hostile, null, Hostile)),
        ];
        foreach (var json in slack.Select(MakeCard.Json))
        {
            Assert.Empty(CardLimits.Check(json));
            Assert.DoesNotContain("\u202E", MakeCard.Shown(json));
            Assert.Contains("<U+202E>", MakeCard.Shown(json));
            Assert.DoesNotContain("mrkdwn", MakeCard.Values(json, "type"), StringComparer.Ordinal);
            Assert.DoesNotContain("link", MakeCard.Values(json, "type"), StringComparer.Ordinal);
            Assert.DoesNotContain("user", MakeCard.Values(json, "type"), StringComparer.Ordinal);
        }

        byte[][] teams =
        [
            AdaptiveCard.Message(card, []).Json,
            AdaptiveCard.Talk(new CardTalk(Hostile, "slack", Hostile)),
            AdaptiveCard.Talk(new CardTalk(Hostile, null, Hostile)),
        ];
        foreach (var json in teams.Select(MakeCard.Json))
        {
            Assert.Empty(CardLimits.CheckAdaptive(json));
            Assert.Contains("<U+202E>", MakeCard.Shown(json));
        }
    }

    [Fact]
    public void What_is_said_beneath_the_card_stands_behind_the_gutter_and_has_an_end()
    {
        var talk = new CardTalk("Bob", "teams", "one\ntwo");
        Assert.Contains("Bob asks the agent in Teams\n│ one\n│ two", Slack(BlockKit.Talk(talk)));
        var answer = Slack(
            BlockKit.Talk(new CardTalk("deploy-bot", null, new string('x', 20_000)))
        );
        Assert.Contains("The agent deploy-bot answers; its words, not verified", answer);
        Assert.Contains("more characters in the card's Review", answer);
    }

    [Fact]
    public void Notifications_say_nothing_of_what_was_asked()
    {
        var talk = MakeCard.Json(BlockKit.Talk(new CardTalk("Bob", "slack", "the secret plan")));
        Assert.Equal("A question to the agent", talk.GetProperty("text").GetString());
        var answer = MakeCard.Json(AdaptiveCard.Talk(new CardTalk("a", null, "the secret plan")));
        Assert.Equal(
            "The agent answered a question",
            answer.GetProperty("fallbackText").GetString()
        );
    }

    [Fact]
    public void The_form_takes_a_question_of_the_length_the_rules_take()
    {
        var form = MakeCard.Json(BlockKit.QuestionModal(MakeCard.Token, "K7Q-4XM"));
        Assert.Empty(CardLimits.Check(form));
        Assert.Contains("\"max_length\":1000", form.GetRawText());
        Assert.Equal(1_000, ChatApprovals.Approvals.Asking.TextMax);
        Assert.Equal("question", form.GetProperty("callback_id").GetString());
        Assert.Equal(MakeCard.Token, form.GetProperty("private_metadata").GetString());
    }

    [Fact]
    public void Whoever_may_only_ask_is_offered_only_that()
    {
        var card = MakeCard.Bare with
        {
            Actions = new CardActions(MakeCard.Token, false, false, false, true),
        };
        var json = MakeCard.Json(BlockKit.Message(card));
        Assert.Equal(["question"], MakeCard.Values(json, "action_id"), StringComparer.Ordinal);
        Assert.Equal(
            "question",
            Assert.Single(MakeCard.Values(Teams(card), "verb").Distinct(StringComparer.Ordinal))
        );
        Assert.Contains("Your question to the agent", Teams(card).GetRawText());
    }

    private static Card With(params CardQuestion[] questions) =>
        MakeCard.In(CardState.Pending) with
        {
            Questions = [.. questions],
        };

    private static CardQuestion Question(int n, string? answer) =>
        new(
            "Bob Ortiz",
            "slack",
            MakeCard.Now,
            $"question {n}",
            answer is null ? null : new CardAnswer(answer, MakeCard.Now.AddMinutes(1))
        );

    private static string[] Drawn(Card card) =>
        [Slack(BlockKit.Message(card).Json), MakeCard.Shown(Teams(card))];

    private static string Slack(byte[] json) => MakeCard.Shown(MakeCard.Json(json));

    private static System.Text.Json.JsonElement Teams(Card card) =>
        MakeCard.Json(AdaptiveCard.Message(card, []));
}
