namespace ChatApprovals.Tests.Admin;

/// <summary>What cannot be meant by <c>export</c>: dates are read strictly.</summary>
public sealed class ExportGrammarTests
{
    [Theory]
    [InlineData("export yesterday", "one of the words from, to, as")]
    [InlineData("export from yesterday", "\"yesterday\" is not a day of UTC")]
    [InlineData("export from 2026-2-1", "is not a day of UTC")]
    [InlineData("export from 2026-02-30", "is not a day of UTC")]
    [InlineData("export from 21.11.2026", "is not a day of UTC")]
    [InlineData("export to 9999-12-31", "is not a day of UTC")]
    [InlineData("export from", "It ends where a day of UTC")]
    [InlineData("export from 2026-01-01 from 2026-01-02", "\"from\" is there twice.")]
    [InlineData("export from 2026-01-02 to 2026-01-01", "begin after its end")]
    [InlineData("export as pdf", "one of the words bundle, jsonl, csv, html, ocsf")]
    public void What_cannot_be_meant_is_not_understood(string typed, string why) =>
        Assert.Contains(why, MakeCommand.Refusal(typed), StringComparison.Ordinal);
}
