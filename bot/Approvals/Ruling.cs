using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace ChatApprovals.Approvals;

/// <summary>Why an attempt to decide did not count. Each has a text for people in <c>Desk</c>.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Refusal>))]
public enum Refusal
{
    [JsonStringEnumMemberName("guest")]
    Guest,

    [JsonStringEnumMemberName("stranger")]
    Stranger,

    [JsonStringEnumMemberName("not_human")]
    NotHuman,

    [JsonStringEnumMemberName("deactivated")]
    Deactivated,

    [JsonStringEnumMemberName("unknown_person")]
    UnknownPerson,

    /// <summary>Their platform says that there is no such account.</summary>
    [JsonStringEnumMemberName("no_such_member")]
    NoSuchMember,

    [JsonStringEnumMemberName("not_linked")]
    NotLinked,

    [JsonStringEnumMemberName("initiator")]
    Initiator,

    [JsonStringEnumMemberName("on_behalf_of")]
    OnBehalfOf,

    [JsonStringEnumMemberName("owner")]
    Owner,

    [JsonStringEnumMemberName("key_creator")]
    KeyCreator,

    [JsonStringEnumMemberName("widened")]
    Widened,

    [JsonStringEnumMemberName("nothing_to_compare")]
    NothingToCompare,

    [JsonStringEnumMemberName("not_an_approver")]
    NotAnApprover,

    [JsonStringEnumMemberName("not_an_approver_then")]
    NotAnApproverThen,

    /// <summary>They were in it by a platform's group, and the platform does not say who is in it now.</summary>
    [JsonStringEnumMemberName("group_unknown")]
    GroupUnknown,

    [JsonStringEnumMemberName("link_too_fresh")]
    LinkTooFresh,

    [JsonStringEnumMemberName("stage_not_open")]
    StageNotOpen,

    /// <summary>A later stage cannot be filled without them, so this place is for somebody else.</summary>
    [JsonStringEnumMemberName("needed_later")]
    NeededLater,

    [JsonStringEnumMemberName("already_counted")]
    AlreadyCounted,

    /// <summary>Somebody they decide for, or who decides for them, is behind the request.</summary>
    [JsonStringEnumMemberName("delegate_excluded")]
    DelegateExcluded,

    /// <summary>Somebody they decide for, or who decides for them, has decided.</summary>
    [JsonStringEnumMemberName("delegate_counted")]
    DelegateCounted,

    /// <summary>They would decide in the place of somebody who could decide nothing themselves now.</summary>
    [JsonStringEnumMemberName("delegator_absent")]
    DelegatorAbsent,

    [JsonStringEnumMemberName("reason_missing")]
    ReasonMissing,

    [JsonStringEnumMemberName("too_soon")]
    TooSoon,

    [JsonStringEnumMemberName("wrong_place")]
    WrongPlace,

    [JsonStringEnumMemberName("review_first")]
    ReviewFirst,

    [JsonStringEnumMemberName("nobody_to_ask")]
    NobodyToAsk,

    [JsonStringEnumMemberName("question_missing")]
    QuestionMissing,

    [JsonStringEnumMemberName("question_too_long")]
    QuestionTooLong,

    [JsonStringEnumMemberName("too_many_questions")]
    TooManyQuestions,

    [JsonStringEnumMemberName("review_changed")]
    ReviewChanged,

    [JsonStringEnumMemberName("expired")]
    Expired,

    [JsonStringEnumMemberName("ended")]
    Ended,
}

/// <summary>The rules' answer to one attempt to decide.</summary>
public abstract record Ruling
{
    private Ruling() { }

    /// <summary>It counts; the facts say so, and end the request if that was the last one needed.</summary>
    public sealed record Counted(ImmutableArray<Fact> Facts) : Ruling;

    /// <summary>It does not count; the facts record the attempt (and an expiry found on the way).</summary>
    public sealed record Refused(Refusal Why, ImmutableArray<Fact> Facts) : Ruling;

    /// <summary>The same person said the same before: nothing to record, nothing changes.</summary>
    public sealed record Repeated : Ruling;
}
