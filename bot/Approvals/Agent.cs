using System.Collections.Immutable;

namespace ChatApprovals.Approvals;

/// <summary>
/// A program that asks. Its owners answer for it and may not approve what it asks; nor may whoever
/// received its key. The key itself is never kept: <see cref="KeyHash"/> is base64url(SHA-256(key)).
/// </summary>
public sealed record Agent(
    AgentName Name,
    ImmutableArray<PersonId> Owners,
    ImmutableArray<string> Actions,
    string KeyHash,
    PersonId KeyCreator,
    DateTimeOffset KeyCreatedAt,
    bool Disabled
)
{
    /// <summary>Whether the agent may ask for this action at all. No list given: any.</summary>
    public bool MayAsk(string action) =>
        Actions.IsEmpty || Actions.Any(glob => Glob.Matches(glob, action));
}

/// <summary>
/// A named set of people. <see cref="Widenings"/> remembers who made it larger and when, because
/// whoever does so while a request is pending may not then approve it.
/// </summary>
public sealed record Group(
    string Name,
    ImmutableArray<PersonId> Members,
    ImmutableArray<Widening> Widenings
)
{
    /// <summary>The platforms' groups whose members are in it too.</summary>
    public ImmutableArray<Backing> Sources
    {
        get => field.IsDefault ? [] : field;
        init;
    } = [];

    /// <summary>Since when members are in it; whoever is not named here was there from the start.</summary>
    public ImmutableArray<Joined> Joined { get; init; } = [];

    /// <summary>The members who were in it at that time and are still.</summary>
    public IEnumerable<PersonId> MembersSince(DateTimeOffset at) =>
        Joined.IsDefaultOrEmpty
            ? Members
            : Members.Except(Joined.Where(j => j.At > at).Select(j => j.Person));
}

/// <summary>When somebody came into a group.</summary>
public sealed record Joined(PersonId Person, DateTimeOffset At);

/// <summary>Somebody (proposer and confirmer) made a policy or a group give more power.</summary>
public sealed record Widening(DateTimeOffset At, ImmutableArray<PersonId> By);
