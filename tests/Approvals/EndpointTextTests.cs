using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Approvals;

/// <summary>What may be a header, a method or an upstream of a guarded endpoint, at its edges.</summary>
public sealed class EndpointTextTests
{
    [Theory]
    [InlineData("X-Team", true)]
    [InlineData("", false)]
    [InlineData("X Team", false)]
    [InlineData("X-Tëam", false)]
    public void A_header_is_a_token(string name, bool fits)
    {
        Assert.Equal(fits, HttpText.IsToken(name));
        Assert.Equal(fits, HttpText.MayHold(name));
        Assert.False(HttpText.IsToken(name + new string('x', 65)));
    }

    [Theory]
    [InlineData("Host")]
    [InlineData("Content-Length")]
    public void What_the_connection_says_itself_the_bot_never_adds(string name) =>
        Assert.False(HttpText.MayHold(name));

    [Theory]
    [InlineData("GET", true)]
    [InlineData("PROPFIND", true)]
    [InlineData("", false)]
    [InlineData("get", false)]
    [InlineData("CONNECT", false)]
    [InlineData("TRACE", false)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG", false)]
    public void A_method_is_in_capitals_and_asks_for_something(string method, bool fits) =>
        Assert.Equal(fits, HttpText.IsMethod(method));

    [Theory]
    [InlineData("env:IAM_TOKEN", true)]
    [InlineData("file:iam.token-1_a", true)]
    [InlineData("file:", false)]
    [InlineData("file:.hidden", false)]
    [InlineData("file:a/b", false)]
    [InlineData("env:", false)]
    [InlineData("env:1A", false)]
    [InlineData("env:A-B", false)]
    [InlineData("env:Slack__BotToken", false)]
    [InlineData("literal", false)]
    public void A_credential_comes_from_a_plain_name_that_is_no_setting_of_ours(
        string from,
        bool fits
    )
    {
        Assert.Equal(fits, HeldHeader.IsSource(from));
        Assert.False(HeldHeader.IsSource("file:" + new string('a', 129)));
        Assert.False(HeldHeader.IsSource("env:" + new string('A', 129)));
    }

    [Theory]
    [InlineData("https://iam.example/v1", false, true)]
    [InlineData("http://127.0.0.1:8080/v1", true, true)]
    [InlineData("http://127.0.0.1:8080/v1", false, false)]
    [InlineData("http://iam.example", true, false)]
    [InlineData("ftp://iam.example", true, false)]
    [InlineData("iam.example", false, false)]
    [InlineData("https://user@iam.example", false, false)]
    [InlineData("https://iam.example/?", false, false)]
    [InlineData("https://iam.example/?a=b", false, false)]
    [InlineData("https://IAM.example/v1", false, false)]
    public void An_upstream_is_an_address_without_user_query_and_fragment(
        string url,
        bool isPrivate,
        bool fits
    )
    {
        Assert.Equal(fits, Upstream.Problem(url, isPrivate) is null);
        Assert.NotNull(Upstream.Problem(url + new string('x', Upstream.UrlMax), isPrivate));
    }

    [Theory]
    [InlineData("https://agent.acme.example/approvals?x=1", true)]
    [InlineData("https://agent.acme.example/a b", false)]
    [InlineData("https://agent.acme.exämple/", false)]
    [InlineData("https://agent.acme.example/#x", false)]
    public void An_address_to_call_back_is_written_in_visible_ascii(string url, bool fits) =>
        Assert.Equal(fits, AgentCallback.Problem(url, isPrivate: false) is null);
}
