using ChatApprovals.Admin;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// Every command of the grammar, typed by Erin, who administers, in Slack and in Teams to the real bot: it does
/// what it says, and she alone reads it. A command without a line here fails the test.
/// </summary>
public sealed class EveryCommand(SiteFixture fixture) : IClassFixture<SiteFixture>
{
    private readonly Site _site = fixture.Site;

    /// <summary>In this order: the command, what is typed, what is read then.</summary>
    private static readonly (string Words, string Typed, string Read)[] s_lines =
    [
        ("help", "help group", "Help: group"),
        ("whoami", "whoami", "Accounts: slack:"),
        ("pending", "pending", "{code}  db.password.rotate"),
        ("show", "show {code}", "{code} is pending"),
        ("ask", "ask {code} Why now?", "Your question is with the agent."),
        ("withdraw", "withdraw {code}", "{code} is cancelled"),
        ("revoke", "revoke {done}", "{done} was approved and will not run"),
        ("status", "status", "Administrators: Erin Okafor"),
        ("config history", "config history", "Changes, the latest first"),
        ("link", "link", "Your link code"),
        ("group add", "group add staff-{app} @carol", "Added: Carol"),
        ("group list", "group list", "staff-{app} "),
        ("group show", "group show staff-{app}", "Carol Diaz"),
        ("group remove", "group remove staff-{app} @carol", "Not in it any more: Carol Diaz"),
        // In Slack she is one from the start.
        ("group add", "group add approvers @erin", "approvers"),
        ("delegate to", "delegate to @carol until 1h", "Somebody decides in your place"),
        ("delegate off", "delegate off", "Taken back"),
        ("group remove", "group remove approvers @erin", "Not in it any more: Erin Okafor"),
        ("person show", "person show @carol", "carol@acme.example"),
        (
            "person link",
            "person link @carol oidc:https://login.example:{app}",
            "oidc:https://login.example:{app} is linked"
        ),
        (
            "person unlink",
            "person unlink @carol oidc:https://login.example:{app}",
            "oidc:https://login.example:{app} is a person of its own"
        ),
        ("agent add", "agent add bot-{app} owner @carol", "Agent bot-{app} added"),
        ("agent list", "agent list", "bot-{app} "),
        ("agent owner", "agent owner bot-{app} @erin", "Owners now: Erin Okafor"),
        ("agent rotate", "agent rotate bot-{app}", "New key for bot-{app}"),
        ("agent callback", "agent callback bot-{app}", "bot-{app} has no callback"),
        (
            "agent callback",
            "agent callback bot-{app} http://127.0.0.1:9/{app} private",
            "bot-{app} is called back at http://127.0.0.1:9/{app}"
        ),
        ("agent disable", "agent disable bot-{app}", "Agent bot-{app} is disabled"),
        ("agent enable", "agent enable bot-{app}", "Agent bot-{app} is enabled"),
        ("freeze", "freeze bot-{app}", "bot-{app} is frozen"),
        ("unfreeze", "unfreeze bot-{app}", "bot-{app} is no longer frozen"),
        (
            "guard add",
            "guard add guard-{app} audience https://{app}.example",
            "Guard guard-{app} added"
        ),
        ("guard list", "guard list", "audience https://{app}.example"),
        ("guard rotate", "guard rotate guard-{app}", "New key for guard-{app}"),
        ("guard remove", "guard remove guard-{app}", "Guard guard-{app} removed"),
        ("policy set", "policy set p-{app}\nmatch:\n  action: x.*\neffect: deny", "p-{app}"),
        ("policy list", "policy list", "1. p-{app}"),
        ("policy show", "policy show p-{app}", "effect: deny"),
        ("policy history", "policy history p-{app}", "version 1"),
        ("policy move", "policy move p-{app} first", "p-{app}"),
        ("policy test", "policy test {json}", "p-{app}"),
        ("policy replay", "policy replay p-{app} 1", "p-{app}"),
        ("policy remove", "policy remove p-{app}", "p-{app}"),
        ("route set", $"route set default slack:{Acme.SlackGeneral}", "Route of default changed"),
        (
            "route set",
            $"route set default slack:{Acme.SlackChannel} teams:{Acme.TeamsChannel}",
            "Route of default changed"
        ),
        ("route list", "route list", "Routes"),
        ("route remove", "route remove default", "Route of default removed"),
        ("admin add", "admin add @carol", "Administrators added"),
        ("admin remove", "admin remove @carol", "Administrators removed"),
        ("auditor add", "auditor add @carol", "Auditors added"),
        ("auditor remove", "auditor remove @carol", "Auditors removed"),
        ("auditor key", "auditor key", "Your key for the ledger"),
        ("auditor key revoke", "auditor key revoke", "Your key works no longer"),
        ("checkpoint", "checkpoint", "Verifier key: "),
        ("verify", "verify", "The ledger is sound"),
        ("export", "export as csv", "Your export is being made"),
        // Erin administers alone by now.
        ("key rotate", "key rotate ledger", "A new key signs for ledger"),
        ("key rotate", "key rotate grant", "A new key signs for grant"),
        ("key rotate", "key rotate receipt", "A new key signs for receipt"),
        ("verify", "verify", "The ledger is sound"),
        ("erase", "erase {done}", "This needs a second administrator"),
    ];

