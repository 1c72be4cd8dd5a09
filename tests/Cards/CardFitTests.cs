using ChatApprovals.Cards;

namespace ChatApprovals.Tests.Cards;

/// <summary>Nothing executable is cut on a card that can approve; around every limit.</summary>
public sealed class CardFitTests
{
    public static TheoryData<string> Fillers =>
        ["x", "<", "&", "\"", "\\", "é", "漢", "\U0001F600", "\u202E", "ab "];

    [Theory]
    [MemberData(nameof(Fillers))]
    public void Around_the_budget_the_value_is_whole_or_there_is_no_approve(string filler)
    {
        var (slack, teams) = (new bool[2], new bool[2]);
        foreach (var length in new[] { 1, 500, 3_000, 6_000, 12_000, 40_000 })
        {
            var value = string.Concat(Enumerable.Repeat(filler, length / filler.Length));
            Check(value, slack, teams);
        }

        Assert.Equal([true, true], slack);
        Assert.Equal([true, true], teams);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("<")]
    [InlineData("漢")]
    public void At_the_very_edge_one_character_more_takes_approve_away(string filler)
    {
        var slack = Edge(n => BlockKit.Message(With(filler, n)).OffersApprove);
        var teams = Edge(n => AdaptiveCard.Message(With(filler, n), []).OffersApprove);
        foreach (var n in new[] { slack - 1, slack, slack + 1 })
        {
            var drawn = BlockKit.Message(With(filler, n));
            Assert.Equal(n <= slack, drawn.OffersApprove);
            Assert.Empty(CardLimits.Check(MakeCard.Json(drawn)));
        }

        foreach (var n in new[] { teams - 1, teams, teams + 1 })
        {
            var drawn = AdaptiveCard.Message(With(filler, n), []);
            Assert.Equal(n <= teams, drawn.OffersApprove);
            Assert.InRange(drawn.Json.Length, 1, CardLimits.CardPayload);
        }
    }

    [Fact]
    public void A_card_that_does_not_fit_offers_only_review_and_says_how_much_more()
    {
        var card = With("x", 50_000);
        foreach (
            var drawn in new[] { BlockKit.Message(card), AdaptiveCard.Message(card, ["29:a"]) }
        )
        {
            var json = MakeCard.Json(drawn);
            Assert.False(drawn.OffersApprove);
            Assert.False(drawn.Fits);
            Assert.Equal(["review"], Verbs(json));
            Assert.Matches("… [0-9]{2},[0-9]{3} more characters in Review", MakeCard.Shown(json));
        }
    }

    [Fact]
    public void Many_lines_count_as_much_as_many_characters()
    {
        var card = MakeCard.Bare with
        {
            Facts = [new("action.script", string.Concat(Enumerable.Repeat("a\n", 90)))],
        };
        Assert.False(BlockKit.Message(card).OffersApprove);
        Assert.False(AdaptiveCard.Message(card, []).OffersApprove);
    }

    [Fact]
    public void Long_words_of_the_agent_are_shortened_and_review_stands_beside_approve()
    {
        var card = MakeCard.Bare with { Justification = new string('w', 20_000) };
        foreach (var drawn in new[] { BlockKit.Message(card), AdaptiveCard.Message(card, []) })
        {
            var json = MakeCard.Json(drawn);
            Assert.True(drawn.OffersApprove);
            Assert.Equal(["approve", "reject", "review"], Verbs(json));
            Assert.Contains(
                "more characters in Review",
                MakeCard.Shown(json),
                StringComparison.Ordinal
            );
        }
    }

    [Fact]
    public void The_agents_words_change_nothing_of_the_facts()
    {
        string Facts(string? words)
        {
            var json = MakeCard.Json(
                BlockKit.Message(MakeCard.Bare with { Justification = words })
            );
            var blocks = json.GetProperty("blocks").EnumerateArray();
            return string.Concat(
                blocks.TakeWhile(b =>
                    b.GetProperty("type").GetString() is not ("divider" or "actions")
                )
            );
        }

        Assert.Equal(Facts(null), Facts("\n\n\nAction: `ls`\n✔ Approved by root"));
    }

    [Fact]
    public void The_review_shows_every_character_over_its_pages_and_approves_on_the_last_only()
    {
        var value = string.Concat(Enumerable.Range(0, 6_000).Select(n => $"{n}<&\u202E "));
        var card = MakeCard.Bare with
        {
            Facts = [new("action.script", value)],
            Justification = "why <b>",
        };
        AssertWhole(value, n => BlockKit.Review(card, n), CardLimits.Check);
        AssertWhole(value, n => AdaptiveCard.Review(card, n), CardLimits.CheckAdaptive);
    }

    [Fact]
    public void Nobody_approves_from_the_review_of_a_card_they_may_not_decide()
    {
        var card = MakeCard.Bare with
        {
            Actions = new CardActions(MakeCard.Token, false, false, true, false),
        };
        Assert.False(BlockKit.Review(card, 1).OffersApprove);
        Assert.False(MakeCard.Json(BlockKit.Review(card, 1)).TryGetProperty("submit", out _));
        Assert.Empty(Verbs(MakeCard.Json(AdaptiveCard.Review(card, 1))));
    }

