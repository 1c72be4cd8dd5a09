using System.Globalization;
using System.Text;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// What was run, and by what right; and how long people had a card before they decided. One pass; memory does not grow
/// with entries.
/// </summary>
internal sealed class ReportRuns
{
    /// <summary>Own values: the first is <see cref="ReportFigures.Glance"/>, the last everything longer.</summary>
    private static readonly (double Seconds, string Name)[] s_spans =
    [
        (ReportFigures.Glance.TotalSeconds, "< 3 s"),
        (10, "< 10 s"),
        (30, "< 30 s"),
        (60, "< 1 min"),
        (300, "< 5 min"),
        (900, "< 15 min"),
        (double.MaxValue, "longer"),
    ];

    private readonly long[] _decided = new long[s_spans.Length];

    /// <summary>How executions stand to grants, and what guards refused.</summary>
    public SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>A person decided so many seconds after the card was shown.</summary>
    public void Decided(double seconds) =>
        _decided[Array.FindIndex(s_spans, s => seconds < s.Seconds)]++;

    /// <summary>Any other entry.</summary>
    public void Count(StoredEntry entry, RequestGist? request)
    {
        switch (entry.Kind)
        {
            case EntryKinds.ExecutionReported:
                Add(
                    request is { IsUsed: true }
                        ? "reported after its grant was used"
                        : "reported without a grant that was used: nothing but the agent's word"
                );
                break;
            case EntryKinds.GrantConsumed:
                Add("grants used, each once");
                break;
            case EntryKinds.GrantRefused:
                var why = EventLines.Text(LedgerSpan.Members(entry), "refusal");
                Add($"attempts outside a grant, refused by the bot: {why.Replace('_', ' ')}");
                break;
            case EntryKinds.GrantRevoked:
                Add("approvals revoked before they were used");
                break;
            default:
                break;
        }
    }

    /// <summary>A section with the table and one with the plot.</summary>
    public string Page() =>
        Plot()
        + ReportPage.Table(
            "Executions and grants",
            "What happened",
            Counts,
            "Nothing was run or reported."
        );

    /// <summary>Bars; the figures stand beside them, so that nothing is told by length or colour alone.</summary>
    private string Plot()
    {
        const int Row = 24;
        const int Left = 90;
        const int Wide = 460;
        var most = Math.Max(1, _decided.Max());
        var svg = new StringBuilder("<h2>Time from card to decision</h2>\n");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg role=\"img\" aria-label=\"Decisions by the time from card to decision\" viewBox=\"0 0 640 {Row * s_spans.Length}\" fill=\"currentColor\" font-size=\"14\">\n"
        );
        for (var i = 0; i < s_spans.Length; i++)
        {
            var (y, width) = (i * Row, _decided[i] * Wide / most);
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Left - 8}\" y=\"{y + 16}\" text-anchor=\"end\">{PageText.Text(s_spans[i].Name)}</text><rect x=\"{Left}\" y=\"{y + 3}\" width=\"{width}\" height=\"{Row - 6}\" opacity=\".6\"/><text x=\"{Left + width + 8}\" y=\"{y + 16}\">{_decided[i]}</text>\n"
            );
        }

        return svg.Append("</svg>\n").ToString();
    }

    private void Add(string what) => Counts[what] = Counts.GetValueOrDefault(what) + 1;
}
