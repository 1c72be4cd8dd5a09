using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace ChatApprovals.Tests;

/// <summary>Contract section 1: what the bot makes of its settings and of the data it finds.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("http://127.0.0.1:4000", "http://127.0.0.1:4000", "127.0.0.1:4000/ledger")]
    [InlineData("http://a.example:1;http://[::1]:2", "http://a.example:1", "a.example:1/ledger")]
    [InlineData(
        "http://127.0.0.1:1; http://127.0.0.1:2/",
        "http://127.0.0.1:1",
        "127.0.0.1:1/ledger"
    )]
    [InlineData("http://*:80", "http://localhost:80", "localhost/ledger")]
    [InlineData("http://+:3978", "http://localhost:3978", "localhost:3978/ledger")]
    public void The_public_address_is_the_first_of_the_urls_and_names_the_ledger(
        string urls,
        string publicUrl,
        string origin
    )
    {
        var options = Read(("Urls", urls));
        Assert.Empty(options.Problems);
        Assert.Equal((publicUrl, origin), (options.PublicUrl, options.Origin));
    }

    [Fact]
    public void Without_settings_it_is_as_the_contract_says()
    {
        var options = Read();
        Assert.Equal("http://127.0.0.1:3978", options.Urls);
        Assert.Equal("http://127.0.0.1:3978", options.PublicUrl);
        Assert.Equal("127.0.0.1:3978/ledger", options.Origin);
        Assert.Equal(Path.GetFullPath("./data"), options.DataDirectory);
    }

    [Theory]
    [InlineData("Urls", "nonsense")]
    [InlineData("Urls", "http://127.0.0.1:3978/base")]
    [InlineData("Urls", "http://127.0.0.1:3978;")]
    [InlineData("Urls", "ftp://127.0.0.1")]
    [InlineData("PublicUrl", "approvals.example.com")]
    [InlineData("PublicUrl", "approvals.example.com:8443")]
    [InlineData("PublicUrl", "https://user:x@approvals.example.com")]
    [InlineData("Ledger:Origin", "my ledger")]
    [InlineData("Ledger:Origin", "a+b")]
    [InlineData("Api:Oidc:Isuer", "x")]
    [InlineData("Bootstrap:Admins:0", "erin")]
    [InlineData("Store:Provider", "oracle")]
    public void A_setting_that_cannot_be_is_named_in_one_sentence(string name, string value)
    {
        var problem = Assert.Single(Read((name, value)).Problems);
        var section = name.Split(':')[0];
        Assert.Contains(section, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }

    [Fact]
    public async Task A_ledger_keeps_its_origin_wherever_the_bot_listens_and_refuses_another()
    {
        await using var desk = await TestDesk.OpenAsync();
        var moved = Read(("Urls", "http://127.0.0.1:4001"));
        Assert.Equal("test/ledger", LedgerOrigin.Of(moved, desk.Store).Name);
        Assert.Equal(
            "test/ledger",
            LedgerOrigin.Of(Read(("Ledger:Origin", "test/ledger")), desk.Store).Name
        );
        var error = Assert.Throws<LedgerMismatchException>(() =>
            LedgerOrigin.Of(Read(("Ledger:Origin", "other/ledger")), desk.Store)
        );
        Assert.Contains("'test/ledger'", error.Message, StringComparison.Ordinal);
    }

    private static BotOptions Read(params (string Name, string Value)[] settings) =>
        BotOptions.Read(
            new ConfigurationBuilder()
                .AddInMemoryCollection(
                    settings.Select(s => KeyValuePair.Create<string, string?>(s.Name, s.Value))
                )
                .Build()
        );
}
