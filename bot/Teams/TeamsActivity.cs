using System.Collections.Immutable;
using ChatApprovals.Approvals;

namespace ChatApprovals.Teams;

/// <summary>
/// Where an activity came from, all of it said by Teams in a request that was authenticated.
/// <see cref="Conversation"/> keeps <c>;messageid=</c>; <see cref="Kind"/> is <c>personal</c>, <c>groupChat</c>
/// or <c>channel</c>. <see cref="Account"/> is null when Teams does not say who it is: then it is nobody.
/// </summary>
public sealed record TeamsSource(
    string Id,
    string ServiceUrl,
    string Tenant,
    string Conversation,
    string Kind,
    AccountId? Account,
    string? Mri,
    string Bot,
    DateTimeOffset? At
)
{
    public bool IsPrivate => string.Equals(Kind, "personal", StringComparison.Ordinal);

    /// <summary>What tells this activity from all others: ids are the conversation's own.</summary>
    public string Delivery => $"{Place} {Id} {Mri}";

    /// <summary>The channel or chat itself, without the thread.</summary>
    public string Place => Base(Conversation);

    /// <summary>Teams names a thread of a channel <c>channel;messageid=…</c>.</summary>
    public static string Base(string conversation)
    {
        var end = conversation.IndexOf(";messageid=", StringComparison.Ordinal);
        return end < 0 ? conversation : conversation[..end];
    }
}

/// <summary>A piece of what somebody wrote: text, or a mention by the bot's id of an account.</summary>
public abstract record TeamsWord
{
    private TeamsWord() { }

    public sealed record Text(string Value) : TeamsWord;

    public sealed record Mention(string Mri, string Shown) : TeamsWord;
}

/// <summary>What Teams tells the bot, as far as the bot acts on it.</summary>
public abstract record TeamsActivity
{
    private TeamsActivity() { }

    /// <summary>The bot was added to a conversation.</summary>
    public sealed record Added : TeamsActivity;

    /// <summary>The bot was removed from a conversation.</summary>
    public sealed record Removed : TeamsActivity;

    /// <summary>Others came or went: what is remembered of them may be wrong. Entra object ids.</summary>
    public sealed record PeopleChanged(ImmutableArray<string> Users) : TeamsActivity;

    public sealed record Said(ImmutableArray<TeamsWord> Words) : TeamsActivity;

    /// <summary>
    /// A card's button, or its own request for a view (<c>refresh</c>). <see cref="Message"/>: whose button it was.
    /// <see cref="Page"/>: 0 on the card itself. <see cref="CanShow"/> is false for old clients (Action.Submit),
    /// which take no card as an answer. Token, reason and page are the client's claim.
    /// </summary>
    public sealed record Pressed(
        string Verb,
        string Token,
        string? Message,
        string? Reason,
        int Page,
        bool CanShow
    ) : TeamsActivity
    {
        /// <summary>The text of a policy's form; <see cref="Token"/> is then the policy's name.</summary>
        public string? Yaml { get; init; }
    }

    /// <summary>
    /// The answer to an offered file (<c>fileConsent/invoke</c>): <see cref="Id"/> and all of the upload are the client's
    /// claim. <see cref="Message"/>: the offer's.
    /// </summary>
    public sealed record FileAnswered(bool IsAccepted, string Id, string? Message) : TeamsActivity
    {
        public string? UploadUrl { get; init; }
        public string? ContentUrl { get; init; }
        public string? UniqueId { get; init; }
        public string? FileType { get; init; }
    }

    /// <summary>An invoke that the bot does not know: 501.</summary>
    public sealed record OtherInvoke : TeamsActivity;

    /// <summary>Edits, reactions, typing and the like: never a command, never a decision.</summary>
    public sealed record Ignored : TeamsActivity;
}
