using System.Globalization;
using System.Text.Json;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>What the report counts, in one pass; memory grows with people, kinds and days, not with entries.</summary>
internal sealed class ReportFigures
{
    private const int UnreviewedMax = 1_000;

    /// <summary>Own value: so many bars are one plot; beyond it months are counted.</summary>
    private const int DaysMax = 31;

    private readonly SortedDictionary<string, long> _days = new(StringComparer.Ordinal);

    public SortedDictionary<string, long> Kinds { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, long> Outcomes { get; } = new(StringComparer.Ordinal);
    public List<(
        long Seq,
        DateTimeOffset At,
        string What,
        string By,
        string Without
    )> Unreviewed { get; } = [];
    public long UnreviewedCount { get; private set; }
    public List<ErasureNote> Erasures { get; } = [];
    public ReportPeople People { get; } = new();
    public ReportDuties Duties { get; } = new();
    public ReportRuns Runs { get; } = new();
    public ReportEpochs Epochs { get; } = new();

    /// <summary>Changes of the configuration by how they were reviewed.</summary>
    public SortedDictionary<string, long> Reviews { get; } = new(StringComparer.Ordinal);

    /// <summary>Entries whose time is before that of the entry before: there must be none.</summary>
    public long StepsBack { get; private set; }

    /// <summary>How many entries went by.</summary>
    public long Counted { get; private set; }

    public DateTimeOffset First { get; private set; }
    public DateTimeOffset Last { get; private set; }

    /// <summary>Requests that were made.</summary>
    public long Made => Kinds.GetValueOrDefault(EntryKinds.RequestCreated);

    public long Ended => Outcomes.Values.Sum();

    public string Bucket => _days.Count > DaysMax ? "month" : "day";

    /// <summary>Requests made, by day; by month, where there are many days.</summary>
    public SortedDictionary<string, long> Days
    {
        get
        {
            if (_days.Count <= DaysMax)
            {
                return _days;
            }

            var months = new SortedDictionary<string, long>(StringComparer.Ordinal);
            foreach (var (day, count) in _days)
            {
                months[day[..7]] = months.GetValueOrDefault(day[..7]) + count;
            }

            return months;
        }
    }

    public static ReportFigures Of(LedgerSpan span)
    {
        var figures = new ReportFigures();
        var fold = new RegisterFold();
        foreach (var entry in span.Entries(0, span.From))
        {
            fold.Add(entry);
            figures.Epochs.Count(entry);
        }

        foreach (var (entry, request) in span.Told(RequestGist.Next))
        {
            fold.Add(entry);
            figures.Count(entry, request, fold);
        }

        return figures;
    }

    private void Count(StoredEntry entry, RequestGist? request, RegisterFold fold)
    {
        Add(Kinds, entry.Kind);
        StepsBack += Counted > 0 && entry.At < Last ? 1 : 0;
        First = Counted++ == 0 ? entry.At : First;
        Last = entry.At;
        Runs.Count(entry, request);
        Duties.Count(entry, request, fold);
        Epochs.Count(entry);
        switch (entry.Kind)
        {
            case EntryKinds.RequestCreated:
                Add(
                    _days,
                    entry.At.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
                );
                break;
            case EntryKinds.DecisionApproved or EntryKinds.DecisionRejected:
                Decided(entry, request?.Shown.Before(entry));
                break;
            case EntryKinds.ConfigChanged
            or EntryKinds.KeyRotated
            or EntryKinds.PersonLinked
            or EntryKinds.PersonUnlinked:
                Changed(entry);
                break;
            case EntryKinds.ErasurePerformed:
                Erasures.Add(ErasureNote.Of(entry));
                break;
            default:
                if (EntryKinds.IsEnd(entry.Kind))
                {
                    Add(Outcomes, entry.Kind.Split('.')[1]);
                }

                break;
        }
    }

    private void Decided(StoredEntry entry, TimeSpan? took)
    {
        People.Decided(entry, took);
        if (EventLines.Text(LedgerSpan.Members(entry), "person").Length > 0)
        {
            Runs.Decided(took);
        }
    }

    /// <summary>A link that a person made themselves, or that the directory says, has nothing to review.</summary>
    private void Changed(StoredEntry entry)
    {
        var members = LedgerSpan.Members(entry);
        if (EventLines.Text(members, "review") is not { Length: > 0 } review)
        {
            return;
        }

        Add(Reviews, review.Replace('_', ' '));
        if (!review.Equals("unreviewed", StringComparison.Ordinal))
        {
            return;
        }

        UnreviewedCount++;
        if (Unreviewed.Count < UnreviewedMax)
        {
            Unreviewed.Add(
                (
                    entry.Seq,
                    entry.At,
                    What(entry, members),
                    EventLines.Text(members, "by"),
                    string.Join(' ', LedgerMembers.Without(members))
                )
            );
        }
    }

    private static string What(StoredEntry entry, JsonElement members) =>
        entry.Kind switch
        {
            EntryKinds.KeyRotated => $"key {EventLines.Text(members, "purpose")}",
            EntryKinds.PersonLinked =>
                $"{EventLines.Text(members, "account")} linked to {entry.Txn}",
            EntryKinds.PersonUnlinked =>
                $"{EventLines.Text(members, "account")} parted from {entry.Txn}",
            _ => $"{EventLines.Text(members, "area")} {EventLines.Text(members, "name")}",
        };

    private static void Add(SortedDictionary<string, long> counts, string name) =>
        counts[name] = counts.GetValueOrDefault(name) + 1;
}
