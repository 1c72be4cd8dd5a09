using ChatApprovals.Approvals;
using ChatApprovals.Cards;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Cards;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace ChatApprovals.Tests;

/// <summary>What one folder offers, another must keep: refusals have words, settings a reader.</summary>
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
}
