using System.Globalization;

namespace ChatApprovals.Export;

/// <summary>Where the evidence for a control is, with the figures of this very part. A mapping, no claim of conformity.</summary>
internal static class ReportControls
{
    public static string Page(LedgerSpan span, ReportFigures figures) =>
        "<h2 id=\"controls\">Where the evidence for a control is</h2>\n"
        + "<p>A mapping, no claim of conformity. Controls that are not here (storage capacity, retention, clocks of the host) are the operator's.</p>\n"
        + PageText.Table(
            ["Control", "Evidence here"],
            [.. Soc(figures), .. Audit(span, figures), .. Access(figures), .. Others(figures)],
            ""
        );

    private static IEnumerable<string[]> Soc(ReportFigures f) =>
        [
            [
                "SOC 2 CC6.1, CC6.2, CC6.3",
                $"{Of(f, "grant.consumed")} uses of privileged access, each by a single-use grant of an approved request: transcript.html; changes of who may do what: {Of(f, "config.changed")} <code>config.changed</code> entries",
            ],
            [
                "SOC 2 CC7.2, CC7.3",
                $"{f.Duties.RefusedCount} <a href=\"#refused\">refused attempts</a>, {Of(f, "grant.refused")} <a href=\"#runs\">refused grants</a>; events.ocsf.jsonl for the SIEM",
            ],
            [
                "SOC 2 CC8.1",
                $"{Outcome(f, "approved")} approved, {Outcome(f, "denied")} denied of {f.Made} <a href=\"#population\">requests</a>; {f.UnreviewedCount} <a href=\"#unreviewed\">changes of the configuration without a second person</a>",
            ],
        ];

    private static IEnumerable<string[]> Audit(LedgerSpan span, ReportFigures f) =>
        [
            [
                "NIST 800-53 AU-2, AU-12",
                "<a href=\"#kinds\">Entries by kind</a>: what is recorded, and how often; each before its effect",
            ],
            [
                "NIST 800-53 AU-3",
                "Each line of events.jsonl has time, kind, who, what and outcome; events.csv has them as columns",
            ],
            [
                "NIST 800-53 AU-4, AU-5",
                "The bot refuses to act when it cannot write: no entry, no effect; the disk is the operator's",
            ],
            [
                "NIST 800-53 AU-6, AU-7",
                "This report, transcript.html (to search), events.csv and events.ocsf.jsonl (to reduce and correlate)",
            ],
            [
                "NIST 800-53 AU-8",
                $"<code>at</code> of each entry: UTC, milliseconds, the host's clock; from {PageText.Time(f.First)} to {PageText.Time(f.Last)}",
            ],
            [
                "NIST 800-53 AU-9, AU-10",
                $"checkpoint, tile/entries, receipts/ ({f.Ended} requests) and proofs/: any RFC 6962 verifier, see VERIFY.md; anchors/ against cutting back",
            ],
            [
                "NIST 800-53 AU-11",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"All {span.Head.Size} entries from 0 on are kept and signed; <a href=\"#erased\">{f.Erasures.Count} erasures</a> took contents beside them"
                ),
            ],
        ];

    private static IEnumerable<string[]> Access(ReportFigures f) =>
        [
            [
                "NIST 800-53 AC-3(2)",
                $"<a href=\"#duties\">{f.Duties.ByPeople} requests approved by people</a>, with the number of different persons for each",
            ],
            [
                "NIST 800-53 AC-5",
                $"<a href=\"#duties\">Duties kept apart</a>: {f.Duties.BrokenCount} exceptions; {f.Duties.RefusedCount} attempts refused",
            ],
        ];

    private static IEnumerable<string[]> Others(ReportFigures f) =>
        [
            [
                "ISO 27001:2022 A.5.3, A.8.2",
                $"<a href=\"#duties\">Duties kept apart</a>; privileged access by grants, {Of(f, "grant.revoked")} revoked",
            ],
            [
                "ISO 27001:2022 A.5.28, A.8.15",
                "Evidence with its proof: receipts/, proofs/; logging: <a href=\"#kinds\">entries by kind</a>",
            ],
            [
                "ISO 27001:2022 A.8.32",
                $"<a href=\"#unreviewed\">Changes of the configuration</a>: {Of(f, "config.changed")}, of them {f.UnreviewedCount} unreviewed",
            ],
            [
                "EU AI Act Art. 12",
                "What agents asked and did is recorded as it happens, for the life of the ledger: <a href=\"#population\">population</a>, events.jsonl",
            ],
            [
                "EU AI Act Art. 14",
                $"<a href=\"#people\">Who oversaw</a>, how long they looked, what they were shown (<code>display_hash</code>); a person could stop it and did {Outcome(f, "denied")} times; signs of automation bias: <a href=\"#people\">look closer</a>",
            ],
        ];

    private static string Of(ReportFigures f, string kind) =>
        PageText.Number(f.Kinds.GetValueOrDefault(kind));

    private static string Outcome(ReportFigures f, string outcome) =>
        PageText.Number(f.Outcomes.GetValueOrDefault(outcome));
}
