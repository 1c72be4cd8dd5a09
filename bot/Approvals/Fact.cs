using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>
/// Something that happened and was recorded: each fact is one ledger entry. State is nothing but facts
/// applied in order, live and when it is rebuilt from the ledger: there is no other way to change it.
/// Members that are personal or bulky are kept beside the ledger (see <c>Desk/LedgerNotes</c>).
/// </summary>
public abstract partial record Fact
{
    private Fact() { }

    /// <summary>A request is durable and its cards are on their way.</summary>
    public sealed record RequestCreated(RequestId Id, Opening Opening) : Fact;

    /// <summary>
    /// A copy of the card, with buttons, was shown: <see cref="Copy"/> is its index. Or it was given to one account over
    /// HTTP, or read in full in the app: then there is no copy and no message, and <see cref="Conversation"/> is that account.
    /// </summary>
    public sealed record RequestDisplayed(
        RequestId Id,
        int? Copy,
        Surface Surface,
        string Conversation,
        string Message,
        string DisplayHash
    ) : Fact
    {
        /// <summary>How much of the talk with the agent stands beneath it by now.</summary>
        public int Told { get; init; }

        /// <summary>Whose account it is that it was given to; null: a card is for everybody there.</summary>
        public PersonId? Person { get; init; }
    }

    /// <summary>One person's approve or reject, counted.</summary>
    public sealed record DecisionMade(RequestId Id, Decision Decision) : Fact;

    /// <summary>Somebody tried to decide and was refused.</summary>
    public sealed record DecisionRefused(
        RequestId Id,
        Verdict Verdict,
        Refusal Refusal,
        AccountId Account,
        PersonId? Person,
        string EvidenceHash
    ) : Fact;

    /// <summary>The request reached its one terminal state.</summary>
    public sealed record RequestEnded(
        RequestId Id,
        RequestStatus Status,
        string? By,
        string? Reason
    ) : Fact
    {
        /// <summary>
        /// For each stage, the places that were filled; null when nobody had approved, or when all were.
        /// </summary>
        public ImmutableArray<int>? Filled { get; init; }
    }

    /// <summary>
    /// Those who could approve and have not were shown the request once more, in their own chats.
    /// </summary>
    public sealed record RequestReminded(RequestId Id, ImmutableArray<CardCopy> Copies) : Fact;

    /// <summary>The people of these groups were shown the request too. Nobody may do more by it.</summary>
    public sealed record RequestEscalated(
        RequestId Id,
        ImmutableArray<string> To,
        ImmutableArray<CardCopy> Copies
    ) : Fact;

    /// <summary>Somebody asked the agent something.</summary>
    public sealed record QuestionAsked(RequestId Id, Question Question, string? EvidenceHash)
        : Fact;

    /// <summary>The agent answered. Its words, not verified.</summary>
    public sealed record QuestionAnswered(RequestId Id, QuestionId Question, string Text) : Fact;

    /// <summary>Somebody tried to ask and was refused.</summary>
    public sealed record QuestionRefused(
        RequestId Id,
        Refusal Refusal,
        AccountId Account,
        PersonId? Person,
        string? EvidenceHash
    ) : Fact;

    /// <summary>The agent, or the guarded endpoint that ran it, said what became of the action.</summary>
    public sealed record ExecutionReported(RequestId Id, string Outcome, string? Detail) : Fact
    {
        /// <summary>The guarded endpoint; null: the agent.</summary>
        public string? Guard { get; init; }
    }

    /// <summary>The agent is handed a token that runs until then; <see cref="Kid"/> signed it.</summary>
    public sealed record GrantIssued(
        RequestId Id,
        GrantId Grant,
        string Audience,
        DateTimeOffset ExpiresAt,
        string Kid
    ) : Fact
    {
        /// <summary>Thumbprint of the agent's key that it is bound to; null: to none.</summary>
        public string? Jkt { get; init; }
    }

    /// <summary>The guard was told to let the approved action run, this once.</summary>
    public sealed record GrantConsumed(RequestId Id, GrantId Grant, string Guard) : Fact
    {
        /// <summary>The guard is a guarded endpoint: the bot sends the call itself, and there was no token.</summary>
        public bool Forwarded { get; init; }
    }

    /// <summary>
    /// A guard presented a token in vain, or (<see cref="Guard"/> is null) an agent asked for one in vain.
    /// Request and grant are known only of a token of ours.
    /// </summary>
    public sealed record GrantRefused(
        RequestId? Id,
        GrantId? Grant,
        string? Guard,
        GrantRefusal Refusal
    ) : Fact
    {
        /// <summary>Who asked for the grant of another agent's request; null: the request's own agent, or a guard.</summary>
        public AgentName? Agent { get; init; }
    }

    /// <summary>
    /// What was approved will not run. <see cref="Grant"/> is null when none was issued yet, <see cref="By"/>
    /// when the ledger was restored and nobody can tell whether it was used since.
    /// </summary>
    public sealed record GrantRevoked(RequestId Id, GrantId? Grant, PersonId? By) : Fact;

