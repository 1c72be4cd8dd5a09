using ChatApprovals.Admin;
using ChatApprovals.Approvals;
using ChatApprovals.Slack;

namespace ChatApprovals.Tests.Slack;

public sealed class SlackTextTests
{
    [Theory]
    [InlineData("whoami", "whoami")]
    [InlineData("<@UBOT> whoami", "whoami")]
    [InlineData("  <@UBOT|chatapprovals>   whoami ", "whoami")]
    [InlineData("group add sre <@U2|bob> <@U3>", "group add sre |@U2| |@U3")]
    [InlineData("group add sre &lt;@U2&gt;", "group add sre <@U2>")]
    [InlineData("a &amp;lt; b &amp; c", "a &lt; b & c")]
    [InlineData("route set default <#C1|general>", "route set default slack:C1")]
    [InlineData(
        "agent callback x <https://a.example/h?a=1&amp;b=2>",
        "agent callback x https://a.example/h?a=1&b=2"
    )]
    [InlineData(
        "agent add x actions <http://deploy.run|deploy.run> <http://a.io/|a.io>",
        "agent add x actions deploy.run a.io"
    )]
    [InlineData(
        "agent callback x <https://a.example/h|the hook>",
        "agent callback x https://a.example/h"
    )]
    [InlineData(
        "policy test arn:<tel:123456789012|123456789012>:x",
        "policy test arn:123456789012:x"
    )]
    [InlineData("show <mailto:a@b.example|a@b.example>", "show a@b.example")]
    [InlineData("group add sre <!subteam^S1|@sre-oncall>", "group add sre slack-group:T1:S1")]
    [InlineData("group add sre &lt;!subteam^S1&gt;", "group add sre <!subteam^S1>")]
    [InlineData("<!channel> help", "<!channel> help")]
    [InlineData("a < b", "a < b")]
    [InlineData("admin add <@UBOT>", "admin add |@UBOT")]
    [InlineData("<@U2> <@UBOT> x", "@U2| |@UBOT| x")]
    [InlineData("admin add <@U:2>", "admin add <@U:2>")]
    [InlineData("", "")]
    [InlineData("<@UBOT>", "")]
    public void Only_what_slack_resolved_is_a_mention(string text, string parts) =>
        Assert.Equal(parts, string.Join('|', SlackText.Parts(text, "T1", "UBOT").Select(Shown)));

    [Fact]
    public void A_mention_is_an_account_of_our_workspace()
    {
        var mention = Assert.IsType<CommandPart.Mention>(
            Assert.Single(SlackText.Parts("<@U2|Bob &amp; co>", "T1", "UBOT"))
        );

        Assert.Equal(AccountId.Slack("T1", "U2"), mention.Account);
        Assert.Equal("Bob & co", mention.Shown);
    }

    private static string Shown(CommandPart part) =>
        part is CommandPart.Mention m ? "@" + m.Account.User : ((CommandPart.Text)part).Value;
}
