using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Approvals;

/// <summary>Where an agent may be called back, at its edges.</summary>
public sealed class CallbackAddressTests
{
    [Theory]
    [InlineData("https://agent.example/hook?a=b", false, true)]
    [InlineData("http://127.0.0.1:8080/hook", true, true)]
    [InlineData("http://127.0.0.1:8080/hook", false, false)]
    [InlineData("http://agent.example/hook", true, false)]
    [InlineData("https://agent.example/a b", false, false)]
    [InlineData("https://agent.example/ü", false, false)]
    [InlineData("https://agent.example/#a", false, false)]
    [InlineData("https:\\\\agent.example\\a", false, false)]
    [InlineData("https://user@agent.example/", false, false)]
    [InlineData("ftp://agent.example/", false, false)]
    [InlineData("agent.example/hook", false, false)]
    public void A_callback_is_an_address_in_plain_characters_without_user_and_fragment(
        string url,
        bool isPrivate,
        bool fits
    )
    {
        Assert.Equal(fits, AgentCallback.Problem(url, isPrivate) is null);
        var tooLong = url + new string('x', AgentCallback.UrlMax);
        Assert.NotNull(AgentCallback.Problem(tooLong, isPrivate));
    }
}
