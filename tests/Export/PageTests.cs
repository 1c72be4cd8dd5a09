using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ChatApprovals.Approvals;
using ChatApprovals.Export;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>What an auditor is promised of the pages, of a ledger with a lot going on.</summary>
public sealed partial class PageTests : IAsyncLifetime
{
    private TestDesk _desk = null!;
    private string _transcript = null!;
    private string _report = null!;

    public async ValueTask InitializeAsync()
    {
        _desk = await BusyDesk.OpenAsync();
        var files = await KeyDesks.BundleAsync(_desk);
        KeyDesks.Verify(files);
        _transcript = ExportDesk.Text(files["transcript.html"]);
        _report = ExportDesk.Text(files["report.html"]);
        // For people who want to look at them.
        if (Environment.GetEnvironmentVariable("PAGES_TO") is { Length: > 0 } directory)
        {
            foreach (var (name, bytes) in files.Where(f => !f.Key.Contains('/')))
            {
                await File.WriteAllBytesAsync(Path.Combine(directory, name), bytes);
            }
        }
    }

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public void A_requests_article_tells_what_was_asked_with_its_diff_apart_from_the_agents_words()
    {
        var article = Article("CHG-1042");
        Has(article, "✔ approved", "iam.role.attach_policy", "on</span> deployer");
        Has(
            article,
            "<dt>Started by</dt><dd>alice@acme.example (human); the agent calls them Alice Ng"
        );
        Has(article, "<dt>On behalf of</dt><dd>planner (agent)");
        Has(article, "<dt>action.policy</dt><dd>Admin</dd>", "<dt>context.change</dt><dd>CHG-1042");
        Has(
            article,
            "restricted; 1,200,000 records; customer e-mail addresses; from crm.customers"
        );
        Has(article, "<dt>Policy</dt><dd>default, version 1: 1 of approvers");
        Has(article, "<small>computed from before and after</small>", "<span class=\"add\">+ ");
        var words = article[
            article.IndexOf("<section class=\"words\">", StringComparison.Ordinal)..
        ];
        Has(words, "not verified", "Deploy 4812 needs", "deploy #4812", "Plan: 1 to add", "detach");
        Assert.DoesNotContain("Deploy 4812", article[..^words.Length], StringComparison.Ordinal);
    }

    [Fact]
    public void Its_timeline_tells_in_order_what_was_shown_said_refused_decided_granted_and_run()
    {
        var article = Article("CHG-1042");
        string[] steps =
        [
            "<b>Asked</b> by deploy-bot",
            "<b>Shown</b> in Slack",
            "<b>CAROL asked the agent</b> in Slack<blockquote>Which alarms will fire?</blockquote>",
            "<b>The agent answered</b><blockquote>None.</blockquote>",
            "<b>Refused:</b>",
            "<b>CAROL approved</b> in Slack, 34 s after the card was there<blockquote>Fits the change window.",
            "<b>Approved.</b>",
            "<b>Grant issued</b>",
            "<b>Grant refused</b> at the guard g: binding mismatch",
            "<b>Grant used</b> at the guard g",
            "<b>Ran: succeeded</b>",
        ];
        var at = 0;
        foreach (var step in steps)
        {
            var found = article.IndexOf(step, at, StringComparison.Ordinal);
            Assert.True(found >= 0, step);
            at = found;
        }

        Assert.Matches("<code>decision.approved</code> entry [0-9]+", article);
        Assert.Matches(
            "<a href=\"receipts/(apr_[a-z0-9]+).jws\">.*<a href=\"proofs/\\1.tlog-proof\">",
            article
        );
    }

