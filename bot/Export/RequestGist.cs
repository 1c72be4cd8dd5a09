using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Ledger;

namespace ChatApprovals.Export;

/// <summary>
/// What a view says of a request beside what its single entries say. While it is pending all of it is kept; after that
/// only what is counted later.
/// </summary>
/// <param name="Agent">Who asked.</param>
/// <param name="Action">For what.</param>
internal sealed record RequestGist(string Agent, string Action)
{
    /// <summary>The request with its decisions, as its entries make it; null after its end.</summary>
    public Approval? Open { get; init; }

    /// <summary>What was shown of it, until its end.</summary>
    public ShownCards Shown { get; init; } = ShownCards.None;

    /// <summary>How many approvals the policy wanted; null: that was erased.</summary>
    public int? Required { get; init; }

    /// <summary>How many people's approvals were counted.</summary>
    public int Approvers { get; init; }

    /// <summary>Its grant was.</summary>
    public bool IsUsed { get; init; }

    /// <summary>As <see cref="RequestStates{T}"/> wants it, for who needs only who asked for what.</summary>
    public static RequestGist? Name(RequestGist? gist, StoredEntry entry)
    {
        if (entry.Kind is not EntryKinds.RequestCreated)
        {
            return gist;
        }

        var members = LedgerSpan.Members(entry);
        return new RequestGist(
            EventLines.Text(members, "agent"),
            EventLines.Text(members, "action")
        );
    }

    /// <summary>As <see cref="RequestStates{T}"/> wants it.</summary>
    public static RequestGist? Next(RequestGist? gist, StoredEntry entry) =>
        entry.Kind switch
        {
            EntryKinds.RequestCreated => Of(entry),
            EntryKinds.RequestDisplayed when gist is not null => gist with
            {
                Shown = gist.Shown.With(entry),
            },
            EntryKinds.DecisionApproved
            or EntryKinds.DecisionRejected when gist is { Open: { } open } => gist.Decided(
                open.Apply(LedgerNotes.Read(entry)!, entry.At)
            ),
            EntryKinds.GrantConsumed when gist is not null => gist with { IsUsed = true },
            _ when EntryKinds.IsEnd(entry.Kind) && gist is not null => gist with
            {
                Open = null,
                Shown = ShownCards.None,
            },
            _ => gist,
        };

    private RequestGist Decided(Approval request) =>
        this with
        {
            Open = request,
            Approvers = request.Approvers.Distinct().Count(),
        };

    private static RequestGist Of(StoredEntry created)
    {
        var made = (Fact.RequestCreated)LedgerNotes.Read(created)!;
        return new RequestGist(made.Opening.Agent.ToString(), made.Opening.Request.Action.Name)
        {
            Open = new Approval(made.Id, created.At, made.Opening),
            Required = made.Opening.IsErased ? null : made.Opening.Policy.Stages.Sum(s => s.Count),
        };
    }
}
