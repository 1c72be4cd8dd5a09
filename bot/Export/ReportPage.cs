using System.Globalization;
using System.Text;

namespace ChatApprovals.Export;

/// <summary>
/// <c>report.html</c>: population and completeness, duties kept apart, who approved how much and how fast, what ran by
/// what right, refused attempts, changes that nobody else confirmed, break-glass, epochs, what was erased, and where the evidence for each
/// control is.
/// </summary>
internal static class ReportPage
{
    public static IEnumerable<ReadOnlyMemory<byte>> Write(LedgerSpan span)
    {
        var figures = ReportFigures.Of(span);
        yield return PageText.Bytes(PageText.Head("Approvals: the report"));
        yield return PageText.Bytes(Population(span, figures));
        yield return PageText.Bytes(figures.Duties.Page());
        yield return PageText.Bytes(figures.People.Page());
        yield return PageText.Bytes(figures.Runs.Page());
        yield return PageText.Bytes(Unreviewed(figures));
        yield return PageText.Bytes(figures.Epochs.BreakGlass(figures.UnreviewedCount));
        yield return PageText.Bytes(figures.Epochs.Page());
        yield return PageText.Bytes(Erased(figures));
        yield return PageText.Bytes(ReportControls.Page(span, figures));
        yield return PageText.Bytes(PageText.Foot);
    }

    private static string Population(LedgerSpan span, ReportFigures figures)
    {
        var root = span.Head.Checkpoint.Split('\n')[2];
        var html = new StringBuilder("<h2 id=\"population\">Population and completeness</h2>\n");
        html.Append(
            CultureInfo.InvariantCulture,
            $"<p>Ledger <code>{PageText.Text(span.Origin)}</code>: {span.Head.Size} entries, numbered without a gap from 0 to {span.Head.Size - 1} and signed as a whole (root <code>{PageText.Text(root)}</code>). "
        );
        html.Append(
            CultureInfo.InvariantCulture,
            $"This report covers entries {span.From} to before {span.To}: {span.To - span.From} of them, {figures.Counted} read here{(figures.Counted == span.To - span.From ? ", none missing" : ": SOME ARE MISSING")}."
        );
        html.Append(
            figures.Counted > 0
                ? $" The first is of {PageText.Time(figures.First)}, the last of {PageText.Time(figures.Last)}.</p>\n"
                : "</p>\n"
        );
        html.Append(
            CultureInfo.InvariantCulture,
            $"<p>{PageText.Count(figures.Made, "request was", "requests were")} made in it, {PageText.Number(figures.Ended)} ended.</p>\n"
        );
        html.Append(
            Counts(
                "Requests by outcome",
                "outcomes",
                "Outcome",
                figures.Outcomes,
                "No request ended."
            )
        );
        html.Append(Days(figures));
        return html.Append(
                Counts("Entries by kind", "kinds", "Kind", figures.Kinds, "There are none.")
            )
            .ToString();
    }

    private static string Days(ReportFigures figures) =>
        figures.Days.Count < 2
            ? ""
            : $"<h3>Requests made, by {figures.Bucket}</h3>\n"
                + ReportPlot.Bars(
                    "Requests made over time",
                    [.. figures.Days.Select(d => (d.Key, d.Value))]
                );

    private static string Unreviewed(ReportFigures figures) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"<h2 id=\"unreviewed\">Changes that nobody else confirmed</h2>\n<p>{PageText.Count(figures.UnreviewedCount, "change that gives", "changes that give")} somebody more power {(figures.UnreviewedCount == 1 ? "is" : "are")} marked <code>unreviewed</code>{(figures.UnreviewedCount > figures.Unreviewed.Count ? $"; the first {figures.Unreviewed.Count}:" : ".")}</p>\n"
        )
        + PageText.Table(
            [
                "Entry",
                "When",
                "What",
                "By",
                "Other administrators of then, who could not confirm it",
            ],
            [
                .. figures.Unreviewed.Select(u =>
                    (string[])
                        [
                            $"{u.Seq}",
                            PageText.Time(u.At),
                            PageText.Text(u.What),
                            u.By.Length == 0 ? "the program itself" : PageText.Text(u.By),
                            u.Without.Length == 0 ? "nobody" : PageText.Text(u.Without),
                        ]
                ),
            ],
            ""
        );

    private static string Erased(ReportFigures figures) =>
        "<h2 id=\"erased\">What was erased</h2>\n"
        + (
            figures.Erasures.Count == 0
                ? ""
                : "<p>Only what was beside these entries, never an entry; each time two administrators.</p>\n"
        )
        + PageText.Table(
            ["Entry", "When", "Of", "By", "Confirmed by", "Contents of entries"],
            [
                .. figures.Erasures.Select(e =>
                    (string[])
                        [
                            $"{e.Seq}",
                            PageText.Time(e.At),
                            PageText.Text(e.Txn),
                            PageText.Text(e.By),
                            PageText.Text(e.ConfirmedBy),
                            string.Join(", ", e.Entries),
                        ]
                ),
            ],
            "Nothing."
        );

    internal static string Counts(
        string title,
        string id,
        string head,
        SortedDictionary<string, long> counts,
        string none
    ) =>
        $"<h3 id=\"{id}\">{title}</h3>\n"
        + PageText.Table(
            [head, "Number"],
            [.. counts.Select(c => (string[])[PageText.Text(c.Key), PageText.Number(c.Value)])],
            none
        );
}
