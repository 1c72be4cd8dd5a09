using ChatApprovals.Approvals;

namespace ChatApprovals.Desk;

/// <summary>
/// Where entries, their contents and the projections are kept. Written natively for each database; the
/// implementations share only their contract tests. Reads see committed state and may come from any
/// thread; all writing goes through the one <see cref="Committer"/>.
/// </summary>
public interface IStore : IAsyncDisposable
{
    /// <summary>Size of the ledger and the signed checkpoint that covers it; null before the first entry.</summary>
    StoredHead? Head();

    /// <summary>Begins the one write transaction. Dispose without <c>Commit</c> forgets everything.</summary>
    IStoreTransaction Begin();

    StoredRequest? Request(RequestId id);

    /// <summary>Requests of an agent (or all), newest first unless asked for the oldest.</summary>
    IReadOnlyList<StoredRequest> Requests(RequestQuery query);

    /// <summary>Requests whose card has this code, newest first: a code is short, several may have it.</summary>
    IReadOnlyList<StoredRequest> ByCode(string code, int limit);

    int CountPending();

    /// <summary>All that are pending, oldest first.</summary>
    IReadOnlyList<PendingRequest> Pending();

    /// <summary>When the next pending request runs out, or null.</summary>
    DateTimeOffset? NextExpiry();

    /// <summary>Pending requests whose time is over, oldest first.</summary>
    IReadOnlyList<RequestId> Expired(DateTimeOffset now, int limit);

    /// <summary>Ledger positions about one request, in order.</summary>
    IReadOnlyList<Change> Changes(RequestId id, long afterSeq, int limit);

    /// <summary>Whether the ledger has an entry of this kind for this transaction.</summary>
    bool Has(string kind, string txn);

    /// <summary>The whole register, as stored.</summary>
    IReadOnlyList<StoredDocument> Documents();

    /// <summary>Cards of a queue that are to be drawn by this time, the longest due first.</summary>
    IReadOnlyList<OutboxLine> Due(Surface surface, string queue, DateTimeOffset now, int limit);

    /// <summary>The queues of a surface that have lines.</summary>
    IReadOnlyList<OutboxTurn> Queues(Surface surface);

    /// <summary>An agent's callbacks that are to be sent by this time, the longest due first.</summary>
    IReadOnlyList<CallbackLine> CallbacksDue(AgentName agent, DateTimeOffset now, int limit);

    /// <summary>When an agent's next callback is due, or null.</summary>
    DateTimeOffset? NextCallback(AgentName agent);

    /// <summary>An agent's callbacks that are owed or given up: those first, then the oldest.</summary>
    IReadOnlyList<CallbackLine> CallbacksOf(AgentName agent, int limit);

    /// <summary>How many there are of it.</summary>
    int CountCallbacks(AgentName agent);

    /// <summary>Entries in order with what is kept beside them (null: none, or erased).</summary>
    IReadOnlyList<StoredEntry> Entries(long from, int count);

    /// <summary>
    /// Entries about the configuration and about whose an account is (<c>config.changed</c>,
    /// <c>config.proposed</c>, <c>person.linked</c>, <c>person.unlinked</c>) before a position, newest first.
    /// </summary>
    IReadOnlyList<StoredEntry> Configurations(long before, int count);

    /// <summary>Entries about keys (<c>key.created</c>, <c>key.rotated</c>), in order.</summary>
    IReadOnlyList<StoredEntry> Keys();

    /// <summary>The first entries of one transaction before an index, in order.</summary>
    IReadOnlyList<StoredEntry> EntriesOf(string txn, long before, int limit);

    /// <summary>What anchors answered about the first <paramref name="size"/> entries or fewer: of each the newest, by size.</summary>
    IReadOnlyList<StoredAnchor> Anchors(long size, int ofEach);

    /// <summary>When each anchor that was ever used is due.</summary>
    IReadOnlyList<AnchorTurn> AnchorTurns();

    /// <summary>
    /// Entries from a position on, in order, whose content may hold one of these texts (lower-case, as JSON
    /// writes them), or that name one themselves; not those about the configuration.
    /// </summary>
    IReadOnlyList<StoredEntry> Naming(IEnumerable<string> texts, long from, int limit);

    /// <summary>Hashes of a tile level: level 0 leaves, above it roots of full 256^level subtrees.</summary>
    IReadOnlyList<byte[]> Hashes(int level, long from, int count);
}

/// <summary>
/// One write transaction: all of it becomes durable by <see cref="Commit"/>, or none. Its reads see its own
/// writes.
/// </summary>
public interface IStoreTransaction : IDisposable
{
    StoredRequest? Request(RequestId id);
    RequestId? ByIdempotency(string idempotencyHash);

    /// <summary>Whether this key was put, and is not forgotten yet.</summary>
    bool IsSeen(string key);

    void Append(StoredEntry entry, byte[] leafHash);
    void PutNode(int level, long index, byte[] hash);
    void PutHead(StoredHead head);
    void InsertRequest(StoredRequest request);

    /// <summary>Instead of what was stored of it, every column.</summary>
    void ReplaceRequest(StoredRequest request);

    /// <summary>All entries of one transaction, in order.</summary>
    IReadOnlyList<StoredEntry> EntriesOf(string txn);

