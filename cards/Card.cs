using System.Collections.Immutable;

namespace ChatApprovals.Cards;

/// <summary>What a request's state line says: always an icon and a word.</summary>
public enum CardState
{
    Pending,
    PartlyApproved,
    Approved,
    Denied,
    Expired,
    Cancelled,
    Executed,
    Failed,

    /// <summary>It was let through, and whether it ran is not known.</summary>
    Unknown,
}

/// <summary>
/// Everything an approver is shown of one request, for both surfaces. Not JSON and not safe text:
/// every string that came from an agent or a person is raw here, and the renderers (<see
/// cref="BlockKit"/>, <see cref="AdaptiveCard"/>) make it visible and literal. Equal cards give
/// equal bytes.
/// </summary>
public sealed record Card
{
    public required CardState State { get; init; }

    /// <summary>The short code that agent and card both show, such as <c>K7Q-4XM</c>.</summary>
    public required string Code { get; init; }

    public required string RequestId { get; init; }

    /// <summary>
    /// Grows with every redraw: Slack wants new block ids for an updated message.
    /// </summary>
    public int Revision { get; init; }

    /// <summary><c>low</c>, <c>medium</c>, <c>high</c> or <c>critical</c>.</summary>
    public required string Risk { get; init; }

    public required string Action { get; init; }
    public required string ResourceType { get; init; }
    public required string ResourceId { get; init; }

    /// <summary>
    /// Facts stated by the bot, in this order: agent, owner, initiator, chain, environment, policy, who can
    /// approve, then each property on its own (<c>action.policy</c>, <c>resource.region</c>,
    /// <c>context.change_ticket</c>).
    /// </summary>
    public ImmutableArray<CardFact> Facts { get; init; } = [];

    public CardDataScope? DataScope { get; init; }
    public CardDiff? Diff { get; init; }
    public ImmutableArray<CardStage> Stages { get; init; } = [];
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// The agent's words, not verified; so are <see cref="Evidence"/> and <see cref="Undo"/>.
    /// </summary>
    public string? Justification { get; init; }

    public ImmutableArray<CardEvidence> Evidence { get; init; } = [];
    public string? Undo { get; init; }

    /// <summary>What people asked the agent, oldest first. The answers are its words too.</summary>
    public ImmutableArray<CardQuestion> Questions { get; init; } = [];

    /// <summary>Decisions so far and what execution reported, oldest first.</summary>
    public ImmutableArray<CardOutcome> Outcomes { get; init; } = [];

    public CardActions Actions { get; init; } = CardActions.None;

    /// <summary>One line for this viewer alone, such as why they may not decide.</summary>
    public string? Note { get; init; }
}

/// <summary>
/// One fact the bot states. The label is the bot's; a property's key is part of it and is raw too.
/// </summary>
public sealed record CardFact(string Label, string Value);

/// <summary>What data the action touches, as the request declares it.</summary>
public sealed record CardDataScope
{
    public string? Classification { get; init; }
    public string? Summary { get; init; }
    public long? Records { get; init; }
    public ImmutableArray<string> Datasets { get; init; } = [];
    public ImmutableArray<string> Fields { get; init; } = [];
    public string? Destination { get; init; }
}

/// <summary>Who must approve (group names), how many of them, and how many have.</summary>
public sealed record CardStage(ImmutableArray<string> Approvers, int Required, int Approved);

public enum CardEvidenceKind
{
    Fact,
    Log,
    PolicyTrace,

    /// <summary>Shown as text. An agent's address is never a link.</summary>
    Link,
}

/// <summary>
/// One piece of evidence: <c>Text</c> is the value, the log, the trace's words or the address.
/// </summary>
public sealed record CardEvidence(CardEvidenceKind Kind, string Name, string Text);

/// <summary>One question: who asked where (<c>slack</c>, <c>teams</c>) and when, and what the agent said.</summary>
public sealed record CardQuestion(
    string Who,
    string Surface,
    DateTimeOffset At,
    string Text,
    CardAnswer? Answer
);

public sealed record CardAnswer(string Text, DateTimeOffset At);

public enum CardVerdict
{
    Approved,
    Rejected,
    Cancelled,
    Expired,

    /// <summary>Execution reported success.</summary>
    Executed,

    /// <summary>Execution reported failure.</summary>
    Failed,

    /// <summary>It was let through, and whether it ran is not known.</summary>
    Unknown,

    /// <summary>A guard let the action run.</summary>
    Used,

    /// <summary>It was approved and will not run.</summary>
    Revoked,
}

/// <summary>
/// One thing that happened: who, what, when, why, and where (<c>slack</c>, <c>teams</c>,
/// <c>api</c>).
/// </summary>
public sealed record CardOutcome(
    string Who,
    CardVerdict Verdict,
    DateTimeOffset At,
    string? Reason,
    string? Surface
);

/// <summary>Whether a decision takes a reason.</summary>
public enum ReasonRule
{
    Optional,
    Required,
}

/// <summary>
/// Which buttons this viewer may be offered, and the opaque token they all carry. Final cards have
/// none. The renderer may take Approve and Reject away (the action does not fit) and may add
/// Review; it never adds Approve.
/// </summary>
public sealed record CardActions(
    string Token,
    bool Approve,
    bool Reject,
    bool Review,
    bool Question
)
{
    /// <summary>No buttons at all.</summary>
    public static CardActions None { get; } = new("", false, false, false, false);

    public ReasonRule ApproveReason { get; init; }
    public ReasonRule RejectReason { get; init; }

    /// <summary>True when there is a token, so that buttons can be offered.</summary>
    public bool Any => Token.Length > 0;
}