    /// <summary>
    /// Configuration is now different. <see cref="After"/> is the whole new value of the thing called
    /// <see cref="Name"/> in <see cref="Area"/>, null when it was removed.
    /// </summary>
    public sealed record ConfigChanged(
        string Change,
        string Area,
        string Name,
        JsonElement? Before,
        JsonElement? After,
        PersonId? By,
        string Review
    ) : Fact
    {
        /// <summary>The other administrator who confirmed it; then <see cref="Change"/> is that request's id.</summary>
        public PersonId? ConfirmedBy { get; init; }

        /// <summary>Of what is <c>unreviewed</c>: the other administrators of then, none of whom could confirm it.</summary>
        public ImmutableArray<PersonId> Without
        {
            get => field.IsDefault ? [] : field;
            init;
        } = [];
    }

    /// <summary>The request is about a change of the configuration, which applies when it is approved.</summary>
    public sealed record ConfigProposed(RequestId Id, ProposedChange Change) : Fact;

    /// <summary>An account belongs to a person, with what the directory reports of it.</summary>
    public sealed record PersonLinked(
        PersonId Person,
        AccountId Account,
        string How,
        string Name,
        ImmutableArray<string> Emails
    ) : Fact
    {
        /// <summary>Whose it was before: that person and <see cref="Person"/> are one from now on.</summary>
        public PersonId? From { get; init; }

        /// <summary>Who linked it; null when the directory or the settings did.</summary>
        public PersonId? By { get; init; }

        /// <summary>
        /// Of what an administrator did: <c>unreviewed</c>, or <c>confirmed</c> by the request
        /// <see cref="Change"/>.
        /// </summary>
        public string? Review { get; init; }

        public RequestId? Change { get; init; }

        /// <summary>As of <see cref="ConfigChanged.Without"/>.</summary>
        public ImmutableArray<PersonId> Without
        {
            get => field.IsDefault ? [] : field;
            init;
        } = [];

        /// <summary>From when on the link gives power; null: it gives none that it has not had.</summary>
        public DateTimeOffset? PowerFrom { get; init; }
    }

    /// <summary>
    /// An account is <see cref="Person"/>'s no more and belongs to <see cref="Into"/>, by the id that was
    /// made for it. In requests made up to <see cref="SeparateFrom"/> the two stay one.
    /// </summary>
    public sealed record PersonUnlinked(
        PersonId Person,
        AccountId Account,
        PersonId Into,
        string How,
        PersonId? By,
        DateTimeOffset SeparateFrom
    ) : Fact
    {
        /// <summary>As of <see cref="PersonLinked.Review"/>.</summary>
        public string? Review { get; init; }

        public RequestId? Change { get; init; }

        /// <summary>As of <see cref="ConfigChanged.Without"/>.</summary>
        public ImmutableArray<PersonId> Without
        {
            get => field.IsDefault ? [] : field;
            init;
        } = [];
    }

    /// <summary>
    /// Somebody was given the ledger, or a part of it: entries from <see cref="From"/> until before
    /// <see cref="To"/>, in the form <see cref="As"/>.
    /// </summary>
    public sealed record ExportCreated(
        PersonId? By,
        string As,
        DateTimeOffset? From,
        DateTimeOffset? To
    ) : Fact
    {
        /// <summary>The operating system's user who took it beside the bot; then <see cref="By"/> is null.</summary>
        public string? Operator { get; init; }

        /// <summary>Of the file, in lower-case hex; null where it streamed, so that nobody knew it before.</summary>
        public string? Sha256 { get; init; }

        /// <summary>How many entries the ledger had that the file is of; null as above.</summary>
        public long? Size { get; init; }
    }
}

[JsonConverter(typeof(JsonStringEnumConverter<RequestStatus>))]
public enum RequestStatus
{
    [JsonStringEnumMemberName("pending")]
    Pending,

    [JsonStringEnumMemberName("approved")]
    Approved,

    [JsonStringEnumMemberName("denied")]
    Denied,

    [JsonStringEnumMemberName("expired")]
    Expired,

    [JsonStringEnumMemberName("cancelled")]
    Cancelled,
}

[JsonConverter(typeof(JsonStringEnumConverter<Verdict>))]
public enum Verdict
{
    [JsonStringEnumMemberName("approved")]
    Approved,

    [JsonStringEnumMemberName("rejected")]
    Rejected,
}

/// <summary>One person's counted verdict. <see cref="Person"/> is null only for a policy's own.</summary>
public sealed record Decision(
    Verdict Verdict,
    PersonId? Person,
    AccountId? Account,
    string Name,
    Surface Surface,
    DateTimeOffset At,
    string? Reason,
    string? DisplayHash,
    string? EvidenceHash
)
{
    /// <summary>The stage that was open for it, where stages are one after the other; else null.</summary>
    public int? Stage { get; init; }

    /// <summary>In whose place it was made, where it was not by the person's own right.</summary>
    public PersonId? For { get; init; }
}
