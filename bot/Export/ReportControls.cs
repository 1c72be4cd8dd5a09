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
                $"{PageText.Count(f.Runs.ByGrant, "use", "uses")} of privileged access by a single-use grant of an approved request, {PageText.Number(f.Runs.Forwarded)} sent by the bot's own guarded endpoints on an approval, without a grant: <a href=\"#runs\">executions</a>, transcript.html; changes of who may do what: {Of(f, "config.changed")} <code>config.changed</code> entries",
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
                $"<a href=\"#kinds\">{f.Kinds.Count} kinds of entries</a> with how often each is here. That each is written before its effect is stated by the vendor, not evidenced here",
            ],
            [
                "NIST 800-53 AU-3",
                "Each line of events.jsonl has time, kind, who, what and outcome; events.csv has them as columns",
            ],
            [
                "NIST 800-53 AU-4, AU-5",
                "Stated by the vendor, not evidenced here: without an entry there is no effect, the bot refuses to act when it cannot write. The disk is the operator's",
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
                $"checkpoint, tile/entries, receipts/ ({f.Ended} requests) and proofs/: any RFC 6962 verifier, see VERIFY.md. Against cutting back: {Anchors(span)}",
            ],
            [
                "NIST 800-53 AU-9(5)",
                $"<a href=\"#erased\">{PageText.Count(f.Erasures.Count, "erasure", "erasures")}</a>, {PageText.Number(f.Erasures.Count(e => !e.ConfirmedBy.Equals(e.By, StringComparison.Ordinal)))} of them by two different administrators; no entry is ever deleted",
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
                $"<a href=\"#duties\">{f.Duties.ByPeople} requests approved by people</a>: how many the policy wanted, and how many different persons there were; {PageText.Number(f.Duties.TooFew)} with fewer than it wanted",
            ],
            [
                "NIST 800-53 AC-5",
                $"<a href=\"#duties\">Duties kept apart</a>: {f.Duties.Summary}; {f.Duties.RefusedCount} attempts refused",
            ],
            [
                "NIST 800-53 CM-3, CM-5",
                $"Changes of configuration, keys and accounts by review: {Reviews(f)}; the proposals are <code>config.proposed</code> entries, before and after are in the entries or beside them",
            ],
        ];

    private static IEnumerable<string[]> Others(ReportFigures f) =>
        [
            [
                "ISO 27001:2022 A.5.3, A.8.2",
                $"<a href=\"#duties\">Duties kept apart</a>: {f.Duties.Summary}; privileged access by grants, {Of(f, "grant.revoked")} revoked",
            ],
            [
                "ISO 27001:2022 A.5.28, A.8.15",
                "Evidence with its proof: receipts/, proofs/; logging: <a href=\"#kinds\">entries by kind</a>",
            ],
            [
                "ISO 27001:2022 A.8.17",
                $"{PageText.Number(f.StepsBack)} of {PageText.Number(f.Counted)} entries have a time before that of the entry before. The host's clock is the operator's; times by other clocks: anchors/timestamp, anchors/witness, where there are some",
            ],
            [
                "ISO 27001:2022 A.8.32",
                $"<a href=\"#unreviewed\">Changes</a> of configuration, keys and accounts by review: {Reviews(f)}",
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

    /// <summary>How many, and how much of the ledger and how lately the newest of each covers.</summary>
    private static string Anchors(LedgerSpan span)
    {
        var newest = span.Store.Anchors(span.Head.Size, 1);
        return newest.Count == 0
            ? "<b>no anchor has a checkpoint of it</b>, so nothing but a checkpoint that you kept would show it"
            : string.Join(
                "; ",
                newest.Select(a =>
                    $"anchor {PageText.Text(a.Anchor)}, newest of {PageText.Number(a.Size)} entries ({PageText.Number(span.Head.Size - a.Size)} later ones not yet), {PageText.Time(a.At)}"
                )
            );
    }

    private static string Reviews(ReportFigures f) =>
        f.Reviews.Count == 0
            ? "none was made"
            : string.Join(
                ", ",
                f.Reviews.Select(r => $"{PageText.Number(r.Value)} {PageText.Text(r.Key)}")
            );

    private static string Of(ReportFigures f, string kind) =>
        PageText.Number(f.Kinds.GetValueOrDefault(kind));

    private static string Outcome(ReportFigures f, string outcome) =>
        PageText.Number(f.Outcomes.GetValueOrDefault(outcome));
}
