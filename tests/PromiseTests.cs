using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Slack;
using ChatApprovals.Teams;
using ChatApprovals.Tests.Cards;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace ChatApprovals.Tests;

/// <summary>What one folder offers, another must keep: refusals have words, buttons an answer, settings a reader.</summary>
public sealed class PromiseTests
{
    public static TheoryData<Refusal> Refusals => [.. Enum.GetValues<Refusal>()];

    [Theory]
    [MemberData(nameof(Refusals))]
    public void A_refusal_is_told_whole_on_both_surfaces(Refusal why)
    {
        var register = Make.Register(
            Make.OwnedAgent(PersonId.New(Make.Noon), PersonId.New(Make.Noon))
        );
        Told(RefusalText.Of(why, Make.Approval(register)));
        Told(RefusalText.OfQuestion(why, Make.Approval(register)));
    }

    private static void Told(string text)
    {
        Assert.EndsWith(".", text, StringComparison.Ordinal);
        byte[][] told =
        [
            BlockKit.Note(text, []),
            BlockKit.NoteModal(text, []),
            AdaptiveCard.Note(text, []),
            AdaptiveCard.Message(MakeCard.In(CardState.Pending) with { Note = text }, []).Json,
        ];
        Assert.All(
            told,
            t => Assert.Contains(text, MakeCard.Shown(MakeCard.Json(t)), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Slack_knows_every_button_and_every_modal_it_is_sent()
    {
        byte[][] sent = [.. Cards().SelectMany(SlackViews), .. Modals()];
        var buttons = Values(sent, "action_id").Except(["reason"], StringComparer.Ordinal);
        Assert.Empty(buttons.Except(Known(typeof(SlackClicks)), StringComparer.Ordinal));
        var modals = Values(sent, "callback_id");
        Assert.Empty(modals.Except(Known(typeof(SlackSubmissions)), StringComparer.Ordinal));
    }

    [Fact]
    public void Teams_knows_every_button_it_is_sent()
    {
        var verbs = Values(Cards().SelectMany(TeamsViews), "verb");
        Assert.Contains("refresh", verbs, StringComparer.Ordinal);
        Assert.Empty(verbs.Except(Known(typeof(TeamsClicks)), StringComparer.Ordinal));
    }

    [Fact]
    public void The_settings_file_and_the_host_know_the_same_settings()
    {
        var file = new ConfigurationBuilder()
            .AddJsonFile(SharedData.InRepository("appsettings.json"))
            .Build();
        Assert.Empty(BotOptions.Read(file).Problems);

        string[] host = ["Urls", "PublicUrl", "Logging"];
        foreach (
            var section in file.GetChildren()
                .Where(s => !host.Contains(s.Key, StringComparer.Ordinal))
        )
        {
            var inFile = section.GetChildren().Select(c => c.Key).Order(StringComparer.Ordinal);
            Assert.Equal(inFile, KnownIn(section.Key).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void The_readme_explains_every_setting()
    {
        var readme = File.ReadAllText(SharedData.InRepository("README.md"));
        var settings = new ConfigurationBuilder()
            .AddJsonFile(SharedData.InRepository("appsettings.json"))
            .Build()
            .GetChildren()
            .Where(s => s.Key is not "Logging")
            .SelectMany(s => s.GetChildren().Select(c => c.Path).DefaultIfEmpty(s.Path));
        // `Api:Oidc:*` explains what is below `Api:Oidc`.
        Assert.DoesNotContain(
            settings,
            s =>
                !readme.Contains($"`{s}`", StringComparison.Ordinal)
                && !readme.Contains($"`{s}:", StringComparison.Ordinal)
        );
    }

    /// <summary>The host names them when it refuses one that it does not know.</summary>
    private static string[] KnownIn(string section)
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection([new($"{section}:NoSuchSetting", "x")])
            .Build();
        var refusal = Assert.Single(
            BotOptions.Read(settings).Problems,
            p => p.Contains("NoSuchSetting", StringComparison.Ordinal)
        );
        return refusal.Split("known are ")[1].Split(", ");
    }

    /// <summary>Every state, a request that fits on a card and one that needs a review.</summary>
    private static IEnumerable<Card> Cards() =>
        from state in Enum.GetValues<CardState>()
        let card = MakeCard.In(state)
        from diff in new[] { card.Diff, Diff.Parse(LongDiff) }
        select card with
        {
            Diff = diff,
            Actions = card.Actions with { Review = card.Actions.Any },
        };

    private static IEnumerable<byte[]> SlackViews(Card card) =>
        [
            BlockKit.Message(card).Json,
            BlockKit.Review(card, 1).Json,
            BlockKit.Review(card, int.MaxValue).Json,
        ];

    private static IEnumerable<byte[]> TeamsViews(Card card) =>
        [
            AdaptiveCard.Message(card, ["29:someone"]).Json,
            AdaptiveCard.Review(card, 1).Json,
            AdaptiveCard.Review(card, int.MaxValue).Json,
        ];

    private static IEnumerable<byte[]> Modals() =>
        new[] { "approve", "reject" }
            .Select(v => BlockKit.ReasonModal(v, MakeCard.Token, "K7Q-4XM", required: true))
            .Append(BlockKit.QuestionModal(MakeCard.Token, "K7Q-4XM"));

    private static IEnumerable<string> Values(IEnumerable<byte[]> drawn, string member) =>
        drawn
            .SelectMany(d => MakeCard.Values(MakeCard.Json(d), member))
            .Distinct(StringComparer.Ordinal);

    /// <summary>The words that its code compares with or answers.</summary>
    private static IEnumerable<string> Known(Type type) => CompiledNames.Literals(type);

    private static string LongDiff =>
        "--- a/x\n+++ b/x\n@@ -0,0 +1,90 @@\n"
        + string.Concat(Enumerable.Range(1, 90).Select(n => $"+line {n}\n"));
}
