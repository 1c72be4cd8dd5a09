using System.Globalization;
using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>One person's decisions: seconds count from when what they decided on was shown to them.</summary>
internal sealed record Decider(int Count, int Approved, double Seconds, double Fastest, int Glances)
{
    /// <summary>Of how many no entry says since when they had the card.</summary>
    public int Unknown { get; init; }

    /// <summary>Null: of none it is known.</summary>
    public TimeSpan? Mean =>
        Count > Unknown ? TimeSpan.FromSeconds(Seconds / (Count - Unknown)) : null;

    /// <summary>Own value: nobody reads a card in less.</summary>
    public static readonly TimeSpan Glance = TimeSpan.FromSeconds(3);

    /// <summary>Own values: so many approvals before anything is said of a person, and which share of them at a glance.</summary>
    private const int EnoughApprovals = 5;
    private const double GlanceShare = 1.0 / 3;

    /// <summary>Own value: who approved so much and rejected nothing may not look any more.</summary>
    private const int NeverRejected = 25;

    public static Decider None { get; } = new(0, 0, 0, double.MaxValue, 0);

    public Decider With(bool approved, TimeSpan? took) =>
        new(
            Count + 1,
            Approved + (approved ? 1 : 0),
            Seconds + (took?.TotalSeconds ?? 0),
            Math.Min(Fastest, took?.TotalSeconds ?? Fastest),
            Glances + (approved && took < Glance ? 1 : 0)
        )
        {
            Unknown = Unknown + (took is null ? 1 : 0),
        };

    /// <summary>Why somebody should look whether they read what they approve; null: nothing says so.</summary>
    public string? Suspect =>
        Approved >= EnoughApprovals && Glances > Approved * GlanceShare
            ? $"{Glances} of {Approved} approvals within {Glance.TotalSeconds:0} s"
        : Approved >= NeverRejected && Approved == Count ? $"{Approved} approvals, no rejection"
        : null;
}

/// <summary>Who approved how much and how fast, and whose approvals look like a rubber stamp.</summary>
internal sealed class ReportPeople
{
    /// <summary>Who decided where no person did.</summary>
    private const string Policy = "(policy)";

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    public SortedDictionary<string, Decider> Deciders { get; } = new(StringComparer.Ordinal);

    /// <summary>A person's decision, or the policy's.</summary>
    /// <param name="entry">It.</param>
    /// <param name="took">Since they had the card; null: unknown.</param>
    public void Decided(StoredEntry entry, TimeSpan? took)
    {
        var person = EventLines.Text(LedgerSpan.Members(entry), "person");
        var isPerson = person.Length > 0;
        person = isPerson ? person : Policy;
        if (isPerson && !_names.ContainsKey(person) && entry.ErasedBy is null)
        {
            _names[person] =
                (LedgerNotes.Read(entry) as Fact.DecisionMade)?.Decision.Name ?? person;
        }

        Deciders[person] = Deciders
            .GetValueOrDefault(person, Decider.None)
            .With(entry.Kind is EntryKinds.DecisionApproved, took);
    }

    public string Page()
    {
        var suspects = Deciders.Count(d => IsPerson(d.Key) && d.Value.Suspect is not null);
        var html = new StringBuilder("<h2 id=\"people\">Who decided, how much and how fast</h2>\n");
        html.Append(
            CultureInfo.InvariantCulture,
            $"<p>Time counts from when that very view of the request was shown where it was decided (at several places: at the last of them) to the click; where no entry before the click says so, it is unknown. Within {Decider.Glance.TotalSeconds:0} s nobody reads a card. <b>{suspects}</b> {(suspects == 1 ? "person looks" : "people look")} like a rubber stamp: talk to them, this proves nothing.</p>\n"
        );
        return html.Append(
                PageText.Table(
                    [
                        "Person",
                        "Approved",
                        "Rejected",
                        "Fastest",
                        "Mean",
                        "At a glance",
                        "Time unknown",
                        "Look closer",
                    ],
                    [.. Deciders.OrderByDescending(d => d.Value.Count).Select(Row)],
                    "Nobody decided anything."
                )
            )
            .ToString();
    }

    private string[] Row(KeyValuePair<string, Decider> decider)
    {
        var (person, d) = decider;
        var name = _names.TryGetValue(person, out var known)
            ? $"{PageText.Text(known)} <small><code>{PageText.Text(person)}</code></small>"
            : PageText.Text(person);
        var suspect = IsPerson(person) ? d.Suspect : null;
        return
        [
            name,
            PageText.Number(d.Approved),
            PageText.Number(d.Count - d.Approved),
            d.Mean is null ? "" : PageText.Span(TimeSpan.FromSeconds(d.Fastest)),
            d.Mean is { } mean ? PageText.Span(mean) : "",
            PageText.Number(d.Glances),
            IsPerson(person) ? PageText.Number(d.Unknown) : "",
            suspect is null ? "" : $"<b class=\"odd-text\">⚠ {PageText.Text(suspect)}</b>",
        ];
    }

    private static bool IsPerson(string person) => !person.Equals(Policy, StringComparison.Ordinal);
}