    /// <summary>As of <see cref="IStore.Keys"/>.</summary>
    IReadOnlyList<StoredEntry> Keys();

    /// <summary>As of <see cref="IStore.Naming"/>.</summary>
    IReadOnlyList<StoredEntry> Naming(IEnumerable<string> texts, long from, int limit);

    /// <summary>
    /// The content of an entry, if it has one, is gone with this transaction, as entry <paramref name="by"/> says:
    /// overwritten in the file and, as far as nobody reads it just then, in what lies beside it. Answers the
    /// entry's transaction.
    /// </summary>
    string? Erase(long seq, long by);
    void UpdateRequest(RequestId id, RequestStatus status, byte[] state);
    void PutDocument(StoredDocument document);

    /// <summary>The copy is out of date: draw it as soon as may be.</summary>
    void PutOutbox(CardCopy copy, string queue, RequestId request, DateTimeOffset dueAt);

    /// <summary>If the line is still there it is another queue's now.</summary>
    void OutboxMove(string token, string queue);

    /// <summary>
    /// Drawn: forgets the line, unless it was put again since (<paramref name="generation"/> differs).
    /// </summary>
    void OutboxDone(string token, long generation);

    /// <summary>Not drawn: try again then.</summary>
    void OutboxRetry(string token, DateTimeOffset dueAt, bool maybePosted);

    void PutCallback(CallbackLine line);

    void CallbackDone(string id);

    /// <summary>One attempt more has failed; null: it was the last.</summary>
    void CallbackFailed(string id, DateTimeOffset? again, string why);

    /// <summary>All of the agent's are due now.</summary>
    void RetryCallbacks(AgentName agent, DateTimeOffset now);

    void ForgetCallbacks(AgentName agent);

    /// <summary>Keeps what an anchor answered; the same anchor's answer about the same size stays the first.</summary>
    void PutAnchor(StoredAnchor answered);

    /// <summary>How it went; where somebody asked meanwhile (another generation) it is due as they said.</summary>
    void PutAnchorTurn(AnchorTurn turn);

    /// <summary>The anchor is due by then, also one that was never used and one that is being used now.</summary>
    void HastenAnchor(string anchor, DateTimeOffset dueAt);

    /// <summary>Remembers a delivery until then, and forgets those whose time is over.</summary>
    void PutSeen(string key, DateTimeOffset now, DateTimeOffset until);

    /// <summary>Empties the projections (requests, register); ledger, contents and outbox stay.</summary>
    void ForgetProjections();

    /// <summary>Durable on return (power loss included, as far as the disk tells the truth).</summary>
    void Commit();
}

public sealed record StoredHead(long Size, string Checkpoint);

/// <summary>One entry's exact bytes, and the salted content that it names by digest.</summary>
public sealed record StoredEntry(
    long Seq,
    DateTimeOffset At,
    string Kind,
    string Txn,
    byte[] Bytes,
    StoredContent? Content
)
{
    /// <summary>The entry that says that the content was erased.</summary>
    public long? ErasedBy { get; init; }
}

/// <summary>Kept beside the ledger so that it can be erased: digest = SHA-256(salt, body).</summary>
public sealed record StoredContent(byte[] Salt, byte[] Body);

/// <summary>
/// A request's projection. <see cref="OpeningSeq"/> is the entry whose content is the opening;
/// <see cref="State"/> what has changed since, as JSON.
/// </summary>
public sealed record StoredRequest(
    RequestId Id,
    AgentName Agent,
    RequestStatus Status,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    string BodyHash,
    string? IdempotencyHash,
    long OpeningSeq,
    byte[] State
)
{
    /// <summary>The opening's JSON: read with the row, written with its entry.</summary>
    public byte[]? Opening { get; init; }

    /// <summary>The entry, instead, where the opening was erased.</summary>
    public byte[]? OpeningLeft { get; init; }

    /// <summary>The short code on its cards.</summary>
    public required string Code { get; init; }
}

/// <summary>By what a pending request is found again when its agent asks the same once more.</summary>
public sealed record PendingRequest(RequestId Id, AgentName Agent, string BodyHash);

/// <summary>One thing of the register: <c>person</c>, <c>agent</c>, <c>group</c>, <c>route</c>, … as JSON.</summary>
public sealed record StoredDocument(string Area, string Name, byte[]? Body);

/// <summary>Lines that wait for the same turn, and when the first of them is due.</summary>
public sealed record OutboxTurn(string Name, DateTimeOffset DueAt)
{
    /// <summary>
    /// Platforms limit what is posted in a conversation, so that posts wait for each other; what is there
    /// already is redrawn, or given up, without waiting for them.
    /// </summary>
    public static string Of(Approval approval, CardCopy copy) =>
        (copy.Message is null && approval.IsPending ? "post " : "redraw ") + copy.Conversation;
}

/// <summary>One copy of a card that does not show the present state yet.</summary>
public sealed record OutboxLine(
    string Token,
    RequestId Request,
    DateTimeOffset DueAt,
    int Attempts,
    long Generation,
    bool MaybePosted
);

/// <summary>Which requests; <see cref="After"/> is exclusive, in the order asked for.</summary>
public sealed record RequestQuery(
    AgentName? Agent,
    RequestStatus? Status,
    RequestId? After,
    int Limit,
    bool OldestFirst
);
