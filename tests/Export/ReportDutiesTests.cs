using System.Text.RegularExpressions;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>
/// What <c>report.html</c> says of duties, times, reviews and epochs, of entries that no bot of ours writes: it compares by the
/// rules that judge live, and whatever cannot be compared is no tick.
/// </summary>
public sealed class ReportDutiesTests : IAsyncLifetime
{
    private const string Tick = "✔ In no request";

    private readonly HandClock _clock = new(Make.Noon);
    private TestDesk _desk = null!;

    public async ValueTask InitializeAsync() => _desk = await AnnsDesk.OpenAsync(_clock);

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public async Task Where_everyone_was_somebody_else_there_is_a_tick()
    {
        await ApproveAsync(await AskAsync(), Slack("BOB"));
        var report = await ReportAsync();
        Has(report, Tick, "0 exceptions in 1 approval compared.");
        Assert.Equal(3, Regex.Count(report, "0 exceptions in 1 approval compared"));
    }

    [Fact]
    public async Task Whoever_it_is_for_by_address_is_behind_it()
    {
        await LinkAsync("ALICE", Slack("ALICE"), "Alice@acme.example");
        await ApproveAsync(await AskAsync(), Slack("ALICE"));
        await BrokenAsync("initiator");
    }

    [Fact]
    public async Task So_is_another_account_of_whoever_it_is_for()
    {
        await LinkAsync("BOB", Make.Teams("bob"), "b@acme.example");
        await ApproveAsync(await AskAsync(initiator: "slack:T1:BOB"), Make.Teams("bob"));
        await BrokenAsync("initiator");
    }

    [Fact]
    public async Task So_is_who_owns_the_agent_at_the_click_and_who_did_before()
    {
        var (then, now) = (await AskAsync("CHG-1"), await AskAsync("CHG-2"));
        var (bob, carol) = (Person("BOB"), Person("CAROL"));
        await ExportDesk.RecordAsync(_desk, Make.OwnedAgent(carol, carol));
        await ApproveAsync(then, Slack("ERIN"));
        await ApproveAsync(now, Slack("CAROL"));
        await ApproveAsync(await AskAsync("CHG-3"), Slack("BOB"));
        Assert.NotEqual(bob, carol);
        await BrokenAsync("owner", times: 2);
    }

    [Fact]
    public async Task So_is_who_shares_an_address_with_an_owner()
    {
        await LinkAsync("EVE", Slack("EVE"), "ERIN@acme.example");
        await ApproveAsync(await AskAsync(), Slack("EVE"));
        await BrokenAsync("owner");
    }

    [Fact]
    public async Task So_is_who_made_the_approvers_more_while_it_waited()
    {
        var asked = await AskAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        var widened = new Widening(_clock.GetUtcNow(), [Person("CAROL")]);
        await ExportDesk.RecordAsync(
            _desk,
            Make.Group("approvers", [widened], Person("BOB"), Person("CAROL"))
        );
        await ApproveAsync(asked, Slack("CAROL"));
        await BrokenAsync("widened");
    }

    [Fact]
    public async Task Two_accounts_of_one_person_count_twice_only_by_mistake()
    {
        await LinkAsync("BOB", Make.Teams("bob"), "b@acme.example");
        var asked = await AskAsync();
        await ApproveAsync(asked, Slack("BOB"));
        await ApproveAsync(asked, Make.Teams("bob"));
        Has(await ReportAsync(), "✖ In 1 case<", "<td>one person counted twice</td>");
    }

    [Fact]
    public async Task What_has_no_address_to_compare_or_was_erased_since_is_no_tick()
    {
        await LinkAsync("NADIA", Slack("NADIA"));
        await LinkAsync("DAVE", Slack("DAVE"), "dave@acme.example");
        foreach (var user in (string[])["NADIA", "BOB", "DAVE"])
        {
            var asked = await AskAsync("CHG-" + user);
            await ApproveAsync(asked, Slack(user));
            await EndAsync(asked);
        }

        await AnnsDesk.Commands(_desk).AsAsync(Slack("ANN"), "admin add {BOB}");
        await EraseDesk.EraseAsync(_desk, "{DAVE}");
        var report = await ReportAsync();
        Assert.DoesNotContain(Tick, report, StringComparison.Ordinal);
        Has(
            report,
            "2 approvals could not be compared; in none of the other 2",
            "<td>no address or account of the same kind</td><td class=\"n\">1</td>",
            "<td>addresses of then were erased</td><td class=\"n\">1</td>",
            "0 exceptions in 2 approvals compared, 2 more could not be compared"
        );
    }

    [Fact]
    public async Task An_approval_by_fewer_than_the_policy_wants_is_told_and_counted()
    {
        var policy = Policy.Default with { Stages = [new Stage(["approvers"], 2)] };
        await ExportDesk.RecordAsync(_desk, Make.Changed("policy", policy.Name, policy));
        var asked = await AskAsync();
        await ApproveAsync(asked, Slack("BOB"));
        await EndAsync(asked);
        Has(
            await ReportAsync(),
            "<td>by 1 person</td><td>at least 2 different persons</td><td class=\"n\">1</td>",
            "<td>approved by 1 of 2 people</td>",
            "1 with fewer than it wanted"
        );
    }

