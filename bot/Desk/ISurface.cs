using ChatApprovals.Approvals;
using ChatApprovals.Cards;

namespace ChatApprovals.Desk;

/// <summary>
/// A place where people see cards and press buttons: Slack or Teams. The desk knows surfaces only by this;
/// surfaces never know each other. Nothing here decides anything.
/// </summary>
public interface ISurface
{
    Surface Kind { get; }

    /// <summary>
    /// Asks the platform's own directory who an account is now. Never throws for what the platform
    /// answers: an unreachable directory or a partial answer is a member with
    /// <see cref="MemberObstacle.Unknown"/>, a plain "no such account" one with
    /// <see cref="MemberObstacle.NoSuchAccount"/>. Not cached here: see <see cref="Directory"/>.
    /// </summary>
    Task<Member> LookUpAsync(AccountId account, CancellationToken cancel);

    /// <summary>
    /// The groups that the platform keeps, with their members. Never throws for what the platform answers;
    /// not cached here: see <see cref="UserGroups"/>.
    /// </summary>
    Task<GroupsAnswer> GroupsAsync(CancellationToken cancel);

    /// <summary>
    /// Makes one copy look as the card says: posts it when it has no message yet, else updates it.
    /// Paced and retried by the outbox, not here. Nothing is durable on return.
    /// </summary>
    Task<Drawing> DrawAsync(CopyToDraw copy, CancellationToken cancel);

    /// <summary>
    /// Says something beneath a card that is there: in its thread, or after it where there are no threads.
    /// Paced and tried again here for a short while. Null when the platform took it or may have, else why not.
    /// </summary>
    Task<string?> SayAsync(
        string conversation,
        string message,
        CardTalk talk,
        CancellationToken cancel
    );

    /// <summary>
    /// Posts words of the bot's own in a conversation, for all who are in it. Not tried again here: whoever does may
    /// have them there twice. Never throws for what the platform answers.
    /// </summary>
    Task<Noted> NoteAsync(
        string conversation,
        string title,
        IReadOnlyList<string> lines,
        CancellationToken cancel
    );

    /// <summary>
    /// Begins telling one person something alone: in their own chat, never where others read it. Delivery is
    /// not promised; what is told is in the ledger too.
    /// </summary>
    void Tell(AccountId account, string title, IReadOnlyList<string> lines);

    /// <summary>
    /// The conversation in which only this person and the bot are, where cards can be drawn; null when there
    /// is none, or the platform does not say. Never throws for what the platform answers.
    /// </summary>
    Task<string?> ChatOfAsync(AccountId account, CancellationToken cancel);

    /// <summary>Null when the platform accepts our credentials, else what is wrong and how to mend it.</summary>
    Task<string?> CheckAsync(CancellationToken cancel);
}

/// <summary>
/// What is to be drawn where. <see cref="MaybePosted"/>: an earlier attempt may have reached the platform
/// without our learning the message's id (a timeout, a crash): look for it before posting again.
/// <see cref="Viewers"/>: whose own view of the card differs (for Teams' refresh).
/// </summary>
public sealed record CopyToDraw(
    string Token,
    string Conversation,
    string? Message,
    bool MaybePosted,
    Card Card,
    DateTimeOffset CreatedAt,
    IReadOnlyList<AccountId> Viewers
);

/// <summary>What became of an attempt to draw.</summary>
public abstract record Drawing
{
    private Drawing() { }

    /// <summary>The platform shows it. <see cref="DisplayHash"/>: base64url(SHA-256) of what was sent.</summary>
    public sealed record Drawn(string Message, string DisplayHash) : Drawing;

    /// <summary>
    /// Not now: try again after <see cref="After"/> (null: as the outbox thinks fit).
    /// <see cref="MaybePosted"/>: the platform may have taken it all the same.
    /// </summary>
    public sealed record Later(string Why, TimeSpan? After, bool MaybePosted) : Drawing
    {
        /// <summary>
        /// Nothing was drawn: for so long (<see cref="After"/>) the conversation takes no more, of this copy or
        /// another.
        /// </summary>
        public bool IsFull { get; init; }

        /// <summary>
        /// It will be refused until somebody mends something: tried again ever less often, and soon enough for
        /// whoever has mended it.
        /// </summary>
        public bool IsToMend { get; init; }
    }

    /// <summary>Never: the channel is gone, the bot was removed, the platform refuses this content.</summary>
    public sealed record Never(string Why) : Drawing;
}
