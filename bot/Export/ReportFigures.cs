using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>One person's decisions: seconds count from the request's first card, or from the request itself.</summary>
internal sealed record Decider(int Count, int Approved, double Seconds, double Fastest, int Glances)
{
    public static Decider None { get; } = new(0, 0, 0, double.MaxValue, 0);

    public Decider With(bool approved, double seconds) =>
        new(
            Count + 1,
            Approved + (approved ? 1 : 0),
            Seconds + seconds,
            Math.Min(Fastest, seconds),
            Glances + (approved && seconds < ReportFigures.Glance.TotalSeconds ? 1 : 0)
        );
}

/// <summary>What the report counts, in one pass; memory grows with people and kinds, not with entries.</summary>
internal sealed class ReportFigures
{
    /// <summary>Own value: nobody reads a card in less.</summary>
    public static readonly TimeSpan Glance = TimeSpan.FromSeconds(3);

    private const int UnreviewedMax = 1_000;

    /// <summary>Who decided where no person did.</summary>
    private const string Policy = "(policy)";

    public SortedDictionary<string, long> Kinds { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, long> Outcomes { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, long> Refusals { get; } = new(StringComparer.Ordinal);
    public SortedDictionary<string, Decider> Deciders { get; } = new(StringComparer.Ordinal);
    public List<(long Seq, DateTimeOffset At, string What, string By)> Unreviewed { get; } = [];
    public long UnreviewedCount { get; private set; }
    public List<ErasureNote> Erasures { get; } = [];
    public ReportRuns Runs { get; } = new();

    public static ReportFigures Of(LedgerSpan span)
    {
        var figures = new ReportFigures();
        foreach (var (entry, request) in span.Told())
        {
            figures.Count(entry, request);
        }

        return figures;
    }

    private void Count(StoredEntry entry, RequestGist? request)
    {
        Add(Kinds, entry.Kind);
        Runs.Count(entry, request);
        switch (entry.Kind)
        {
            case EntryKinds.DecisionApproved or EntryKinds.DecisionRejected:
                Decided(entry, request);
                break;
            case EntryKinds.DecisionRefused:
                Add(Refusals, EventLines.Text(LedgerSpan.Members(entry), "refusal"));
                break;
            case EntryKinds.ConfigChanged or EntryKinds.KeyRotated:
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

    private void Decided(StoredEntry entry, RequestGist? request)
    {
        var person = EventLines.Text(LedgerSpan.Members(entry), "person");
        person = person.Length > 0 ? person : Policy;
        var seconds = (entry.At - (request?.ShownAt ?? entry.At)).TotalSeconds;
        if (!person.Equals(Policy, StringComparison.Ordinal))
        {
            Runs.Decided(seconds);
        }

        Deciders[person] = Deciders
            .GetValueOrDefault(person, Decider.None)
            .With(entry.Kind is EntryKinds.DecisionApproved, seconds);
    }

    private void Changed(StoredEntry entry)
    {
        var members = LedgerSpan.Members(entry);
        if (!EventLines.Text(members, "review").Equals("unreviewed", StringComparison.Ordinal))
        {
            return;
        }

        UnreviewedCount++;
        if (Unreviewed.Count < UnreviewedMax)
        {
            var what =
                entry.Kind is EntryKinds.KeyRotated
                    ? $"key {EventLines.Text(members, "purpose")}"
                    : $"{EventLines.Text(members, "area")} {EventLines.Text(members, "name")}";
            Unreviewed.Add((entry.Seq, entry.At, what, EventLines.Text(members, "by")));
        }
    }

    private static void Add(SortedDictionary<string, long> counts, string name) =>
        counts[name] = counts.GetValueOrDefault(name) + 1;
}
