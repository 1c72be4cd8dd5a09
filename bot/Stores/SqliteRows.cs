using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Stores;

/// <summary>Rows as the desk knows them: the same queries for readers and inside the write transaction.</summary>
internal static class SqliteRows
{
    private const string RequestColumns =
        "SELECT r.id, r.agent, r.status, r.created_at, r.expires_at, r.body_hash, r.idem_hash,"
        + " r.opening, r.state, CASE WHEN c.erased IS NULL THEN c.body END, r.code,"
        // What the entry itself says is read only where nothing else is left.
        + " CASE WHEN c.erased IS NOT NULL THEN (SELECT entry FROM ledger WHERE seq = r.opening) END"
        + " FROM request r LEFT JOIN content c ON c.seq = r.opening";

    /// <summary>The entry that opened request <c>?1</c>.</summary>
    public const string OpeningOf = "(SELECT seq FROM ledger WHERE txn = ?1 ORDER BY seq LIMIT 1)";

    public static StoredRequest? Request(SqliteSession session, RequestId id) =>
        session
            .Rows($"{RequestColumns} WHERE r.opening = {OpeningOf}", Request, id.ToString())
            .SingleOrDefault();

    public static List<StoredRequest> Requests(SqliteSession session, RequestQuery query)
    {
        var (order, beyond) = query.OldestFirst ? ("ASC", ">") : ("DESC", "<");
        var status = query.Status is { } wanted ? WireNames.Of(wanted) : null;
        // A pending list must use the partial index, so the condition is a literal there.
        var byStatus =
            query.Status == RequestStatus.Pending
                ? "r.status = 'pending' AND ?2 = 'pending'"
                : "(?2 IS NULL OR r.status = ?2)";
        var byAgent = query.Agent is null ? "?1 IS NULL" : "r.agent = ?1";
        return session.Rows(
            $"{RequestColumns} WHERE {byAgent} AND {byStatus}"
                + $" AND (?3 IS NULL OR r.opening {beyond}"
                + " (SELECT seq FROM ledger WHERE txn = ?3 ORDER BY seq LIMIT 1))"
                // Of all pending requests there are few: they are sorted, not looked for among all.
                + $" ORDER BY {(query is { Agent: null, Status: RequestStatus.Pending } ? "+" : "")}"
                + $"r.opening {order} LIMIT ?4",
            Request,
            query.Agent?.ToString(),
            status,
            query.After?.ToString(),
            query.Limit
        );
    }

    /// <summary>Those whose card has this code, newest first. Codes are short: several may have one.</summary>
    public static List<StoredRequest> ByCode(SqliteSession session, string code, int limit) =>
        session.Rows(
            RequestColumns + " WHERE r.code = ?1 ORDER BY r.opening DESC LIMIT ?2",
            Request,
            code,
            limit
        );

    public static List<OutboxLine> Due(
        SqliteSession session,
        Surface surface,
        string queue,
        DateTimeOffset now,
        int limit
    ) =>
        session.Rows(
            "SELECT token, request, due_at, attempts, generation, maybe_posted FROM outbox"
                + " WHERE surface = ?1 AND queue = ?2 AND due_at <= ?3 ORDER BY due_at LIMIT ?4",
            r => new OutboxLine(
                r.GetString(0),
                RequestId.Parse(r.GetString(1), null),
                r.GetTime(2),
                r.GetInt32(3),
                r.GetInt64(4),
                r.GetInt64(5) != 0
            ),
            WireNames.Of(surface),
            queue,
            now.ToUnixTimeMilliseconds(),
            limit
        );

    /// <summary>Jumps from queue to queue by the index: the lines are not read, however many wait.</summary>
    public static List<OutboxTurn> Queues(SqliteSession session, Surface surface) =>
        session.Rows(
            "WITH RECURSIVE q (name) AS (SELECT min(queue) FROM outbox WHERE surface = ?1 UNION ALL"
                + " SELECT (SELECT min(queue) FROM outbox WHERE surface = ?1 AND queue > q.name) FROM q"
                + " WHERE q.name IS NOT NULL) SELECT name, (SELECT min(due_at) FROM outbox"
                + " WHERE surface = ?1 AND queue = q.name) FROM q WHERE name IS NOT NULL",
            r => new OutboxTurn(r.GetString(0), r.GetTime(1)),
            WireNames.Of(surface)
        );

