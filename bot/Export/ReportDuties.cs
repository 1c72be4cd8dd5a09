using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// Whether who asked and who approved were kept apart, request by request, and what was refused to keep it so. Read from
/// what the entries say, not from what the rules promise.
/// </summary>
internal sealed class ReportDuties
{
    /// <summary>Own limit of each list: all of them are in events.jsonl.</summary>
    private const int ListedMax = 200;

    private readonly SortedDictionary<int, long> _approved = [];
    private readonly List<(
        long Seq,
        DateTimeOffset At,
        string Txn,
        string Who,
        string Why
    )> _refused = [];
    private readonly List<(long Seq, string Txn, string What)> _broken = [];
    private long _erased;

    public SortedDictionary<string, long> Refusals { get; } = new(StringComparer.Ordinal);

    public long RefusedCount { get; private set; }

    /// <summary>Requests that people approved.</summary>
    public long ByPeople => _approved.Where(a => a.Key > 0).Sum(a => a.Value);

    /// <summary>Approvals by somebody behind the request, or counted twice: there must be none.</summary>
    public int BrokenCount => _broken.Count;

    public void Count(StoredEntry entry, RequestGist? request)
    {
        switch (entry.Kind)
        {
            case EntryKinds.DecisionApproved when request is not null:
                Approved(entry, request);
                break;
            case EntryKinds.RequestApproved when request is not null:
                var people = request.Approvers.Length;
                _approved[people] = _approved.GetValueOrDefault(people) + 1;
                _erased += request.IsErased ? 1 : 0;
                break;
            case EntryKinds.DecisionRefused:
                Refused(entry);
                break;
            default:
                break;
        }
    }

    public string Page()
    {
        var html = new StringBuilder("<h2 id=\"duties\">Duties kept apart</h2>\n");
        html.Append(
            CultureInfo.InvariantCulture,
            $"<p class=\"{(_broken.Count == 0 ? "good-text" : "bad-text")}\"><b>{(_broken.Count == 0 ? "✔ In no request" : $"✖ In {_broken.Count} cases")}</b> did somebody behind the request approve (an owner of the agent, the creator of its key, an account that it names as who it is for), or one person count twice. Who is named by an address is compared with the directory's when somebody clicks: see refused attempts.</p>\n"
        );
        if (_erased > 0)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<p>{PageText.Count(_erased, "approved request was", "approved requests were")} erased: there it can only be told that nobody counted twice.</p>\n"
            );
        }

        html.Append(
            PageText.Table(
                ["Approved requests", "Number"],
                [.. _approved.Select(a => (string[])[People(a.Key), PageText.Number(a.Value)])],
                "No request was approved."
            )
        );
        if (_broken.Count > 0)
        {
            html.Append(
                PageText.Table(
                    ["Entry", "Request", "What"],
                    [
                        .. _broken
                            .Take(ListedMax)
                            .Select(b => (string[])[$"{b.Seq}", PageText.Text(b.Txn), b.What]),
                    ],
                    ""
                )
            );
        }

        return html.Append(RefusedPage()).ToString();
    }

    private string RefusedPage() =>
        $"<h2 id=\"refused\">Refused attempts</h2>\n<p>{PageText.Count(RefusedCount, "time", "times")} somebody tried to decide or to ask who may not; it counted for nothing, and they were told why.{Listed(RefusedCount)}</p>\n"
        + PageText.Table(
            ["Why", "Number"],
            [
                .. Refusals.Select(r =>
                    (string[])[PageText.Text(r.Key.Replace('_', ' ')), PageText.Number(r.Value)]
                ),
            ],
            "Nobody was refused."
        )
        + PageText.Table(
            ["Entry", "When", "Request", "Who", "Why"],
            [
                .. _refused.Select(r =>
                    (string[])
                        [
                            $"{r.Seq}",
                            PageText.Time(r.At),
                            PageText.Text(r.Txn),
                            PageText.Text(r.Who),
                            PageText.Text(r.Why.Replace('_', ' ')),
                        ]
                ),
            ],
            ""
        );

    private static string Listed(long count) =>
        count > ListedMax ? $" The first {ListedMax} are listed." : "";

    private static string People(int people) =>
        people switch
        {
            0 => "by the policy alone, without a person",
            1 => "by 1 person",
            _ => $"by {people} different persons",
        };

    private void Approved(StoredEntry entry, RequestGist request)
    {
        var members = LedgerSpan.Members(entry);
        var person = EventLines.Text(members, "person");
        var account = EventLines.Text(members, "account");
        if (
            request.Behind.Any(b =>
                b.Equals(person, StringComparison.Ordinal)
                || b.Equals(account, StringComparison.OrdinalIgnoreCase)
            )
        )
        {
            _broken.Add((entry.Seq, entry.Txn, "approved by somebody behind the request"));
        }

        if (request.Approvers.Count(p => p.Equals(person, StringComparison.Ordinal)) > 1)
        {
            _broken.Add((entry.Seq, entry.Txn, "one person counted twice"));
        }
    }

    private void Refused(StoredEntry entry)
    {
        var members = LedgerSpan.Members(entry);
        var why = EventLines.Text(members, "refusal");
        Refusals[why] = Refusals.GetValueOrDefault(why) + 1;
        RefusedCount++;
        if (_refused.Count < ListedMax)
        {
            _refused.Add(
                (entry.Seq, entry.At, entry.Txn, EventLines.Text(members, "account"), why)
            );
        }
    }
}
