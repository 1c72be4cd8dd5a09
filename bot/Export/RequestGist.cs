using System.Collections.Immutable;
using ChatApprovals.Approvals;
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

    /// <summary>
    /// Who owned the agent, who made its key, and what the request calls whoever it is for, as the opening says; none, where
    /// that was erased.
    /// </summary>
    public ImmutableArray<string> Behind { get; init; } = [];

    public bool IsErased { get; init; }

    /// <summary>The people whose approvals were counted, in order.</summary>
    public ImmutableArray<string> Approvers { get; init; } = [];

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
            EntryKinds.DecisionApproved when gist is not null => gist with
            {
                Approvers = EventLines.Text(LedgerSpan.Members(entry), "person")
                    is { Length: > 0 } person
                    ? gist.Approvers.Add(person)
                    : gist.Approvers,
            },
            EntryKinds.GrantConsumed when gist is not null => gist with { IsUsed = true },
            _ => gist,
        };

    private static RequestGist Of(StoredEntry created)
    {
        var members = LedgerSpan.Members(created);
        var opening =
            created.ErasedBy is null && LedgerNotes.Read(created) is Fact.RequestCreated made
                ? made.Opening
                : null;
        return new RequestGist(
            EventLines.Text(members, "agent"),
            EventLines.Text(members, "action"),
            created.At
        )
        {
            IsErased = opening is null,
            Behind = opening is null ? [] : BehindOf(opening),
        };
    }

    private static ImmutableArray<string> BehindOf(Opening opening) =>
        [
            .. opening.Owners.Append(opening.KeyCreator).Select(p => p.ToString()),
            opening.Request.Initiator.Id,
            .. opening.Request.OnBehalfOf.Select(p => p.Id),
        ];
}
