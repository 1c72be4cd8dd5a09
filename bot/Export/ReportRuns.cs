using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// What was run, and by what right; and how long people had a card before they decided. One pass; memory does not grow
/// with entries.
/// </summary>
internal sealed class ReportRuns
{
    /// <summary>Own limit: all of them are in events.jsonl.</summary>
    private const int ListedMax = 200;

    /// <summary>Own values: the first is <see cref="Decider.Glance"/>, the last everything longer.</summary>
    private static readonly (double Seconds, string Name)[] s_spans =
    [
        (Decider.Glance.TotalSeconds, "< 3 s"),
        (10, "< 10 s"),
        (30, "< 30 s"),
        (60, "< 1 min"),
        (300, "< 5 min"),
        (900, "< 15 min"),
        (double.MaxValue, "longer"),
    ];

    private readonly long[] _decided = new long[s_spans.Length];
    private long _unknown;
    private readonly List<(long Seq, DateTimeOffset At, string Txn, string What)> _odd = [];
    private long _oddCount;

    /// <summary>How executions stand to grants, and what guards refused.</summary>
    public SortedDictionary<string, long> Counts { get; } = new(StringComparer.Ordinal);

    /// <summary>How many uses of grants, by tokens.</summary>
    public long ByGrant { get; private set; }

    /// <summary>How many requests the bot's own guarded endpoints sent, without a token.</summary>
    public long Forwarded { get; private set; }

    /// <summary>A person decided so long after they were shown it; null: nobody knows.</summary>
    public void Decided(TimeSpan? took)
    {
        if (took is { TotalSeconds: var seconds })
        {
            _decided[Array.FindIndex(s_spans, s => seconds < s.Seconds)]++;
        }
        else
        {
            _unknown++;
        }
    }

    /// <summary>Any other entry.</summary>
    public void Count(StoredEntry entry, RequestGist? request)
    {
        switch (entry.Kind)
        {
            case EntryKinds.ExecutionReported when request is { IsUsed: true }:
                Add("reported after its grant was used");
                break;
            case EntryKinds.ExecutionReported:
                Add("reported without a grant that was used: nothing but the agent's word");
                Odd(entry, "reported without a grant that was used");
                break;
            case EntryKinds.GrantConsumed:
                Used(entry);
                break;
            case EntryKinds.GrantRefused:
                var why = EventLines.Text(LedgerSpan.Members(entry), "refusal").Replace('_', ' ');
                Add($"attempts outside a grant, refused by the bot: {why}");
                Odd(entry, $"outside a grant, refused: {why}");
                break;
            case EntryKinds.GrantRevoked:
                Add("approvals revoked before they were used");
                break;
            default:
                break;
        }
    }

    /// <summary>A section with the plot and one with the tables.</summary>
    public string Page() =>
        "<h3>Time from card to decision</h3>\n"
        + ReportPlot.Bars(
            "Decisions by the time from card to decision",
            [.. s_spans.Select((s, i) => (s.Name, _decided[i])), ("unknown", _unknown)]
        )
        + "<h2 id=\"runs\">Executions and grants</h2>\n"
        + PageText.Table(
            ["What happened", "Number"],
            [.. Counts.Select(c => (string[])[PageText.Text(c.Key), PageText.Number(c.Value)])],
            "Nothing was run or reported."
        )
        + List();

    private string List() =>
        _oddCount == 0
            ? ""
            : "<h3>Without or outside a grant</h3>\n"
                + (_oddCount > ListedMax ? $"<p>The first {ListedMax} of {_oddCount}:</p>\n" : "")
                + PageText.Table(
                    ["Entry", "When", "Request", "What"],
                    [
                        .. _odd.Select(o =>
                            (string[])
                                [
                                    $"{o.Seq}",
                                    PageText.Time(o.At),
                                    PageText.Text(o.Txn),
                                    PageText.Text(o.What),
                                ]
                        ),
                    ],
                    ""
                );

    private void Used(StoredEntry entry)
    {
        var members = LedgerSpan.Members(entry);
        if (members.TryGetProperty("forwarded", out var sent) && sent.GetBoolean())
        {
            Forwarded++;
            Add("sent by a guarded endpoint of the bot, without a grant, each once");
            return;
        }

        ByGrant++;
        Add("grants used, each once");
    }

    private void Odd(StoredEntry entry, string what)
    {
        _oddCount++;
        if (_odd.Count < ListedMax)
        {
            _odd.Add((entry.Seq, entry.At, entry.Txn, what));
        }
    }

    private void Add(string what) => Counts[what] = Counts.GetValueOrDefault(what) + 1;
}
