using System.Globalization;
using System.Text;
using ChatApprovals.Cards;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Cards;

public sealed class CardTextTests
{
    [Fact]
    public void Every_code_point_is_shown_as_itself_or_as_its_number()
    {
        var wrong = new List<string>();
        for (var code = 0; code <= 0x10FFFF; code++)
        {
            var raw = code is >= 0xD800 and <= 0xDFFF
                ? ((char)code).ToString()
                : char.ConvertFromUtf32(code);
            var shown = CardText.Line($"a{raw}b");
            var expected =
                MayBeSeen(code) ? raw
                : code == '\t' ? "→"
                : CardText.Escape(code);
            if (!string.Equals(shown, $"a{expected}b", StringComparison.Ordinal))
            {
                wrong.Add($"U+{code:X4}: {shown}");
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void The_platforms_list_of_default_ignorables_is_escaped_whole()
    {
        var file = SharedData.Path("data/unicode/Default_Ignorable_Code_Point.txt");
        var ranges = File.ReadLines(file).Where(l => l.Contains(';', StringComparison.Ordinal));
        var count = 0;
        foreach (var range in ranges.Select(l => l.Split(';')[0].Trim().Split("..")))
        {
            for (var code = Hex(range[0]); code <= Hex(range[^1]); code++, count++)
            {
                Assert.Equal(CardText.Escape(code), CardText.Line(char.ConvertFromUtf32(code)));
            }
        }

        Assert.True(count > 4_000);
    }

    [Theory]
    [InlineData("a   b", "a   b")]
    [InlineData("a    b", "a[space ×4]b")]
    [InlineData("a\u00A0b", "a<U+00A0>b")]
    [InlineData("a\u3000\u3000\u3000\u3000\u3000b", "a[U+3000 ×5]b")]
    [InlineData("a \u2003 \u2003b", "a[space ×1][U+2003 ×1][space ×1][U+2003 ×1]b")]
    [InlineData("a\u2800\u2800b", "a<U+2800><U+2800>b")]
    [InlineData("a\tb", "a→b")]
    [InlineData("a\rb\n", "a<U+000D>b<U+000A>")]
    [InlineData("a\u2028b\u2029c\u0085d", "a<U+2028>b<U+2029>c<U+0085>d")]
    [InlineData("\u001b]8;;http://x\u0007", "<U+001B>]8;;http://x<U+0007>")]
    [InlineData("\ud83d\ude00", "\ud83d\ude00")]
    public void A_line_hides_nothing(string raw, string shown) =>
        Assert.Equal(shown, CardText.Line(raw));

    [Theory]
    [InlineData("a\n\nb", "a||b")]
    [InlineData("a\n\n\nb", "a|[2 blank lines]|b")]
    [InlineData("\n\n\n\n", "[5 blank lines]")]
    [InlineData("", "")]
    [InlineData("  x ", "··x·")]
    [InlineData("a\n   \n   \nb", "a|···|···|b")]
    public void Lines_keep_their_number_and_their_spaces(string raw, string shown) =>
        Assert.Equal(shown, string.Join('|', CardText.Lines(raw)));

    [Fact]
    public void Lone_surrogates_are_numbered_and_pairs_are_not()
    {
        Assert.Equal("<U+DE00><U+D83D>", CardText.Line("\ude00\ud83d"));
        Assert.Equal("\ud83d\ude00", CardText.Line("\ud83d\ude00"));
    }

    [Fact]
    public void A_mark_never_lands_on_the_bots_own_text()
    {
        Assert.Equal("<U+0338>x", CardText.Line("\u0338x"));
        Assert.Equal("a <U+0338>", CardText.Line("a \u0338"));
        Assert.Equal("<U+202E><U+0338>", CardText.Line("\u202E\u0338"));
    }

    [Fact]
    public void Four_marks_on_a_base_are_drawn_and_the_fifth_is_numbered()
    {
        Assert.Equal("e\u0301\u0302\u0303\u0304", CardText.Line("e\u0301\u0302\u0303\u0304"));
        Assert.Equal(
            "e\u0301\u0302\u0303\u0304<U+0305>",
            CardText.Line("e\u0301\u0302\u0303\u0304\u0305")
        );
    }

    [Fact]
    public void No_grapheme_grows_without_bound()
    {
        foreach (
            var unit in new[]
            {
                "\u0301",
                "\u1100",
                "\u1161",
                "\u0915\u094D",
                "\U0001F3FB",
                "\u0D4E",
                "\u102B",
            }
        )
        {
            var shown = CardText.Line("a" + string.Concat(Enumerable.Repeat(unit, 500)));
            Assert.All(Graphemes(shown), g => Assert.True(g.Length <= 40, $"{unit}: {g.Length}"));
        }
    }

    [Fact]
    public void Unicodes_own_grapheme_tests_come_out_bounded_and_whole()
    {
        foreach (var line in File.ReadLines(SharedData.Path("data/unicode/GraphemeBreakTest.txt")))
        {
            var codes = line.Split('#')[0]
                .Split(' ')
                .Where(t => t.Length >= 4)
                .Select(Hex)
                .ToArray();
            var raw = string.Concat(
                codes.Where(c => c is < 0xD800 or > 0xDFFF).Select(char.ConvertFromUtf32)
            );
            AssertSafe(CardText.Line(raw));
        }
    }

    [Fact]
    public void Trojan_source_reaches_no_screen()
    {
        var count = 0;
        foreach (var sample in File.ReadLines(SharedData.Path("data/trojan-source/samples.jsonl")))
        {
            using var json = System.Text.Json.JsonDocument.Parse(sample);
            foreach (var line in json.RootElement.GetProperty("lines").EnumerateArray())
            {
                var text =
                    line.ValueKind == System.Text.Json.JsonValueKind.String
                        ? line.GetString()!
                        : line.ToString();
                Assert.All(CardText.Lines(text), AssertSafe);
                count++;
            }
        }

        Assert.True(count > 50);
    }

    [Theory]
    [InlineData("prod-iam", null)]
    [InlineData("prod-i\u0430m", "(mixed scripts: U+0430)")]
    [InlineData("d\u00E9ployer", "(not ASCII: U+00E9)")]
    [InlineData("123\u2044456", "(not ASCII: U+2044)")]
    public void An_identifier_says_what_in_it_is_not_ascii(string id, string? note) =>
        Assert.Equal(note, CardScripts.NoteFor(id));

    [Fact]
    public void Letters_that_reorder_their_line_are_remarked_on()
    {
        foreach (var text in new[] { "rm \u05D0\u05D1 /tmp", "\u0627\u0644 1 2", "\U0001E922 x" })
        {
            Assert.NotNull(CardScripts.NoteForWords(text));
            var card = MakeCard.Bare with { Diff = Diff.FromLines([new(DiffKind.Added, text)]) };
            Assert.Contains(
                "right-to-left",
                MakeCard.Shown(BlockKit.Message(card)),
                StringComparison.Ordinal
            );
        }

        Assert.Null(CardScripts.NoteForWords("caf\u00E9 \u6F22\u5B57"));
    }

    [Fact]
    public void No_bidi_control_of_unicodes_own_tests_reaches_a_screen()
    {
        foreach (
            var line in File.ReadLines(
                SharedData.Path("data/unicode/BidiCharacterTest.sample4000.txt")
            )
        )
        {
            var codes = line.Split(';', '#')[0]
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(Hex);
            AssertSafe(CardText.Line(string.Concat(codes.Select(char.ConvertFromUtf32))));
        }
    }

    [Fact]
    public void Every_confusable_character_in_an_identifier_is_escaped_or_remarked_on()
    {
        var file = SharedData.Path("data/confusables/confusables/assets/confusables.txt");
        var sources = File.ReadLines(file)
            .Where(l => l.Contains(';', StringComparison.Ordinal) && l[0] is not '#')
            .Select(l => Hex(l.TrimStart('\uFEFF').Split(';')[0].Trim()))
            .Where(c => c > 0x7F)
            .ToArray();
        Assert.True(sources.Length > 5_000);
        Assert.All(
            sources,
            c =>
            {
                var id = $"prod{char.ConvertFromUtf32(c)}iam";
                Assert.True(
                    CardText.Line(id).Contains("U+", StringComparison.Ordinal)
                        || CardScripts.NoteFor(id) is not null
                );
            }
        );
    }

    /// <summary>
    /// Nothing invisible, nothing that reorders, no lone surrogate, no run of blanks.
    /// </summary>
    internal static void AssertSafe(string shown)
    {
        Assert.DoesNotContain("    ", shown, StringComparison.Ordinal);
        Assert.All(
            shown.EnumerateRunes(),
            r => Assert.True(r.Value == '\n' || MayBeSeen(r.Value) || r.Value == ' ')
        );
        Assert.DoesNotContain(
            '\uFFFD',
            Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(shown)).Except(shown)
        );
    }

    /// <summary>
    /// Written from the Unicode categories alone, apart from the code under test.
    /// </summary>
    private static bool MayBeSeen(int code)
    {
        var category = CharUnicodeInfo.GetUnicodeCategory(code);
        var hidden =
            category
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.Surrogate
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator;
        var blankByHabit =
            code
            is 0x34F
                or 0x115F
                or 0x1160
                or 0x17B4
                or 0x17B5
                or (>= 0x180B and <= 0x180F)
                or 0x2800
                or 0x3164
                or (>= 0xFE00 and <= 0xFE0F)
                or 0xFFA0
                or (>= 0xE0100 and <= 0xE01EF);
        return code == ' ' || (!hidden && !blankByHabit);
    }

    private static IEnumerable<string> Graphemes(string text)
    {
        var elements = StringInfo.GetTextElementEnumerator(text);
        while (elements.MoveNext())
        {
            yield return elements.GetTextElement();
        }
    }

    private static int Hex(string digits) =>
        int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
