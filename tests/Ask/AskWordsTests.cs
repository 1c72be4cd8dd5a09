using ChatApprovals.Ask;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Ask;

public sealed class AskWordsTests
{
    [Fact]
    public void What_follows_two_dashes_is_the_command_untouched()
    {
        var options = Told("--action", "a.b", "--", "sh", "-c", "echo --action=x -- y", "--json");
        Assert.Equal(["sh", "-c", "echo --action=x -- y", "--json"], options.Command);
        Assert.Equal("a.b", options.Action);
        Assert.False(options.Json);
    }

    [Fact]
    public void A_value_follows_or_stands_behind_the_first_equals_sign()
    {
        var options = Told(
            "--property=a=b=c",
            "--property",
            "n:=[1]",
            "--resource=t/i/d",
            "--json"
        );
        Assert.Equal(new AskPair("a", "b=c", IsJson: false), options.Properties[0]);
        Assert.Equal(new AskPair("n", "[1]", IsJson: true), options.Properties[1]);
        Assert.Equal(("t", "i/d"), options.Resource);
        Assert.True(options.Json);
    }

    [Theory]
    [InlineData("5s", 5)]
    [InlineData("90", 90)]
    [InlineData("15m", 900)]
    [InlineData("24h", 86_400)]
    public void A_time_has_a_unit_or_is_in_seconds(string said, int seconds) =>
        Assert.Equal(seconds, Told("--timeout", said).Timeout);

    [Theory]
    [InlineData("there is no option --acton", "--acton", "x")]
    [InlineData("a key is no argument", "--key", "cak_x")]
    [InlineData("a key is no argument", "--key=cak_x")]
    [InlineData("'terraform' is no option", "terraform", "apply")]
    [InlineData("--action is given twice", "--action", "a", "--action", "b")]
    [InlineData("--action needs a value", "--action")]
    [InlineData("--action needs a value", "--action", "--", "ls")]
    [InlineData("--action needs a value", "--action=")]
    [InlineData("--json has no value", "--json=yes")]
    [InlineData("a command is expected after --", "--action", "a", "--")]
    [InlineData("is not name=value", "--property", "x")]
    [InlineData("is not name=value", "--property", "=x")]
    [InlineData("is not name=value", "--property", ":=1")]
    [InlineData("--resource is type/id", "--resource", "role")]
    [InlineData("--resource is type/id", "--resource", "/id")]
    [InlineData("--timeout is 5s to 24h", "--timeout", "4s")]
    [InlineData("--timeout is 5s to 24h", "--timeout", "25h")]
    [InlineData("--timeout is 5s to 24h", "--timeout", "-9")]
    [InlineData("--timeout is 5s to 24h", "--timeout", "m")]
    [InlineData("--timeout is 5s to 24h", "--timeout", "99999999999h")]
    [InlineData("--patience is 5s to 24h", "--patience", "1x")]
    [InlineData("exclude each other", "--consume", "--guarded", "--", "ls")]
    [InlineData("exclude each other", "--bind", "f", "--guarded", "--", "ls")]
    [InlineData("--consume needs a command", "--consume")]
    public void What_is_not_understood_is_refused_in_a_sentence(
        string says,
        params string[] words
    ) =>
        Assert.Contains(
            says,
            Assert.IsType<AskReading.Wrong>(AskWords.Read(words)).Sentence,
            StringComparison.Ordinal
        );

    [Fact]
    public void Help_is_help_wherever_it_stands_before_the_command()
    {
        Assert.IsType<AskReading.Help>(AskWords.Read(["--action", "a", "--help"]));
        Assert.Equal(["--help"], Told("--", "--help").Command);
    }

    [Fact]
    public void The_help_names_every_option_and_every_exit_code()
    {
        string[] codes = ["110", "111", "112", "113", "114", "115", "125", "126", "127", "130"];
        Assert.All(
            AskWords.All.Concat(codes),
            word => Assert.Contains(word, AskHelp.Text, StringComparison.Ordinal)
        );
        Assert.DoesNotContain(AskHelp.Text.Split('\n'), line => line.Length > 120);
    }

    [Fact]
    public void The_readme_explains_every_exit_code()
    {
        var readme = File.ReadAllText(SharedData.InRepository("README.md"));
        var table = readme.Split("| exit code |")[1].Split("\n\n")[0];
        int[] codes =
        [
            .. Enumerable.Range(110, 6),
            .. Enumerable.Range(125, 3),
            .. new[] { 1, 2, 3, 15 }.Select(signal => 128 + signal),
        ];
        Assert.All(codes, c => Assert.Contains($"{c}", table, StringComparison.Ordinal));
    }

    private static AskOptions Told(params string[] words) =>
        Assert.IsType<AskReading.Told>(AskWords.Read(words)).Options;
}