    [Fact]
    public void Every_end_is_told_and_what_was_erased_says_so()
    {
        foreach (var state in (string[])["approved", "denied", "expired", "cancelled", "pending"])
        {
            Assert.Matches($"<span class=\"state {state}\">[^<]+ {state}</span>", _transcript);
        }

        Has(_transcript, "<dt>Erased</dt>", "<i>(erased 2026-11-22T", "<b>Grant revoked</b>");
        Assert.DoesNotContain(EraseDesk.Word, _transcript, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pages_load_nothing_and_run_only_the_script_whose_hash_they_name()
    {
        foreach (var page in (string[])[_transcript, _report])
        {
            var policy = Policy().Match(page).Groups["policy"].Value;
            Has(policy, "default-src 'none'", "base-uri 'none'", "form-action 'none'");
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Has(
                policy,
                $"style-src '{Hash(page, "style")}'",
                $"script-src '{Hash(page, "script")}'"
            );
            Assert.Single(Found(page, "<script"));
            Assert.DoesNotMatch("<[a-z][^>]* (src|srcset|action|style|on[a-z]+)=", page);
            Assert.DoesNotMatch("<(link|img|iframe|object|embed|form|base)[ >]", page);
            Assert.All(
                Found(page, "href=\"([^\"]*)\""),
                h => Assert.Matches("^(receipts/apr_|proofs/apr_|#)", h)
            );
            Has(page, "@media print", "prefers-color-scheme:dark", "<meta name=\"viewport\"");
        }

        Has(_transcript, "type=\"search\"");
        Has(_transcript, "&lt;/script&gt;&lt;script&gt;alert(1)");
    }

    [Fact]
    public void The_report_tells_population_and_completeness()
    {
        var size = _desk.Store.Head()!.Size;
        Has(_report, $"{size} entries, numbered without a gap from 0 to {size - 1}");
        Has(
            _report,
            $"covers entries 0 to before {size}: {size} of them, {size} read here, none missing"
        );
        Assert.Matches("[0-9]+ requests were made in it, [0-9]+ ended", _report);
        Has(_report, "Requests made, by day", ">2026-11-21</text>", ">2026-11-22</text>");
        Row(_report, "expired", "1");
        Row(_report, "denied", "1");
    }

    [Fact]
    public void The_report_shows_that_duties_were_kept_apart_and_what_was_refused_for_it()
    {
        Has(
            _report,
            "<b>1 approval could not be compared; in none of the other ",
            "</b> did somebody behind the request approve",
            "<td>the request was erased</td><td class=\"n\">1</td>"
        );
        Assert.Matches("by 1 person</td><td>at least 1 person</td><td class=\"n\">[0-9]+", _report);
        Row(_report, "owner", "1");
        Assert.Matches("<td>apr_[a-z0-9]+</td><td>slack:T1:ERIN</td><td>owner</td>", _report);
    }

    [Fact]
    public void The_report_names_who_approves_at_a_glance()
    {
        Assert.Matches(
            "BOB <small><code>per_[^<]*</code></small></td>[^\n]*⚠ [6-9] of [0-9]+ approvals within 3 s",
            _report
        );
        Assert.DoesNotMatch("CAROL <small>[^\n]*⚠", _report);
        Has(_report, "Time from card to decision", "&lt; 3 s</text>", "unknown</text>");
        Assert.Equal(2, Found(_report, "<svg role=\"img\" aria-label=").Length);
    }

    [Fact]
    public void The_report_tells_what_ran_without_or_outside_a_grant_and_what_nobody_reviewed()
    {
        Row(_report, "reported after its grant was used", "1");
        Assert.Matches(
            "reported without a grant that was used[^<]*</td><td class=\"n\">[1-9]",
            _report
        );
        Row(_report, "attempts outside a grant, refused by the bot: binding mismatch", "1");
        Assert.Matches(
            "<td>apr_[a-z0-9]+</td><td>outside a grant, refused: binding mismatch</td>",
            _report
        );
        Has(_report, "approvals revoked before they were used", "<code>unreviewed</code>");
        Assert.Matches("<td>group @admins</td><td>per_", _report);
    }

    [Fact]
    public void Each_control_of_the_mapping_has_its_evidence()
    {
        string[] controls =
        [
            "CC6.1",
            "CC7.2",
            "CC8.1",
            "AU-2",
            "AU-3",
            "AU-4",
            "AU-5",
            "AU-6",
            "AU-7",
            "AU-8",
            "AU-9",
            "AU-10",
            "AU-9(5)",
            "CM-3",
            "A.8.17",
            "AU-11",
            "AU-12",
            "AC-3(2)",
            "AC-5",
            "ISO 27001:2022 A.5.3",
            "EU AI Act Art. 12",
            "EU AI Act Art. 14",
        ];
        var rows = _report[_report.IndexOf("id=\"controls\"", StringComparison.Ordinal)..]
            .Split("<tr>");
        foreach (var control in controls)
        {
            var row = Assert.Single(
                rows,
                r => Found(r.Split("</td>")[0], Regex.Escape(control) + "(?![0-9(])").Length > 0
            );
            Assert.True(row.Split("</td>")[1].Length > 40, control);
        }

        Assert.All(Found(_report, "href=\"#([a-z]+)\""), id => Has(_report, $"id=\"{id}\""));
        Has(_report, "no claim of conformity");
    }

    private string Article(string with) =>
        Assert.Single(
            _transcript.Split("<article ").Skip(1),
            a => a.Contains(with + "<", StringComparison.Ordinal)
        );

    /// <summary>What the last group of each match holds.</summary>
    private static string[] Found(string page, string pattern) =>
        [
            .. Regex
                .Matches(page, pattern, RegexOptions.None, TimeSpan.FromSeconds(1))
                .Select(m => m.Groups[m.Groups.Count - 1].Value),
        ];

    private static void Has(string page, params string[] texts) =>
        Assert.All(texts, t => Assert.Contains(t, page, StringComparison.Ordinal));

    private static void Row(string page, string name, string value) =>
        Has(page, $"<td>{name}</td><td class=\"n\">{value}</td>");

    private static string Hash(string page, string element)
    {
        var inline = page.Split($"<{element}>")[1].Split($"</{element}>")[0];
        return "sha256-" + Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(inline)));
    }

    [GeneratedRegex(
        "Content-Security-Policy\" content=\"(?<policy>[^\"]*)\"",
        RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Policy();
}
