using ChatApprovals.Admin;

namespace ChatApprovals.Tests.Admin;

public sealed class GrammarTests
{
    /// <summary>What is typed, and the same command as the bot would write it.</summary>
    public static TheoryData<string, string> Valid { get; } =
        new()
        {
            { "", "help" },
            { "delegate to {BOB} until 3d", "delegate to {BOB} until 72h" },
            { "delegate to {BOB} until 2026-12-01", "delegate to {BOB} until 2026-12-01 00:00" },
            {
                "delegate to {BOB} until 2026-12-01T18:00Z",
                "delegate to {BOB} until 2026-12-01 18:00"
            },
            { "delegate off", "delegate off" },
            { "policy list 2", "policy list 2" },
            { "agent list 1", "agent list" },
            { "group list 3", "group list 3" },
            { "route list 2", "route list 2" },
            { "pending 1", "pending" },
            { "pending 2", "pending 2" },
            { "guard list 2", "guard list 2" },
            { "policy history prod-iam 2", "policy history prod-iam 2" },
            { "group add sre slack-group:T1:S1", "group add sre slack-group:T1:S1" },
            {
                "group add sre {BOB}, slack-group:T1:S1, {CAROL}",
                "group add sre {BOB}{CAROL} slack-group:T1:S1"
            },
            { "group remove sre entra-group:T-1:AB", "group remove sre entra-group:t-1:ab" },
            { "help", "help" },
            { "HELP Agent", "help agent" },
            { "help agent add", "help agent add" },
            { "whoami", "whoami" },
            { "  Pending ", "pending" },
            { "show k7q-4xm", "show K7Q-4XM" },
            { "show K7Q–4XM", "show K7Q-4XM" },
            { "show k7q4xm", "show K7Q-4XM" },
            {
                "show apr_01kafw8d40123456789abcdefghjkmnpqrs",
                "show apr_01kafw8d40123456789abcdefghjkmnpqrs"
            },
            { "ask K7Q-4XM Why now?", "ask K7Q-4XM Why now?" },
            { "Ask k7q-4xm  What's “this” – @bob? ", "ask K7Q-4XM What's “this” – @bob?" },
            { "ask K7Q-4XM\nline 1\n line 2", "ask K7Q-4XM line 1\n line 2" },
            { "withdraw K7Q-4XM", "withdraw K7Q-4XM" },
            { "status", "status" },
            { "config history", "config history" },
            { "config history 1", "config history" },
            { "config history 7", "config history 7" },
            { "link", "link" },
            { "link abcd-efgh", "link ABCDEFGH" },
            { "link “ABCD EFGH”", "link ABCDEFGH" },
            { "person show {BOB}", "person show {BOB}" },
            { "person link {BOB} teams:T:U", "person link {BOB} teams:t:u" },
            { "person link {BOB} {CAROL}", "person link {BOB} slack:T1:CAROL" },
            {
                "person link {BOB} oidc:https://login.example:8443/t:auth0|7",
                "person link {BOB} oidc:https://login.example:8443/t:auth0|7"
            },
            { "person unlink {BOB}", "person unlink {BOB} slack:T1:BOB" },
            { "person unlink {BOB} teams:t:u", "person unlink {BOB} teams:t:u" },
            { "agent add deploy-bot owner {BOB}", "agent add deploy-bot owner {BOB}" },
            {
                "Agent ADD deploy-bot Owner {BOB}, {CAROL} Actions iam.* \"db.*\"",
                "agent add deploy-bot owner {BOB}{CAROL} actions iam.* db.*"
            },
            { "agent add x owner {BOB}{BOB}", "agent add x owner {BOB}" },
            { "agent add x owner{BOB}actions a, b", "agent add x owner {BOB} actions a b" },
            { "agent list", "agent list" },
            { "agent owner x {BOB} {CAROL}", "agent owner x {BOB}{CAROL}" },
            { "agent rotate x", "agent rotate x" },
            { "agent disable x", "agent disable x" },
            { "agent enable x", "agent enable x" },
            {
                "guard add iam audience https://iam.example/a?b=c",
                "guard add iam audience https://iam.example/a?b=c"
            },
            {
                "guard add iam upstream https://iam.example/v1/",
                "guard add iam upstream https://iam.example/v1"
            },
            {
                "guard add iam Private methods GET, POST bind X-A x-b header Authorization From env:IAM_TOKEN "
                    + "audience a upstream https://iam.example current header X-Key from file:iam.key",
                "guard add iam upstream https://iam.example audience a header Authorization from env:IAM_TOKEN "
                    + "header X-Key from file:iam.key bind X-A x-b methods GET POST private current"
            },
            { "Guard list", "guard list" },
            { "guard rotate iam", "guard rotate iam" },
            { "agent callback bot", "agent callback bot" },
            { "agent callback bot off", "agent callback bot off" },
            { "agent callback bot rotate", "agent callback bot rotate" },
            { "agent callback bot retry", "agent callback bot retry" },
            {
                "agent callback bot https://a.example/x?y=z",
                "agent callback bot https://a.example/x?y=z"
            },
            {
                "agent callback bot http://localhost:1/ private",
                "agent callback bot http://localhost:1/ private"
            },
            { "guard remove iam", "guard remove iam" },
            { "revoke k7q-4xm", "revoke K7Q-4XM" },
            { "erase k7q-4xm", "erase K7Q-4XM" },
            { "erase {BOB}", "erase {BOB}" },
            { "key rotate Ledger", "key rotate ledger" },
            { "erase slack:T1:BOB", "erase {BOB}" },
            { "freeze all", "freeze all" },
            { "Freeze x", "freeze x" },
            { "unfreeze all", "unfreeze all" },
            { "group add sre {BOB}", "group add sre {BOB}" },
            { "group add “sre”‑leads {BOB}", "group add sre-leads {BOB}" },
            { "group remove sre {BOB}", "group remove sre {BOB}" },
            { "group list", "group list" },
            { "group show sre", "group show sre" },
            { "route set default slack:C0123", "route set default slack:C0123" },
            { "route set default slack:C_OPS", "route set default slack:C_OPS" },
            { "route set default <#C0123|ops>", "route set default slack:C0123" },
            {
                "route set default Slack:C0123 teams:19:ab-c_1@thread.tacv2",
                "route set default slack:C0123 teams:19:ab-c_1@thread.tacv2"
            },
            { "route remove default", "route remove default" },
            { "route list", "route list" },
            { "policy list", "policy list" },
            { "policy show prod-iam", "policy show prod-iam" },
            { "policy history prod-iam", "policy history prod-iam" },
            { "policy set prod-iam", "policy set prod-iam" },
            { "policy set prod-iam\n \n", "policy set prod-iam" },
            { "Policy Set prod-iam\neffect: deny", "policy set prod-iam\neffect: deny" },
            { "policy set prod-iam ```effect: “deny”```", "policy set prod-iam\neffect: \"deny\"" },
            { "policy remove prod-iam", "policy remove prod-iam" },
            { "policy move prod-iam FIRST", "policy move prod-iam first" },
            { "policy move prod-iam last", "policy move prod-iam last" },
            { "policy move a before b", "policy move a before b" },
            { "policy test \n[1, 'x']", "policy test [1, 'x']" },
            { "policy replay prod-iam 7", "policy replay prod-iam 7" },
            {
                "policy replay prod-iam 30d\r\neffect: deny",
                "policy replay prod-iam 30\neffect: deny"
            },
            { "admin add {BOB}", "admin add {BOB}" },
            { "admin remove {BOB}", "admin remove {BOB}" },
            { "auditor add {BOB}", "auditor add {BOB}" },
            { "auditor remove {BOB}", "auditor remove {BOB}" },
            { "auditor key", "auditor key" },
            { "auditor\u00A0key\u3000revoke", "auditor key revoke" },
            { "Checkpoint", "checkpoint" },
            { "verify", "verify" },
            { "export", "export as bundle" },
            {
                "Export TO 2026-11-21T08:00:00Z as CSV from 2026-11-01",
                "export from 2026-11-01 to 2026-11-21T08:00:00Z as csv"
            },
        };

