using System.Collections.Immutable;
using ChatApprovals.Desk;

namespace ChatApprovals.Export;

/// <summary>
/// When which view of a request was shown where, while it goes by: so that a decision's time is that of the card it was made
/// on, and not of another one that others had before.
/// </summary>
internal sealed class ShownCards
{
    public static ShownCards None { get; } = new([]);

    /// <summary>The first time of each.</summary>
    private readonly ImmutableDictionary<
        (string Surface, string Place, string Hash),
        DateTimeOffset
    > _first;

    private ShownCards(
        IEnumerable<KeyValuePair<(string Surface, string Place, string Hash), DateTimeOffset>> first
    ) => _first = first.ToImmutableDictionary();

    /// <summary>With one more <c>request.displayed</c>.</summary>
    public ShownCards With(StoredEntry displayed)
    {
        var members = LedgerSpan.Members(displayed);
        var copy = EventLines.Text(members, "copy");
        if (
            copy.Length == 0
            && !EventLines.Text(members, "surface").Equals("api", StringComparison.Ordinal)
        )
        {
            // Read in full in the app: that entry is made with the decision, so it says nothing of when.
            return this;
        }

        var shown = (
            EventLines.Text(members, "surface"),
            copy.Length > 0 ? copy : EventLines.Text(members, "conversation"),
            EventLines.Text(members, "display_hash")
        );
        return _first.ContainsKey(shown) ? this : new ShownCards(_first.Add(shown, displayed.At));
    }

    /// <summary>
    /// At least how long whoever decided had what they decided on: since it was shown there. Where several places
    /// had the same, since the last of them got it, for nobody knows at which they looked.
    /// </summary>
    /// <returns>Null: no entry before says that it was shown, or no person decided.</returns>
    public TimeSpan? Before(StoredEntry decision)
    {
        var members = LedgerSpan.Members(decision);
        var (surface, hash, account) = (
            EventLines.Text(members, "surface"),
            EventLines.Text(members, "display_hash"),
            EventLines.Text(members, "account")
        );
        var shown = _first
            .Where(s =>
                Same(s.Key.Surface, surface)
                && Same(s.Key.Hash, hash)
                && (!Same(surface, "api") || Same(s.Key.Place, account))
            )
            .Select(s => (DateTimeOffset?)s.Value)
            .Max();
        return EventLines.Text(members, "person").Length > 0 && decision.At - shown is { } took
            ? took
            : null;
    }

    private static bool Same(string one, string other) =>
        one.Equals(other, StringComparison.Ordinal);
}
