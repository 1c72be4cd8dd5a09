using ChatApprovals.Slack;

namespace ChatApprovals.Tests.Slack;

public sealed class SlackOptionsTests
{
    [Fact]
    public void A_complete_configuration_has_no_problem() => Assert.Empty(Complete().Problems());

    [Fact]
    public void Nothing_is_asked_of_a_surface_that_is_off() =>
        Assert.Empty(new SlackOptions().Problems());

    [Theory]
    [InlineData("SigningSecret", null)]
    [InlineData("SigningSecret", "")]
    [InlineData("SigningSecret", " ")]
    [InlineData("SigningSecret", "abc\n")]
    [InlineData("BotToken", null)]
    [InlineData("BotToken", "xoxb 1")]
    [InlineData("BotToken", "xoxp-1")]
    [InlineData("BotToken", "xapp-1")]
    [InlineData("Transport", "socket")]
    [InlineData("Transport", "carrier pigeon")]
    [InlineData("ApiBaseUrl", "http://slack.com/api/")]
    [InlineData("ApiBaseUrl", "ftp://127.0.0.1/")]
    [InlineData("ApiBaseUrl", "slack.com/api")]
    [InlineData("ApiBaseUrl", "https://me@slack.com/api/")]
    [InlineData("ApiBaseUrl", "http://127.0.0.1.evil.example/api/")]
    [InlineData("DefaultChannel", "#general")]
    [InlineData("DefaultChannel", "U0123")]
    public void Each_fault_is_one_sentence_that_names_the_setting(string name, string? value)
    {
        var options = Complete();
        typeof(SlackOptions).GetProperty(name)!.SetValue(options, value);

        Assert.Contains("Slack:" + name, Assert.Single(options.Problems()));
    }

    [Theory]
    [InlineData("http://127.0.0.1:4003/slack/api")]
    [InlineData("http://localhost:4003/api/")]
    [InlineData("http://[::1]:4003/api/")]
    public void Plain_http_is_for_loopback(string url)
    {
        var options = Complete();
        options.ApiBaseUrl = url;

        Assert.Empty(options.Problems());
        Assert.EndsWith("/", options.ApiBase.ToString());
    }

    [Theory]
    [InlineData("https://hooks.slack.com/actions/T1/1/x", true)]
    [InlineData("http://127.0.0.1:4003/hooks/1", true)]
    [InlineData("http://127.0.0.1:4004/hooks/1", false)]
    [InlineData("http://hooks.slack.com/actions", false)]
    [InlineData("https://hooks.slack.com.evil.example/", false)]
    [InlineData("https://hooks.slack.com@evil.example/", false)]
    [InlineData("https://me@hooks.slack.com/", false)]
    [InlineData("https://hooks.slack.com:8443/", false)]
    [InlineData("//hooks.slack.com/", false)]
    [InlineData("", false)]
    public void A_response_url_is_slacks_or_of_the_apis_origin(string url, bool allowed) =>
        Assert.Equal(allowed, SlackClient.IsAllowed(url, new Uri("http://127.0.0.1:4003/api/")));

    [Theory]
    [InlineData("C0123456789")]
    [InlineData("C_APPROVALS")]
    [InlineData("C-1")]
    public void An_id_of_a_channel_is_taken(string channel)
    {
        var options = Complete();
        options.DefaultChannel = channel;
        Assert.Empty(options.Problems());
    }

    private static SlackOptions Complete() =>
        new()
        {
            Enabled = true,
            SigningSecret = "8f742231b10e8888",
            BotToken = "xoxb-1",
            DefaultChannel = "C0123456789",
        };
}
