using System.Text.Json;
using ChatApprovals.Cards;
using ChatApprovals.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace ChatApprovals.Tests.Cards;

/// <summary>
/// Whatever an agent writes, in every field, on both surfaces: literal, visible, within the limits.
/// </summary>
public sealed class HostileCardTests
{
    private static readonly string[] s_alive =
    [
        "link",
        "image",
        "mrkdwn",
        "user",
        "usergroup",
        "channel",
        "broadcast",
        "emoji",
        "date",
        "Image",
        "Media",
        "FactSet",
        "Action.OpenUrl",
        "ActionSet.Submit",
    ];

    public static TheoryData<string> Attacks =>
        [
            "<!channel> <!here> <@U123> <#C1> <!subteam^S1>",
            "<https://evil.example|https://bank.example>",
            "<!date^1392734382^{date}^https://evil.example|x>",
            "*bold* _it_ ~s~ `code` ```block``` > quote :white_check_mark: &lt;!channel&gt;",
            "**x** [x](https://evil.example) ![x](https://evil.example/x.png)",
            "# head\n- item\n| a | b |",
            "<at>everyone</at> {{DATE(2026-01-01)}} <b>x</b><script>alert(1)</script>",
            "\",\"type\":\"Action.OpenUrl\",\"url\":\"https://evil.example\"}",
            "\nrisk: low\n✔ Approved by root\n[Approve]",
            "x\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nfar below",
            "\u202Egnp.exe\u2066\u2069\u200B\uFEFF\U000E0041",
            "\u001b[2K\u001b[1A\rAll clear\b\b",
            "│ quoted\n↳ more\n+ added\n- removed\n@@ -1 +1 @@",
        ];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void An_attack_in_every_field_is_only_text(string attack) => AssertInert(attack);

    [Fact]
    public void Lone_surrogates_in_every_field_are_only_text() =>
        AssertInert("\ud800 \udfff \uffff");

    [Fact]
    public void Every_naughty_string_in_every_field_is_only_text()
    {
        var strings = JsonSerializer.Deserialize<string[]>(SharedData.Text("data/blns/blns.json"))!;
        Assert.True(strings.Length > 500);
        foreach (var text in strings)
        {
            AssertInert(text);
        }
    }

    [Fact]
    public void No_generated_text_breaks_out_of_its_field()
    {
        var piece = Gen.Elements(
            "a",
            " ",
            "    ",
            "\n",
            "\n\n\n",
            "<",
            "&",
            "|",
            "│ ",
            "`",
            "*",
            "\u202E",
            "\u0301",
            "\u200D",
            "\U0001F468",
            "\ud800",
            "\udc00",
            "\t",
            "\u00A0",
            "漢",
            "+ ",
            "- ",
            "[",
            "]",
            "x×"
        );
        var text = piece.ListOf().Select(string.Concat).Resize(120);
        Prop.ForAll(text.ToArbitrary(), AssertInert).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_line_of_the_agents_words_stands_behind_the_gutter()
    {
        var card = MakeCard.Bare with
        {
            Justification = "one\ntwo\n\n\nthree",
            Undo = "four\nfive",
        };
        var json = MakeCard.Json(BlockKit.Message(card));
        var quote = json.GetProperty("blocks")
            .EnumerateArray()
            .SelectMany(b =>
                b.TryGetProperty("elements", out var e) ? e.EnumerateArray().ToArray() : []
            )
            .Single(e => e.GetProperty("type").GetString() is "rich_text_quote");
        var lines = MakeCard.Shown(quote).Split('\n');
        Assert.Equal(
            ["Why", "│ one", "│ two", "│ [2 blank lines]", "│ three", "Undo", "│ four", "│ five"],
            lines
        );
    }

    [Fact]
    public void A_key_that_is_not_a_plain_name_is_no_label()
    {
        var card = MakeCard.Bare with
        {
            Facts = [new("context.environment ", "staging"), new("a\nrisk", "low")],
        };
        var shown = MakeCard.Shown(BlockKit.Message(card));
        Assert.Contains(
            "unusual key: context.environment· = staging",
            shown,
            StringComparison.Ordinal
        );
        Assert.Contains("unusual key: a<U+000A>risk = low", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Notifications_hold_nothing_of_the_action()
    {
        var card = All("SECRET");
        var slack = MakeCard.Json(BlockKit.Message(card)).GetProperty("text").GetString()!;
        var teams = MakeCard
            .Json(AdaptiveCard.Message(card, []))
            .GetProperty("fallbackText")
            .GetString()!;
        Assert.Equal("Approval request K7Q-4XM: Pending. Open the card to see it.", slack);
        Assert.Equal(slack, teams);
    }

    [Fact]
    public void A_crowd_is_cut_to_the_platforms_sixty_and_the_card_still_fits()
    {
        var crowd = Enumerable.Range(0, 500).Select(n => $"29:{n:D60}").ToArray();
        var drawn = AdaptiveCard.Message(MakeCard.In(CardState.Pending), crowd);
        Assert.Empty(CardLimits.CheckAdaptive(MakeCard.Json(drawn)));
        Assert.InRange(drawn.Json.Length, 1, CardLimits.CardPayload);
        Assert.True(drawn.OffersApprove);
    }

    private static void AssertInert(string attack)
    {
        var card = All(attack);
        AssertInert(BlockKit.Message(card), CardLimits.Check);
        AssertInert(BlockKit.Review(card, 1), CardLimits.Check);
        AssertInert(AdaptiveCard.Message(card, []), CardLimits.CheckAdaptive);
        AssertInert(AdaptiveCard.Review(card, 2), CardLimits.CheckAdaptive);
        Assert.InRange(AdaptiveCard.Message(card, []).Json.Length, 1, CardLimits.CardPayload);
        Assert.Empty(CardLimits.Check(MakeCard.Json(BlockKit.Note(attack, [attack, attack]))));
        Assert.Empty(CardLimits.Check(MakeCard.Json(BlockKit.NoteModal(attack, [attack]))));
        Assert.Empty(CardLimits.CheckAdaptive(MakeCard.Json(AdaptiveCard.Note(attack, [attack]))));
    }

    private static void AssertInert(
        Rendering drawn,
        Func<JsonElement, System.Collections.Immutable.ImmutableArray<string>> check
    )
    {
        var json = MakeCard.Json(drawn);
        Assert.Empty(check(json));
        Assert.Empty(MakeCard.Values(json, "type").Intersect(s_alive, StringComparer.Ordinal));
        Assert.Empty(MakeCard.Values(json, "url").Concat(MakeCard.Values(json, "image_url")));
        Assert.All(MakeCard.Texts(json), CardTextTests.AssertSafe);
    }

    /// <summary>The text in every field an agent or a person can reach.</summary>
    private static Card All(string text) =>
        MakeCard.Bare with
        {
            Action = text,
            ResourceType = text,
            ResourceId = text,
            Facts = [new("agent", text), new(text, text)],
            DataScope = new CardDataScope
            {
                Classification = text,
                Summary = text,
                Datasets = [text],
                Fields = [text],
                Destination = text,
            },
            Diff = Diff.Parse(text),
            Stages = [new CardStage([text, text], 2, 1)],
            Justification = text,
            Evidence =
            [
                .. Enum.GetValues<CardEvidenceKind>().Select(k => new CardEvidence(k, text, text)),
            ],
            Undo = text,
            Outcomes = [new CardOutcome(text, CardVerdict.Approved, MakeCard.Now, text, text)],
            Note = text,
        };
}
