using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Approvals;

/// <summary>Each account has one spelling, and each spelling means one account.</summary>
public sealed class AccountIdTests
{
    [Theory]
    [InlineData("https://login.example", "bob", "oidc:https://login.example:bob")]
    [InlineData("https://login.example:8443/t", "a|7", "oidc:https://login.example:8443/t:a|7")]
    [InlineData("http://127.0.0.1:5000", "f:1:bob", "oidc:http://127.0.0.1:5000:f%3A1%3Abob")]
    [InlineData("https://login.example", "%3A", "oidc:https://login.example:%253A")]
    [InlineData("https://login.example", "%", "oidc:https://login.example:%25")]
    [InlineData("https://login.example", "Bob B", "oidc:https://login.example:Bob%20B")]
    [InlineData("https://login.example", "%20%2520", "oidc:https://login.example:%2520%252520")]
    public void A_subject_is_written_so_that_it_can_be_read_again(
        string issuer,
        string subject,
        string text
    )
    {
        var account = AccountId.OfSubject(issuer, subject)!.Value;
        Assert.Equal(text, account.ToString());
        Assert.Equal(account, AccountId.Parse(text, provider: null));
        Assert.Equal((issuer, subject), (account.Tenant, account.User));
        Assert.Equal(Surface.Api, account.Surface);
    }

    [Theory]
    [InlineData("oidc:https://login.example:bob%")]
    [InlineData("oidc:https://login.example:bob%3a")]
    [InlineData("oidc:https://login.example:bob%41")]
    [InlineData("oidc:https://login.example:bob b")]
    [InlineData("oidc:https://login.example:")]
    [InlineData("oidc:https://login.example")]
    [InlineData("oidc:http://login.example:bob")]
    [InlineData("oidc:https://login.example?x:bob")]
    [InlineData("oidc:https://u@login.example:bob")]
    [InlineData("oidc:login.example:bob")]
    [InlineData("oidc:https://login.example:böb")]
    public void What_is_spelled_otherwise_is_no_account(string text) =>
        Assert.False(AccountId.TryParse(text, provider: null, out _));

    [Fact]
    public void A_subject_has_at_most_255_characters_and_an_issuer_no_user()
    {
        Assert.NotNull(AccountId.OfSubject("https://login.example", new string(':', 255)));
        Assert.Null(AccountId.OfSubject("https://login.example", new string('b', 256)));
        Assert.Null(AccountId.OfSubject("https://login.example", ""));
        Assert.Null(AccountId.OfSubject("https://me@login.example", "bob"));
        Assert.Null(AccountId.OfSubject("https://login.example", "b\u00f6b"));
    }
}