    [Theory]
    [InlineData("approve")]
    [InlineData("Approve K7Q-4XM")]
    [InlineData("reject K7Q-4XM because I say so")]
    [InlineData("deny it")]
    public void A_decision_that_is_typed_is_told_where_the_buttons_are(string typed)
    {
        var answer = Assert.IsType<Parsed.NotUnderstood>(
            Grammar.Parse([new CommandPart.Text(typed)])
        );
        var lines = string.Join('\n', answer.Lines);
        Assert.Contains("buttons on the card", lines, StringComparison.Ordinal);
        Assert.Contains("Nothing was done.", lines, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_command_is_read_and_written_again(string typed, string written)
    {
        var command = MakeCommand.Read(typed);
        Assert.Equal(written, MakeCommand.Print(command));
        Assert.Equal(written, MakeCommand.Print(MakeCommand.Read(written)));
    }

    [Theory]
    [InlineData("agent add", "It ends where the agent's name should follow.")]
    [InlineData("agent add Deploy owner {BOB}", "\"Deploy\" is not a name")]
    [InlineData("agent add dеploy owner {BOB}", "is not a name")] // Cyrillic е
    [InlineData("agent add x {BOB}", "Found \"@BOB\" where the word \"owner\" should be.")]
    [InlineData("agent add x owner", "a real mention")]
    [InlineData("agent add x owner bob", "Found \"bob\" where a real mention")]
    [InlineData("agent add x owner {BOB} iam.*", "where the word \"actions\" should be")]
    [InlineData("agent add x owner {BOB} actions", "a pattern of actions")]
    [InlineData("agent add x owner {BOB} actions {CAROL}", "Found \"@CAROL\" where a pattern")]
    [InlineData("agent add x owner {BOB} actions \"a b\"", "is not a pattern of actions")]
    [InlineData("agent add x owner {BOB} actions iаm.*", "is not a pattern of actions")] // Cyrillic а
    [InlineData("agent rotate x y", "Do not know what to do with \"y\".")]
    [InlineData("agent rotate {BOB}", "Found \"@BOB\" where the agent's name should be.")]
    [InlineData("agent list all", "\"all\" is not a page")]
    [InlineData("agent owner x", "a real mention")]
    [InlineData("group add sre", "a real mention")]
    [InlineData("group add {BOB}", "where the group's name should be")]
    [InlineData("group add sre {BOB} now", "Do not know what to do with \"now\".")]
    [InlineData("group show", "the group's name should follow")]
    [InlineData("route set", "the policy's name, or default should follow")]
    [InlineData("route remove", "the policy's name, or default should follow")]
    [InlineData("route set default", "slack:CHANNEL or teams:CONVERSATION")]
    [InlineData("route set default #ops", "\"#ops\" is not a place")]
    [InlineData("route set default slack:ops", "\"slack:ops\" is not a place")]
    [InlineData("route set default slack:D0123", "\"slack:D0123\" is not a place")]
    [InlineData("route set default teams:ops", "\"teams:ops\" is not a place")]
    [InlineData("route set default slack:C0123 C0456", "\"C0456\" is not a place")]
    [InlineData("policy set", "the policy's name should follow")]
    [InlineData("policy set Prod", "\"Prod\" is not a name")]
    [InlineData("policy set a effect: deny", "Do not know what to do with \"effect:\".")]
    [InlineData("policy move a", "first, last or before <name> should follow")]
    [InlineData("policy move a up", "Found \"up\" where first")]
    [InlineData("policy move a before", "the policy's name should follow")]
    [InlineData("policy test", "It ends where a request should follow")]
    [InlineData("policy replay a", "a number of days should follow")]
    [InlineData("policy replay a 0", "\"0\" is not a number of days from 1 to 365.")]
    [InlineData("admin add", "a real mention")]
    [InlineData("admin add {BOB} please", "Do not know what to do with \"please\".")]
    [InlineData("auditor key mine", "Do not know what to do with \"mine\".")]
    [InlineData("auditor key revoke all", "Do not know what to do with \"all\".")]
    [InlineData("show", "a request's id")]
    [InlineData("show apr_1", "\"apr_1\" is neither a request's id")]
    [InlineData("show K7Q-4XM now", "Do not know what to do with \"now\".")]
    [InlineData("ask K7Q-4XM", "It ends where your question should follow.")]
    [InlineData("ask the agent", "\"the\" is neither")]
    [InlineData("withdraw everything", "\"everything\" is neither")]
    [InlineData("person link {BOB}", "a real mention, or an account")]
    [InlineData("config history 0", "\"0\" is not a page")]
    [InlineData("config history all", "\"all\" is not a page")]
    [InlineData("link --", "A code looks like this")]
    [InlineData("person link {BOB} carol", "\"carol\" is not an account")]
    [InlineData("person link {BOB} slack:T1", "\"slack:T1\" is not an account")]
    [InlineData("person link {BOB} oidc:login.example:7", "is not an account")]
    [InlineData("person link {BOB} {CAROL} {ERIN}", "Do not know what to do with \"@ERIN\".")]
    [InlineData("whoami {BOB}", "Do not know what to do with \"@BOB\".")]
    [InlineData("pending all", "\"all\" is not a page")]
    [InlineData("status now", "Do not know what to do with \"now\".")]
    public void What_does_not_fit_is_named_and_nothing_is_done(string typed, string why)
    {
        var refusal = MakeCommand.Refusal(typed);
        Assert.Contains(why, refusal, StringComparison.Ordinal);
        Assert.Contains("It goes like this: ", refusal, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was done.", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("agnet add x owner {BOB}", "agent add <name> owner @p… [actions <glob>…]")]
    [InlineData("pendign", "pending")]
    [InlineData("group ad sre {BOB}", "group add <name> @p…")]
    [InlineData("groupadd sre {BOB}", "group add <name> @p…")]
    [InlineData("admin delete {BOB}", "admin remove @p…")]
    [InlineData("who", "whoami")]
    [InlineData("who am i", "whoami")]
    [InlineData("approve K7Q-4XM", "pending (lists the requests that wait)")]
    [InlineData("{BOB}", "help (lists every command)")]
    public void An_unknown_command_names_the_nearest(string typed, string nearest)
    {
        var refusal = MakeCommand.Refusal(typed);
        Assert.Contains(nearest, refusal, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was done.", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_command_has_help_and_its_own_words()
    {
        Assert.All(Grammar.Forms, f => Assert.True(f.Help.Length > 10, f.Words));
        Assert.Equal(
            Grammar.Forms.Length,
            Grammar.Forms.DistinctBy(f => f.Words, StringComparer.Ordinal).Count()
        );
    }

    /// <summary>Teams leaves a text of its own where the bot is mentioned first.</summary>
    [Theory]
    [InlineData("policy set prod\neffect: deny")]
    [InlineData("policy test {\"a\": 1}")]
    [InlineData("ask K7Q-4XM Why now?")]
    public void What_follows_a_mention_of_the_bot_is_read_as_if_it_began(string typed)
    {
        var plain = Grammar.Parse([new CommandPart.Text(typed)]);
        var mentioned = Grammar.Parse([new CommandPart.Text(" "), new CommandPart.Text(typed)]);
        Assert.Equal(
            Assert.IsType<Parsed.Understood>(plain).Command,
            Assert.IsType<Parsed.Understood>(mentioned).Command
        );
    }

    /// <summary>A command that nothing reads, or that nothing prints, was forgotten somewhere.</summary>
    [Fact]
    public void Every_case_of_the_union_can_be_typed()
    {
        var cases = typeof(Command).GetNestedTypes().Where(t => t.BaseType == typeof(Command));
        var typed = Valid.Select(row => MakeCommand.Read(row.Data.Item1).GetType());
        Assert.Empty(cases.Except(typed));
    }
}