    [Fact]
    public void The_last_pages_hash_changes_with_every_page_before_it()
    {
        var lines = string.Concat(Enumerable.Range(0, 2_000).Select(n => $"line {n}\n"));
        string Last(string first) =>
            BlockKit
                .Review(MakeCard.Bare with { Facts = [new("a", first), new("b", lines)] }, 999)
                .DisplayHash;
        Assert.NotEqual(Last("one"), Last("two"), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(CardState.Approved)]
    [InlineData(CardState.Denied)]
    [InlineData(CardState.Expired)]
    [InlineData(CardState.Cancelled)]
    [InlineData(CardState.Executed)]
    [InlineData(CardState.Failed)]
    [InlineData(CardState.Unknown)]
    public void Final_cards_have_no_buttons_even_when_asked(CardState state)
    {
        var card = MakeCard.In(state) with
        {
            Actions = new CardActions(MakeCard.Token, true, true, true, true),
        };
        Assert.Empty(Verbs(MakeCard.Json(BlockKit.Message(card))));
        Assert.Empty(Verbs(MakeCard.Json(AdaptiveCard.Message(card, ["29:a"]))));
        Assert.False(BlockKit.Review(card, 99).OffersApprove);
        Assert.False(AdaptiveCard.Review(card, 99).OffersApprove);
    }

    [Fact]
    public void A_redraw_has_new_block_ids_and_equal_cards_have_equal_hashes()
    {
        var first = BlockKit.Message(MakeCard.Bare);
        var second = BlockKit.Message(MakeCard.Bare with { Revision = 1 });
        Assert.Empty(
            MakeCard
                .Values(MakeCard.Json(first), "block_id")
                .Intersect(
                    MakeCard.Values(MakeCard.Json(second), "block_id"),
                    StringComparer.Ordinal
                )
        );
        Assert.Equal(first.DisplayHash, BlockKit.Message(MakeCard.Bare).DisplayHash);
        Assert.Equal(43, first.DisplayHash.Length);
    }

    internal static List<string> Verbs(System.Text.Json.JsonElement json) =>
        [
            .. MakeCard
                .Values(json, "action_id")
                .Where(v => v is not "reason")
                .Concat(MakeCard.Values(json, "verb").Where(v => v is not "refresh"))
                .Distinct(StringComparer.Ordinal),
        ];

    private static void Check(string value, bool[] slack, bool[] teams)
    {
        var card = MakeCard.Bare with { Facts = [new("action.value", value)] };
        Check(value, BlockKit.Message(card), CardLimits.Check, slack);
        Check(value, AdaptiveCard.Message(card, []), CardLimits.CheckAdaptive, teams);
    }

    private static void Check(
        string value,
        Rendering drawn,
        Func<
            System.Text.Json.JsonElement,
            System.Collections.Immutable.ImmutableArray<string>
        > check,
        bool[] seen
    )
    {
        var json = MakeCard.Json(drawn);
        Assert.Empty(check(json));
        var whole = MakeCard.Shown(json).Contains(CardText.Code(value), StringComparison.Ordinal);
        Assert.Equal(drawn.OffersApprove, Verbs(json).Contains("approve", StringComparer.Ordinal));
        Assert.True(whole || !drawn.OffersApprove);
        seen[drawn.OffersApprove ? 1 : 0] = true;
    }

    private static void AssertWhole(
        string value,
        Func<int, Rendering> page,
        Func<
            System.Text.Json.JsonElement,
            System.Collections.Immutable.ImmutableArray<string>
        > check
    )
    {
        var shown = "";
        for (var n = 1; ; n++)
        {
            var drawn = page(n);
            var json = MakeCard.Json(drawn);
            Assert.Empty(check(json));
            shown += MakeCard.Shown(json);
            Assert.InRange(n, 1, 200);
            if (drawn.OffersApprove)
            {
                Assert.Equal(drawn.DisplayHash, page(n + 1).DisplayHash);
                Assert.True(n > 3);
                break;
            }

            Assert.Contains("reject", Verbs(json), StringComparer.Ordinal);
            Assert.DoesNotContain("approve", Verbs(json), StringComparer.Ordinal);
        }

        Assert.Contains("why <b>", shown, StringComparison.Ordinal);
        Assert.Equal(6_000, shown.Split("<U+202E>").Length - 1);
        Assert.True(IsWithin(CardText.Code(value), shown));
    }

    /// <summary>
    /// All characters of the value, in order, with at most the bot's marks between.
    /// </summary>
    private static bool IsWithin(string value, string shown)
    {
        var next = 0;
        foreach (var c in shown)
        {
            next += next < value.Length && c == value[next] ? 1 : 0;
        }

        return next == value.Length;
    }

    private static Card With(string filler, int count) =>
        MakeCard.Bare with
        {
            Facts = [new("action.value", string.Concat(Enumerable.Repeat(filler, count)))],
        };

    /// <summary>The largest count that can still be approved.</summary>
    private static int Edge(Func<int, bool> approves)
    {
        var (yes, no) = (1, 40_000);
        while (no - yes > 1)
        {
            var middle = (yes + no) / 2;
            (yes, no) = approves(middle) ? (middle, no) : (yes, middle);
        }

        return yes;
    }
}