    public static TheoryData<string> Apps => ["slack", "teams"];

    [Fact]
    public void Every_command_has_a_line_here() =>
        Assert.Equal(
            Grammar.Forms.Select(f => f.Words).Order(StringComparer.Ordinal),
            s_lines
                .Select(l => l.Words)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        );

    [Theory]
    [MemberData(nameof(Apps))]
    public async Task Every_command_does_in_each_app_what_it_says_and_tells_the_asker_alone(
        string app
    )
    {
        // Of its own: at the end Erin's key for the ledger works no longer.
        await using var site = await Site.OpenAsync();
        var (waits, done) = (await site.AskShownAsync(), await site.AskShownAsync());
        await KillPoint.InSlack(site, done);
        Assert.Equal(
            "approved",
            (await site.ReadAsync(done.Id, wait: 20)).GetProperty("status").GetString()
        );
        foreach (var (_, typed, read) in s_lines)
        {
            var command = typed
                .Replace("{app}", app, StringComparison.Ordinal)
                .Replace("{code}", waits.Code, StringComparison.Ordinal)
                .Replace("{done}", done.Code, StringComparison.Ordinal)
                .Replace("{json}", s_json, StringComparison.Ordinal);
            var wanted = read.Replace("{app}", app, StringComparison.Ordinal)
                .Replace("{code}", waits.Code, StringComparison.Ordinal)
                .Replace("{done}", done.Code, StringComparison.Ordinal);
            await site.TellsErinAsync(app, command, wanted);
        }
    }

    private const string s_json =
        """{"subject":{"type":"agent","id":"deploy-bot"},"action":{"name":"x.y"},"resource":{"type":"t","id":"i"},"initiator":{"type":"human","id":"alice@acme.example"}}""";

    /// <summary>What cannot be, or would do harm: typed, and what is read then.</summary>
    private static readonly (string Typed, string Read)[] s_bad =
    [
        ("policy set p\nstages: [{approvers: [ghosts]}]", "Nobody is in the group ghosts"),
        ("policy set p\nstages: [{approvers: [empty]}]", "Nobody is in the group empty"),
        ("policy set p\nstages: [{approvers: [approvers], count: 50}]", "Nobody could satisfy it"),
        ("policy set p\nstages: [{approvers: [approvers], count: 51}]", "from 1 to 50"),
        ("policy set p\nstages: [{approvers: [approvers], count: 0}]", "from 1 to 50"),
        ("policy set p\na: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]", "anchors ("),
        ("policy set p\na: {a: {a: {a: {a: {a: {a: b}}}}}}", "nested too deeply"),
        ($"policy set p\n#{new string('x', 8_193)}", "bytes"),
        ("policy set p\neffect: deny\neffect: allow", "there twice"),
        ("policy move default before default", "always last"),
        ("policy remove nosuch", "There is no policy called nosuch"),
        ("group remove nosuch @carol", "There is no group called nosuch"),
        ("group add sre @nobody", "only looks like a mention"),
        ("group add sre @dan", "is a guest"),
        ("agent owner nosuch @carol", "nosuch"),
        ("link ABCD-EFGH", "Nothing was changed"),
        ("show ABC-DEF", "ABC-DEF"),
        ("withdraw ABC-DEF", "ABC-DEF"),
    ];

    [Theory]
    [MemberData(nameof(Apps))]
    public async Task What_cannot_be_is_refused_in_each_app_with_the_reason_and_changes_nothing(
        string app
    )
    {
        await _site.EmptyGroupAsync();
        var before = await _site.ConfigAsync();
        List<string> wrong = [];
        foreach (var (typed, read) in s_bad)
        {
            if (await _site.WrongAsync(app, typed, read) is { } other)
            {
                wrong.Add(other);
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.Equal(before, await _site.ConfigAsync());
    }
}
