using System.Globalization;
using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// <c>report.html</c>: population and completeness, who approved how much and how fast, what ran by
/// what right, refused attempts, changes that
/// nobody else confirmed, and where the evidence for each control is.
/// </summary>
internal static class ReportPage
{
    public static IEnumerable<ReadOnlyMemory<byte>> Write(LedgerSpan span)
    {
        var figures = ReportFigures.Of(span);
        yield return PageText.Bytes(PageText.Head("Approvals: the report"));
        yield return PageText.Bytes(Population(span, figures));
        yield return PageText.Bytes(Deciders(figures));
        yield return PageText.Bytes(figures.Runs.Page());
        yield return PageText.Bytes(
            Table("Refused attempts", "Why", figures.Refusals, "Nobody was refused.")
        );
        yield return PageText.Bytes(Unreviewed(figures));
        yield return PageText.Bytes(Erased(figures));
        yield return PageText.Bytes(Controls);
        yield return PageText.Bytes(PageText.Foot);
    }

    private static string Population(LedgerSpan span, ReportFigures figures) =>
        $"<h2>Population and completeness</h2>\n<p>Ledger <code>{PageText.Text(span.Origin)}</code>: "
        + $"{span.Head.Size} entries, numbered without a gap from 0 to {span.Head.Size - 1} and signed as a whole. "
        + $"This report covers entries {span.From} to before {span.To}: {span.To - span.From} of them.</p>\n"
        + Table("Requests by outcome", "Outcome", figures.Outcomes, "No request ended.")
        + Table("Entries by kind", "Kind", figures.Kinds, "There are none.");

    private static string Deciders(ReportFigures figures)
    {
        var html = new StringBuilder("<h2>Who decided, how much and how fast</h2>\n");
        html.Append(
            CultureInfo.InvariantCulture,
            $"<p>A decision within {ReportFigures.Glance.TotalSeconds} s of the card may have been made without reading it.</p>\n"
        );
        html.Append(
            "<table><tr><th>Person</th><th class=\"n\">Approved</th><th class=\"n\">Rejected</th>"
                + "<th class=\"n\">Fastest</th><th class=\"n\">Mean</th><th class=\"n\">At a glance</th></tr>\n"
        );
        foreach (var (person, d) in figures.Deciders.OrderByDescending(d => d.Value.Count))
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{PageText.Text(person)}</td><td class=\"n\">{d.Approved}</td><td class=\"n\">{d.Count - d.Approved}</td>"
                    + $"<td class=\"n\">{d.Fastest:0.0} s</td><td class=\"n\">{d.Seconds / d.Count:0.0} s</td><td class=\"n\">{d.Glances}</td></tr>\n"
            );
        }

        return html.Append("</table>\n").ToString();
    }

    private static string Unreviewed(ReportFigures figures)
    {
        var html = new StringBuilder("<h2>Changes that nobody else confirmed</h2>\n");
        html.Append(
            CultureInfo.InvariantCulture,
            $"<p>{figures.UnreviewedCount} changes that give somebody more power are marked <code>unreviewed</code>"
        );
        html.Append(
            figures.UnreviewedCount > figures.Unreviewed.Count
                ? $"; the first {figures.Unreviewed.Count}:</p>\n"
                : ".</p>\n"
        );
        html.Append("<table><tr><th>Entry</th><th>When</th><th>What</th><th>By</th></tr>\n");
        foreach (var (seq, at, what, by) in figures.Unreviewed)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{seq}</td><td>{PageText.Time(at)}</td><td>{PageText.Text(what)}</td><td>{PageText.Text(by)}</td></tr>\n"
            );
        }

        return html.Append("</table>\n").ToString();
    }

    private static string Erased(ReportFigures figures)
    {
        var html = new StringBuilder("<h2>What was erased</h2>\n<p>");
        html.Append(
            figures.Erasures.Count == 0
                ? "Nothing.</p>\n"
                : "Only what was beside these entries, never an entry; each time two administrators.</p>\n"
                    + "<table><tr><th>Entry</th><th>When</th><th>Of</th><th>By</th><th>Confirmed by</th><th>Contents of entries</th></tr>\n"
        );
        foreach (var e in figures.Erasures)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<tr><td>{e.Seq}</td><td>{PageText.Time(e.At)}</td><td>{PageText.Text(e.Txn)}</td><td>{PageText.Text(e.By)}</td>"
                    + $"<td>{PageText.Text(e.ConfirmedBy)}</td><td>{string.Join(", ", e.Entries)}</td></tr>\n"
            );
        }

        return html.Append(figures.Erasures.Count == 0 ? "" : "</table>\n").ToString();
    }

    internal static string Table(
        string title,
        string head,
        SortedDictionary<string, long> counts,
        string none
    )
    {
        if (counts.Count == 0)
        {
            return $"<h2>{title}</h2>\n<p>{none}</p>\n";
        }

        var rows = string.Concat(
            counts.Select(c =>
                $"<tr><td>{PageText.Text(c.Key)}</td><td class=\"n\">{c.Value}</td></tr>\n"
            )
        );
        return $"<h2>{title}</h2>\n<table><tr><th>{head}</th><th class=\"n\">Number</th></tr>\n{rows}</table>\n";
    }

    private const string Controls = """
        <h2>Where the evidence for a control is</h2>
        <table><tr><th>Control</th><th>Evidence</th></tr>
        <tr><td>SOC 2 CC6.1–6.3, CC8.1</td><td>transcript.html: for each request asker, approvers, time before execution, policy and version; receipts/</td></tr>
        <tr><td>SOC 2 CC7.2–7.3</td><td>Refused attempts and unreviewed changes above; events.ocsf.jsonl for the SIEM</td></tr>
        <tr><td>NIST 800-53 AU-2, AU-3, AU-12</td><td>Entries by kind above; each has time, kind, who, what and outcome (events.jsonl)</td></tr>
        <tr><td>NIST 800-53 AU-9, AU-10</td><td>checkpoint, tile/entries, receipts and proofs: any RFC 6962 verifier, see VERIFY.md</td></tr>
        <tr><td>NIST 800-53 AC-3(2), AC-5</td><td>decision.approved entries of distinct persons for each request; decision.refused entries (self-approval and others)</td></tr>
        <tr><td>ISO 27001:2022 A 5.3, 5.28, 8.2, 8.15, 8.32</td><td>The same: duties kept apart, evidence, privileged rights, logging, change</td></tr>
        <tr><td>EU AI Act Art. 12, 14</td><td>The recorded events, who oversaw, what was shown (display_hash), and that a person could refuse</td></tr>
        </table>
        <p>A mapping, no claim of conformity.</p>

        """;
}
