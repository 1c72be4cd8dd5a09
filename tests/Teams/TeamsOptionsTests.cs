using ChatApprovals.Teams;
using Microsoft.Extensions.Configuration;

namespace ChatApprovals.Tests.Teams;

public sealed class TeamsOptionsTests
{
    private static TeamsOptions Complete() =>
        new()
        {
            Enabled = true,
            AppId = "8b1f3c52-6d0e-4e7a-9a43-2c5d7e9f1b60",
            AppPassword = "secret",
            TenantId = "5f0c1d6e-3b7a-4c52-9e44-8a6b2d90c1f3",
        };

    [Fact]
    public void Complete_settings_have_no_problems() => Assert.Empty(Complete().Problems());

    [Fact]
    public void Nothing_is_looked_at_while_Teams_is_off() =>
        Assert.Empty(new TeamsOptions { OpenIdMetadataUrl = "junk" }.Problems());

    [Fact]
    public void Each_missing_setting_is_named() =>
        Assert.Equal(
            ["Teams:AppId", "Teams:AppPassword", "Teams:TenantId"],
            new TeamsOptions { Enabled = true }
                .Problems()
                .Select(p => p.Split(' ')[0]),
            StringComparer.Ordinal
        );

    [Theory]
    [InlineData("http://login.botframework.com/keys")]
    [InlineData("ftp://127.0.0.1/keys")]
    [InlineData("keys")]
    [InlineData("https://user@login.botframework.com/keys")]
    public void Keys_and_tokens_are_fetched_over_https_alone(string url)
    {
        var options = Complete();
        (options.OpenIdMetadataUrl, options.TokenUrl) = (url, url);
        Assert.Equal(2, options.Problems().Count());
    }

    [Theory]
    [InlineData("http://127.0.0.1:5000/keys")]
    [InlineData("http://localhost/keys")]
    [InlineData("http://[::1]:80/keys")]
    public void Http_is_enough_on_loopback(string url)
    {
        var options = Complete();
        (options.OpenIdMetadataUrl, options.TokenUrl) = (url, url);
        Assert.Empty(options.Problems());
    }

    [Theory]
    [InlineData("https://smba.trafficmanager.net/amer/5f0c/")]
    [InlineData("https://SMBA.trafficmanager.net/teams")]
    [InlineData("https://smba.infra.gcc.teams.microsoft.com/gcc")]
    public void The_public_connectors_get_the_token(string url) =>
        Assert.True(Complete().IsAllowed(url));

    [Theory]
    [InlineData("http://smba.trafficmanager.net/amer/")]
    [InlineData("https://smba.trafficmanager.net.evil.example/")]
    [InlineData("https://smba.trafficmanager.net@evil.example/")]
    [InlineData("https://evil.example/smba.trafficmanager.net/")]
    [InlineData("https://smba.trafficmanager.net:8443/")]
    [InlineData("https://smba.trafficmanager.net\\@evil.example/")]
    [InlineData("//smba.trafficmanager.net/")]
    [InlineData("https://smba.trafficmanager.net/?x=")]
    [InlineData("https://smba.trafficmanager.net/#")]
    [InlineData("")]
    [InlineData(null)]
    public void Nobody_else_gets_the_token(string? url) => Assert.False(Complete().IsAllowed(url));

    [Fact]
    public void A_list_may_be_one_value()
    {
        var settings = new ConfigurationBuilder()
            .AddInMemoryCollection(
                new Dictionary<string, string?>(StringComparer.Ordinal)
                {
                    ["Teams:AllowedServiceUrls"] = "https://a.example/, https://b.example/",
                    ["Teams:AllowedTenants"] = "t-1",
                    ["Teams:AllowedTenants:0"] = "t-0",
                }
            )
            .Build();
        var options = settings.GetSection("Teams").Get<TeamsOptions>()!;
        options.ReadLists(settings);
        Assert.Equal(
            "https://a.example/ https://b.example/",
            string.Join(' ', options.AllowedServiceUrls!)
        );
        Assert.Equal("t-0 t-1", string.Join(' ', options.AllowedTenants!));
    }

    [Theory]
    [InlineData("https://one.example/a/", true)]
    [InlineData("https://one.example/a", true)]
    [InlineData("https://one.example/a/b", true)]
    [InlineData("https://one.example/ab", false)]
    [InlineData("https://one.example/a/../b", false)]
    [InlineData("https://one.example/a/%2e%2e/b", false)]
    [InlineData("https://one.example/", false)]
    public void A_prefix_is_a_folder_and_not_the_beginning_of_a_word(string url, bool isAllowed)
    {
        var options = Complete();
        options.AllowedServiceUrls = ["https://one.example/a"];
        Assert.Empty(options.Problems());
        Assert.Equal(isAllowed, options.IsAllowed(url));
    }
}