    public static List<StoredEntry> Entries(SqliteSession session, long from, int count) =>
        session.Rows(
            EntryColumns + " WHERE l.seq >= ?1 ORDER BY l.seq LIMIT ?2",
            Entry,
            from,
            count
        );

    public static List<StoredEntry> EntriesOf(
        SqliteSession session,
        string txn,
        long before,
        int limit
    ) =>
        session.Rows(
            EntryColumns + " WHERE l.txn = ?1 AND l.seq < ?2 ORDER BY l.seq LIMIT ?3",
            Entry,
            txn,
            before,
            limit
        );

    public static List<StoredEntry> Configurations(SqliteSession session, long before, int count) =>
        session.Rows(
            EntryColumns
                // As the index says it.
                + " WHERE l.kind IN ('config.changed', 'config.proposed', 'person.linked', 'person.unlinked')"
                + " AND l.seq < ?1 ORDER BY l.seq DESC LIMIT ?2",
            Entry,
            before,
            count
        );

    /// <summary>
    /// Entries whose content is there and may hold one of these texts, or that name one themselves: lower-case,
    /// as JSON writes them. Configuration is not looked at: it names people by their ids alone.
    /// </summary>
    public static List<StoredEntry> Naming(
        SqliteSession session,
        IEnumerable<string> texts,
        long from,
        int limit
    ) =>
        session.Rows(
            EntryColumns
                + " WHERE l.seq >= ?2 AND c.erased IS NULL AND c.seq IS NOT NULL"
                + " AND l.kind NOT IN ('config.changed', 'config.proposed', 'erasure.performed')"
                + " AND EXISTS (SELECT 1 FROM json_each(?1) n WHERE instr(lower(CAST(c.body AS TEXT)), n.value)"
                + " OR instr(lower(CAST(l.entry AS TEXT)), n.value)) ORDER BY l.seq LIMIT ?3",
            Entry,
            JsonSerializer.Serialize(texts),
            from,
            limit
        );

    public static List<StoredEntry> Keys(SqliteSession session) =>
        session.Rows(
            // As the index says it.
            EntryColumns + " WHERE l.kind IN ('key.created', 'key.rotated') ORDER BY l.seq",
            Entry
        );

    public static List<StoredEntry> Restores(SqliteSession session) =>
        session.Rows(EntryColumns + " WHERE l.kind = 'ledger.restored' ORDER BY l.seq", Entry);

    private const string EntryColumns =
        "SELECT l.seq, l.at, l.kind, l.txn, l.entry, c.salt, c.body, c.erased FROM ledger l"
        + " LEFT JOIN content c ON c.seq = l.seq";

    private static StoredEntry Entry(SqliteRow r) =>
        new(
            r.GetInt64(0),
            r.GetTime(1),
            r.GetString(2),
            r.GetString(3),
            r.GetBytes(4),
            r.IsNull(5) || !r.IsNull(7) ? null : new StoredContent(r.GetBytes(5), r.GetBytes(6))
        )
        {
            ErasedBy = r.IsNull(7) ? null : r.GetInt64(7),
        };

    private static StoredRequest Request(SqliteRow r) =>
        new(
            RequestId.Parse(r.GetString(0), null),
            AgentName.Parse(r.GetString(1), null),
            WireNames.Parse<RequestStatus>(r.GetString(2)),
            r.GetTime(3),
            r.GetTime(4),
            r.GetString(5),
            r.IsNull(6) ? null : r.GetString(6),
            r.GetInt64(7),
            r.GetBytes(8)
        )
        {
            Opening = r.IsNull(9) ? null : r.GetBytes(9),
            Code = r.GetString(10),
            OpeningLeft = r.IsNull(11) ? null : r.GetBytes(11),
        };
}
