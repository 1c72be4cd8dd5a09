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
        facts.Add(new CardFact("Can approve now", Names([.. forecast.Able])));
        var excluded = forecast
            .Candidates.Where(c => c.Why is not null)
            .GroupBy(c => c.Why!.Value)
            .Select(g => $"{Names([.. g])} ({WireNames.Of(g.Key).Replace('_', ' ')})")
            .ToList();
        if (excluded.Count > 0)
        {
            facts.Add(new CardFact("Cannot approve", Short(string.Join("; ", excluded))));
        }
    }

    private static string Names(IReadOnlyList<Candidate> people)
    {
        var shown = string.Join(", ", people.Take(NamesMax).Select(c => c.Person.Name));
        return people.Count == 0 ? "nobody"
            : people.Count > NamesMax ? $"{Short(shown)} and {people.Count - NamesMax} more"
            : Short(shown);
    }

    private static string Short(string text) =>
        text.Length > TextMax ? text[..(TextMax - 1)].TrimEnd() + "…" : text;
}
