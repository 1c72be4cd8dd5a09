using ChatApprovals.Approvals;
using ChatApprovals.Cards;

namespace ChatApprovals.Desk;

/// <summary>
/// Somebody pressed approve or reject on a card, as the surface authenticated it.
/// <see cref="Conversation"/> and <see cref="Message"/>: where the button was; null where the platform
/// does not say (a Slack modal, which was opened from a checked click).
/// <see cref="EvidenceHash"/>: base64url(SHA-256) of the platform's own bytes.
/// </summary>
public sealed record Click(
    string Token,
    Verdict Verdict,
    AccountId Account,
    string? Conversation,
    string? Message,
    string? Reason,
    string EvidenceHash
)
{
    /// <summary>Whether the surface can still ask for a reason before this counts.</summary>
    public AskReason Ask { get; init; } = AskReason.Never;

    /// <summary>True when every page of the review was shown to this person before.</summary>
    public bool Reviewed { get; init; }

    /// <summary>The hash of the review as it was read; null where the surface does not know it.</summary>
    public string? ReviewHash { get; init; }
}

/// <summary>
/// Somebody pressed the button that asks the agent. <see cref="Text"/>: the question, null when the surface
/// has none yet and can still ask for it (<see cref="CanAsk"/>). All else is as of <see cref="Click"/>.
/// </summary>
public sealed record QuestionClick(
    string Token,
    AccountId Account,
    string? Conversation,
    string? Message,
    string? Text,
    string EvidenceHash
)
{
    public bool CanAsk { get; init; }
}

public enum AskReason
{
    /// <summary>A missing reason that the policy needs is a refusal.</summary>
    Never,

    /// <summary>Ask only when the policy needs one.</summary>
    IfNeeded,

    /// <summary>Always give the chance to type one (reject on Slack).</summary>
    Always,
}

/// <summary>The desk's answer to a click or a look. All that it says is durable.</summary>
public abstract record ClickAnswer
{
    private ClickAnswer() { }

    /// <summary>Counted, or asked (now, or the same before). <see cref="Card"/>: as this person sees it now.</summary>
    public sealed record Counted(Card Card, CardCopy Copy) : ClickAnswer
    {
        /// <summary>For this person alone, where it changed nothing: they had said the same before.</summary>
        public string? Note { get; init; }
    }

    /// <summary>Refused and recorded. <see cref="Text"/> is for this person alone.</summary>
    public sealed record Refused(Refusal Why, string Text, Card Card, CardCopy Copy) : ClickAnswer;

    /// <summary>Nothing recorded yet: ask for the reason, then click again with it.</summary>
    public sealed record ReasonWanted(Verdict Verdict, bool Required, Card Card) : ClickAnswer;

    /// <summary>Nothing recorded yet: ask for the question, then click again with it.</summary>
    public sealed record QuestionWanted(Card Card) : ClickAnswer;

    /// <summary>No card has this token.</summary>
    public sealed record Unknown : ClickAnswer;

    /// <summary>Could not be saved (the ledger cannot be written): nothing was decided.</summary>
    public sealed record Unavailable : ClickAnswer;
}

/// <summary>
/// The card as one person sees it (refresh, review). Read-only: records nothing.
/// </summary>
public sealed record CardView(Card Card, CardCopy Copy, RequestId Request);
