using ChatApprovals.Anchors;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace ChatApprovals.Tests.Anchors;

public sealed class AnchorOptionsTests
{
    private static readonly string s_key = WitnessKey
        .Of("witness.test/w1", new byte[32])
        .ToString();

    [Fact]
    public void No_anchor_is_needed()
    {
        var none = Read();
        Assert.Empty(none.Problems);
        Assert.Empty(none.Names);
    }

    [Fact]
    public void All_of_them_are_read_under_the_names_that_status_says()
    {
        var all = Read(
            ("Anchors:Channels:0", "slack:C0123"),
            ("Anchors:Channels:1", "teams:19:abc@thread.tacv2"),
            ("Anchors:Channels:2", "slack:C0123"),
            ("Anchors:Directory", Path.GetTempPath()),
            ("Anchors:TimestampAuthority", "https://tsa.example/tsr"),
            ("Anchors:Witness", "http://127.0.0.1:8000/w"),
            ("Anchors:WitnessKey", s_key)
        );
        Assert.Empty(all.Problems);
        Assert.Equal(
            "slack:C0123 teams:19:abc@thread.tacv2 directory timestamp witness",
            string.Join(' ', all.Names)
        );
    }

    [Theory]
    [InlineData("Channels:0", "#general", "is not slack:<channel id>")]
    [InlineData("Channels:0", "slack:U0123", "is not slack:<channel id>")]
    [InlineData("Channels", "nowhere", "is not slack:<channel id>")]
    [InlineData("Directory", "/nowhere/at/all", "there is no directory")]
    [InlineData("TimestampAuthority", "http://tsa.example/", "must be an https URL")]
    [InlineData("TimestampAuthority", "https://me@tsa.example/", "must be an https URL")]
    [InlineData("TimestampAuthority", "tsa.example", "must be an https URL")]
    [InlineData("TimestampRoots", "/nowhere.pem", "cannot be read")]
    [InlineData("Witness", "ftp://127.0.0.1/", "must be an https URL")]
    [InlineData("Witness", "https://w.example/?x=1", "must be an https URL")]
    [InlineData("Witness", "https://w.example/", "go together")]
    [InlineData("WitnessKey", "w+00000000+BAAA", "is no verifier key")]
    public void Each_fault_is_a_sentence_that_names_the_setting(
        string name,
        string value,
        string why
    )
    {
        var problems = Read(("Anchors:" + name, value)).Problems;
        Assert.Contains(
            problems,
            p =>
                p.Contains("Anchors:" + name.Split(':')[0], StringComparison.Ordinal)
                && p.Contains(why, StringComparison.Ordinal)
        );
    }

    [Fact]
    public void The_ledgers_own_key_is_no_witnesss()
    {
        var read = Read(
            ("Anchors:Witness", "https://w.example"),
            ("Anchors:WitnessKey", TestDesk.Vkey.ToString())
        );
        Assert.Contains(
            "is no verifier key",
            Assert.Single(read.Problems),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_channel_of_a_surface_that_is_off_and_roots_without_certificates_are_named()
    {
        var file = Path.GetTempFileName();
        try
        {
            var read = Settings(
                ("Anchors:Channels:0", "teams:19:abc@thread.tacv2"),
                ("Anchors:TimestampAuthority", "https://tsa.example"),
                ("Anchors:TimestampRoots", file)
            );
            var problems = AnchorOptions.Read(read, [Surface.Slack]).Problems;
            Assert.Equal(2, problems.Length);
            Assert.Contains("Teams is not enabled", problems[0], StringComparison.Ordinal);
            Assert.Contains("has no certificate", problems[1], StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Roots_without_an_authority_are_a_mistake()
    {
        var problems = Read(("Anchors:TimestampRoots", "/nowhere.pem")).Problems;
        Assert.Contains(
            problems,
            p => p.Contains("no Anchors:TimestampAuthority", StringComparison.Ordinal)
        );
    }

    private static AnchorOptions Read(params (string, string)[] settings) =>
        AnchorOptions.Read(Settings(settings), [Surface.Slack, Surface.Teams]);

    private static IConfigurationRoot Settings(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(
                settings.Select(s => KeyValuePair.Create(s.Name, (string?)s.Value))
            )
            .Build();
}
