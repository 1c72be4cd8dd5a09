using ChatApprovals.Approvals;
using ChatApprovals.Cards;

namespace ChatApprovals.Desk;

/// <summary>Why a policy applies, who could approve now, and who is excluded and why: facts for a card.</summary>
internal static class CardPeople
{
    /// <summary>Own limit: a card is for reading; <c>show</c> names everybody.</summary>
    private const int NamesMax = 8;

    /// <summary>Own limit, in characters, of one line.</summary>
    private const int TextMax = 200;

    public static void Add(List<CardFact> facts, Approval approval, Register register)
    {
        var opening = approval.Opening;
        var lines = opening
            .Policy.Match.Lines(opening.Agent, opening.Request)
            .Select(l => $"{l.What} is {l.Wanted}")
            .ToList();
        if (lines.Count > 0)
        {
            facts.Add(new CardFact("Policy applies", Short(string.Join("; ", lines))));
        }

        if (!approval.IsPending)
        {
            return;
        }

        var forecast = Forecast.Now(approval, register);
        facts.Add(new CardFact("Can approve now", Names([.. forecast.Able], register)));
        var excluded = forecast
            .Candidates.Where(c => c.Why is not null)
            .GroupBy(c => c.Why!.Value)
            .Select(g => $"{Names([.. g], register)} ({WireNames.Of(g.Key).Replace('_', ' ')})")
            .ToList();
        if (excluded.Count > 0)
        {
            facts.Add(new CardFact("Cannot approve", Short(string.Join("; ", excluded))));
        }
    }

    /// <summary>Who decided, and in whose place: <c>Bob for Carol</c>.</summary>
    public static string Decider(Decision decision, Register register) =>
        decision.For is { } id && register.Person(id) is { } other
            ? $"{decision.Name} for {other.Name}"
            : decision.Name;

    private static string Names(IReadOnlyList<Candidate> people, Register register)
    {
        var shown = string.Join(", ", people.Take(NamesMax).Select(c => Name(c, register)));
        return people.Count == 0 ? "nobody"
            : people.Count > NamesMax ? $"{Short(shown)} and {people.Count - NamesMax} more"
            : Short(shown);
    }

    private static string Name(Candidate candidate, Register register)
    {
        var others = candidate.For.Select(l => register.Person(l.From)?.Name).OfType<string>();
        var whom = string.Join(" and ", others);
        return whom.Length == 0 ? candidate.Person.Name : $"{candidate.Person.Name} for {whom}";
    }

    private static string Short(string text) =>
        text.Length > TextMax ? text[..(TextMax - 1)].TrimEnd() + "…" : text;
}
