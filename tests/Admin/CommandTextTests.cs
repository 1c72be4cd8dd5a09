using System.Collections.Immutable;
using ChatApprovals.Admin;
using ChatApprovals.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace ChatApprovals.Tests.Admin;

public sealed class CommandTextTests
{
    [Theory]
    [InlineData("a b", "a|b")]
    [InlineData("a\u00A0b\u2003c\u3000d\u200Be\r\nf", "a|b|c|d|e|f")]
    [InlineData("\"a b\" c", "a b|c")]
    [InlineData("“a b” ‘c d’ «e f»", "a b|c d|e f")]
    [InlineData("“a b\"", "a b")]
    [InlineData("x\"y z\"w", "xy zw")]
    [InlineData("a–b c—d e−f", "a-b|c--d|e-f")]
    [InlineData("\"a–b\"", "a–b")]
    [InlineData("\"it's\"", "it's")]
    [InlineData("a , b", "a|b")]
    [InlineData("\"\"", "")]
    [InlineData("   ", "")]
    public void Text_is_split_into_words(string typed, string words) =>
        Assert.Equal(words, string.Join('|', Words(typed)));

    [Theory]
    [InlineData("group add sre @bob")]
    [InlineData("group add sre ＠bob")]
    [InlineData("group add sre \"@bob\"")]
    [InlineData("group add sre <@U123>")]
    [InlineData("group add sre <at>bob</at>")]
    [InlineData("group add sre <!subteam^S1>")]
    [InlineData("group add @admins")]
    public void What_only_looks_like_a_mention_is_refused(string typed) =>
        Assert.Contains("real mention", Why(typed), StringComparison.Ordinal);

    [Theory]
    [InlineData("agent rotate a\u202Eb", "U+202E")]
    [InlineData("agent rotate a\u200Db", "U+200D")]
    [InlineData("agent rotate a\u0007b", "U+0007")]
    [InlineData("agent rotate a\u3164b", "U+3164")]
    [InlineData("agent rotate \"a\u2066b\"", "U+2066")]
    [InlineData("agent rotate a\U000E0041b", "U+DB40")]
    public void What_cannot_be_seen_is_refused(string typed, string named) =>
        Assert.Contains(named, Why(typed), StringComparison.Ordinal);

    [Fact]
    public void A_quote_that_is_never_closed_is_refused() =>
        Assert.Contains("never closed", Why("agent add \"x owner"), StringComparison.Ordinal);

    [Fact]
    public void Too_long_is_refused_and_just_short_enough_is_not()
    {
        Assert.Single(Words(new string('é', CommandText.BytesMax / 2)));
        Assert.Contains(
            "longer",
            Why(new string('é', (CommandText.BytesMax / 2) + 1)),
            StringComparison.Ordinal
        );
        Assert.Equal(CommandText.WordsMax, Words(Many(CommandText.WordsMax)).Count);
        Assert.Contains("more than", Why(Many(CommandText.WordsMax + 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_mention_ends_the_word_before_it_and_begins_none()
    {
        var tokens = Assert.IsType<Tokenized.Tokens>(
            CommandText.Tokenize(MakeCommand.Parts("owner{BOB}actions"))
        );
        Assert.Equal(
            [
                new CommandToken.Word("owner"),
                new CommandToken.Mention(Make.Slack("BOB"), "BOB"),
                new CommandToken.Word("actions"),
            ],
            tokens.Values
        );
    }

    /// <summary>Whatever people type: an answer, never an exception, and what is understood prints back.</summary>
    [Fact]
    public void Anything_typed_is_answered_and_what_is_understood_round_trips()
    {
        var words = Grammar
            .Forms.SelectMany(f => f.Words.Split(' '))
            .Concat(["owner", "actions", "deploy-bot", "sre", "iam.*", "K7Q-4XM", "slack:C01"])
            .Concat(["{BOB}", "{CAROL}", "@x", "“", "\"", "—", "\u00A0", "\u202E", ",", "default"])
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        var typed = Gen.Elements(words).ListOf().Select(w => string.Join(' ', w));
        Prop.ForAll(
                typed.ToArbitrary(),
                text =>
                    Grammar.Parse(MakeCommand.Parts(text)) is not Parsed.Understood understood
                    || IsStable(understood.Command)
            )
            .QuickCheckThrowOnFailure();
        Prop.ForAll<string>(text =>
                Grammar.Parse([new CommandPart.Text(text ?? "")])
                    is not Parsed.Understood understood
                || IsStable(understood.Command)
            )
            .QuickCheckThrowOnFailure();
    }

    private static bool IsStable(Command command)
    {
        var printed = MakeCommand.Print(command);
        return string.Equals(
            printed,
            MakeCommand.Print(MakeCommand.Read(printed)),
            StringComparison.Ordinal
        );
    }

    private static List<string> Words(string typed) =>
        [
            .. Assert
                .IsType<Tokenized.Tokens>(CommandText.Tokenize([new CommandPart.Text(typed)]))
                .Values.Select(Arguments.Shown),
        ];

    private static string Why(string typed) =>
        Assert.IsType<Tokenized.Refused>(CommandText.Tokenize([new CommandPart.Text(typed)])).Why;

    private static string Many(int count) =>
        string.Join(' ', ImmutableArray.CreateRange(Enumerable.Repeat("a", count)));

    [Fact]
    public void What_was_understood_is_said_back() =>
        Assert.Contains(
            "Understood: agent add deploy-bot owner @BOB\n",
            MakeCommand.Refusal("agent add deploy-bot owner {BOB} now"),
            StringComparison.Ordinal
        );
}