    [Fact]
    public async Task Time_counts_from_the_card_that_was_decided_on_and_not_from_an_earlier_one()
    {
        var asked = await AskAsync();
        await ShownAsync(asked, Surface.Slack, "slack-view");
        _clock.Advance(TimeSpan.FromMinutes(5));
        await ShownAsync(asked, Surface.Teams, "teams-view");
        _clock.Advance(TimeSpan.FromSeconds(1));
        await LinkAsync("BOB", Make.Teams("bob"), "b@acme.example");
        await ApproveAsync(asked, Make.Teams("bob"), "teams-view");
        // Read in full in the app: that entry is made with the decision and says nothing of when.
        await ShownAsync(asked, Surface.Slack, "read-in-app", copy: null);
        await ApproveAsync(asked, Slack("CAROL"), "read-in-app");
        var files = await KeyDesks.BundleAsync(_desk);
        Has(ExportDesk.Text(files["transcript.html"]), "approved</b> in Teams, 1.0 s after");
        var report = ExportDesk.Text(files["report.html"]);
        Assert.Matches(
            "bob <small>.*?<td class=\"n\">1.0 s</td><td class=\"n\">1.0 s</td><td class=\"n\">1</td>",
            report
        );
        Assert.Matches(
            "CAROL <small>.*?<td></td><td></td><td class=\"n\">0</td><td class=\"n\">1</td>",
            report
        );
    }

    [Fact]
    public async Task Links_that_one_administrator_made_alone_are_unreviewed_changes_too()
    {
        var before = Unreviewed(await ReportAsync());
        var linked = await AnnsDesk
            .Commands(_desk)
            .AsAsync(Slack("ANN"), "person link {BOB} {CAROL}");
        Assert.DoesNotContain("Not", linked.Title, StringComparison.Ordinal);
        var report = await ReportAsync();
        Assert.Equal(before + 1, Unreviewed(report));
        Assert.Matches("<td>slack:T1:CAROL linked to per_[a-z0-9]+</td>", report);
    }

    [Fact]
    public async Task A_restore_from_a_backup_and_that_there_is_no_break_glass_are_told()
    {
        Has(await ReportAsync(), "Never: this is the only epoch", "<b>no anchor has a checkpoint");
        var size = _desk.Store.Head()!.Size;
        await ExportDesk.RecordAsync(
            _desk,
            new Fact.LedgerRestored(2, size, "root", KnownSize: size + 7)
        );
        Has(
            await ReportAsync(),
            "Break-glass</h2>\n<p>There is none",
            "1 forced restore",
            $"<td>entries {size} to {size + 6} of the epoch before</td><td><b class=\"odd-text\">yes"
        );
    }

    private static int Unreviewed(string report) =>
        report.Split("id=\"unreviewed\"")[1].Split("<h2")[0].Split("<tr><td").Length - 1;

    private async Task BrokenAsync(string why, int times = 1)
    {
        var report = await ReportAsync();
        Has(report, $"✖ In {times} case");
        Assert.Equal(
            times,
            Regex.Count(report, $"<td>approved by somebody behind the request \\({why}\\)</td>")
        );
        Assert.Equal(3, Regex.Count(report, $"{times} exceptions in "));
    }

    private async Task<string> ReportAsync() =>
        ExportDesk.Text((await KeyDesks.BundleAsync(_desk))["report.html"]);

    private async Task<Approval> AskAsync(
        string change = "CHG-1",
        string initiator = "alice@acme.example"
    ) => Assert.IsType<Opened.Created>(await _desk.AskAsync(change, initiator: initiator)).Approval;

    private Task ShownAsync(Approval request, Surface surface, string hash, int? copy = 0) =>
        ExportDesk.RecordAsync(
            _desk,
            new Fact.RequestDisplayed(request.Id, copy, surface, "C", "1", hash)
        );

    private Task ApproveAsync(Approval request, AccountId account, string hash = "shown") =>
        ExportDesk.RecordAsync(
            _desk,
            new Fact.DecisionMade(
                request.Id,
                new Decision(
                    Verdict.Approved,
                    _desk.Register.Current.PersonOf(account)!.Id,
                    account,
                    account.User,
                    account.Surface,
                    _clock.GetUtcNow(),
                    null,
                    hash,
                    null
                )
            )
        );

    private Task EndAsync(Approval request) =>
        ExportDesk.RecordAsync(
            _desk,
            new Fact.RequestEnded(request.Id, RequestStatus.Approved, null, null)
        );

    private Task LinkAsync(string user, AccountId account, params string[] emails) =>
        ExportDesk.RecordAsync(
            _desk,
            Make.Linked(
                _desk.Register.Current.PersonOf(Slack(user))?.Id
                    ?? PersonId.New(_clock.GetUtcNow()),
                account,
                emails
            )
        );

    private PersonId Person(string user) => _desk.Register.Current.PersonOf(Slack(user))!.Id;

    private static AccountId Slack(string user) => Make.Slack(user);

    private static void Has(string page, params string[] texts) =>
        Assert.All(texts, t => Assert.Contains(t, page, StringComparison.Ordinal));
}
