using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>What a view says of a request beside what its single entries say.</summary>
/// <param name="Agent">Who asked.</param>
/// <param name="Action">For what.</param>
/// <param name="ShownAt">When its first card was shown; until then, when it was made.</param>
internal sealed record RequestGist(string Agent, string Action, DateTimeOffset ShownAt)
{
    public bool IsShown { get; init; }

    /// <summary>Its grant was.</summary>
    public bool IsUsed { get; init; }

    /// <summary>As <see cref="RequestStates{T}"/> wants it.</summary>
    public static RequestGist? Next(RequestGist? gist, StoredEntry entry) =>
        entry.Kind switch
        {
            EntryKinds.RequestCreated => Of(entry),
            EntryKinds.RequestDisplayed when gist is { IsShown: false } => gist with
            {
                ShownAt = entry.At,
                IsShown = true,
            },
            EntryKinds.GrantConsumed when gist is not null => gist with { IsUsed = true },
            _ => gist,
        };

    private static RequestGist Of(StoredEntry created)
    {
        var members = LedgerSpan.Members(created);
        return new RequestGist(
            EventLines.Text(members, "agent"),
            EventLines.Text(members, "action"),
            created.At
        );
    }
}
