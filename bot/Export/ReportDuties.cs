using System.Globalization;
using System.Text;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// Whether who asked and who approved were kept apart, approval by approval, and what was refused to keep it so. Read from
/// what the entries say, by the rules that judge live; what cannot be compared any more is no tick.
/// </summary>
internal sealed class ReportDuties
{
    /// <summary>Own limit of each list: all of them are in events.jsonl.</summary>
    private const int ListedMax = 200;

    private readonly SortedDictionary<(string Required, int People), long> _approved = [];
    private readonly List<(
        long Seq,
        DateTimeOffset At,
        string Txn,
        string Who,
        string Why
    )> _refused = [];
    private readonly List<(long Seq, string Txn, string What)> _broken = [];
    private readonly SortedDictionary<string, long> _unknown = new(StringComparer.Ordinal);
    private long _apart;

    public SortedDictionary<string, long> Refusals { get; } = new(StringComparer.Ordinal);

    public long RefusedCount { get; private set; }

    /// <summary>Requests that people approved.</summary>
    public long ByPeople => _approved.Where(a => a.Key.People > 0).Sum(a => a.Value);

    /// <summary>Requests that were approved by fewer people than their policy wants: there must be none.</summary>
    public long TooFew { get; private set; }

    /// <summary>Approvals by somebody behind the request, or counted twice: there must be none.</summary>
    public long BrokenCount { get; private set; }

    /// <summary>In a line, for the control mapping.</summary>
    public string Summary =>
        $"{PageText.Number(BrokenCount)} exceptions in {PageText.Count(_apart + BrokenCount, "approval", "approvals")} compared"
        + (UnknownCount > 0 ? $", {PageText.Number(UnknownCount)} more could not be compared" : "");

    private long UnknownCount => _unknown.Values.Sum();

    public void Count(StoredEntry entry, RequestGist? request, RegisterFold fold)
    {
        switch (entry.Kind)
        {
            case EntryKinds.DecisionApproved:
                Approved(entry, request, fold);
                break;
            case EntryKinds.RequestApproved when request is not null:
                Ended(entry, request);
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
        html.Append(Verdict());
        html.Append(
            PageText.Table(
                ["Approvals that could not be compared", "Number"],
                [
                    .. _unknown.Select(u =>
                        (string[])[PageText.Text(u.Key), PageText.Number(u.Value)]
                    ),
                ],
                ""
            )
        );
        html.Append(
            PageText.Table(
                ["Approved requests", "The policy wants", "Number"],
                [
                    .. _approved.Select(a =>
                        (string[])[People(a.Key.People), a.Key.Required, PageText.Number(a.Value)]
                    ),
                ],
                "No request was approved."
            )
        );
        html.Append(
            PageText.Table(
                ["Entry", "Request", "What"],
                [
                    .. _broken.Select(b =>
                        (string[])[$"{b.Seq}", PageText.Text(b.Txn), PageText.Text(b.What)]
                    ),
                ],
                ""
            )
        );
        return html.Append(RefusedPage()).ToString();
    }

    private string Verdict()
    {
        var (mark, verdict) =
            BrokenCount > 0 ? ("bad-text", $"✖ In {PageText.Count(BrokenCount, "case", "cases")}")
            : UnknownCount > 0
                ? (
                    "odd-text",
                    $"{PageText.Count(UnknownCount, "approval", "approvals")} could not be compared; in none of the other {PageText.Number(_apart)}"
                )
            : ("good-text", "✔ In no request");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<p class=\"{mark}\"><b>{verdict}</b> did somebody behind the request approve (whoever it is for by address or account, an owner of the agent or the creator of its key, then or at the click, whoever widened its policy meanwhile, all their other accounts, who shares an address with them, and delegates), or one person count twice. Compared with everybody as the ledger knew them at that moment: {Summary}.</p>\n"
        );
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

    private void Approved(StoredEntry entry, RequestGist? request, RegisterFold fold)
    {
        if (EventLines.Text(LedgerSpan.Members(entry), "person").Length == 0)
        {
            return;
        }

        var found = request?.Open is { Decisions: [.. var before, var decision] } open
            ? DutiesCheck.Of(open with { Decisions = before }, decision, fold, entry.At)
            : new DutiesFound.Unknown("its request was not open");
        switch (found)
        {
            case DutiesFound.Broken(var what):
                Broken(entry, what);
                break;
            case DutiesFound.Unknown(var why):
                _unknown[why] = _unknown.GetValueOrDefault(why) + 1;
                break;
            default:
                _apart++;
                break;
        }
    }

    private void Ended(StoredEntry entry, RequestGist request)
    {
        var required = request.Required switch
        {
            null => "erased",
            0 => "nobody",
            1 => "at least 1 person",
            var n => $"at least {n} different persons",
        };
        var key = (required, request.Approvers);
        _approved[key] = _approved.GetValueOrDefault(key) + 1;
        if (request.Approvers < request.Required)
        {
            TooFew++;
            Broken(entry, $"approved by {request.Approvers} of {request.Required} people");
        }
    }

    private void Broken(StoredEntry entry, string what)
    {
        BrokenCount++;
        if (_broken.Count < ListedMax)
        {
            _broken.Add((entry.Seq, entry.Txn, what));
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
