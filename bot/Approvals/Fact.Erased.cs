using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <content>What was kept beside the ledger and is gone.</content>
public abstract partial record Fact
{
    /// <summary>
    /// What was beside these <see cref="Entries"/> of a request that has ended is gone. Its cards are
    /// <see cref="Copies"/> from now on: so they can be drawn anew without it.
    /// </summary>
    public sealed record RequestErased(
        RequestId Id,
        Erasure Erasure,
        ImmutableArray<long> Entries,
        ImmutableArray<CardCopy> Copies
    ) : Fact;

    /// <summary>
    /// What the directories said of a person's <see cref="Accounts"/> is gone, and what was beside these
    /// <see cref="Entries"/>. <see cref="Same"/>: with whom the accounts shared an address; they stay one with
    /// them, so that nobody has more power by it.
    /// </summary>
    public sealed record PersonErased(
        PersonId Person,
        Erasure Erasure,
        ImmutableArray<long> Entries,
        ImmutableArray<AccountId> Accounts,
        ImmutableArray<PersonId> Same
    ) : Fact;
}

/// <summary>Who wanted something erased, who confirmed it, and the request by which they did.</summary>
public sealed record Erasure(PersonId By, PersonId ConfirmedBy, RequestId Change)
{
    /// <summary>What stands where something was erased.</summary>
    public const string Mark = "(erased)";

    /// <summary>When it was performed.</summary>
    public DateTimeOffset At { get; init; }
}
