using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Stores;

/// <summary>The one write transaction of a <see cref="SqliteStore"/>: <c>BEGIN IMMEDIATE</c> to <c>COMMIT</c>.</summary>
internal sealed partial class SqliteTransactionScope : IStoreTransaction
{
    private readonly SqliteSession _session;
    private bool _open = true;

    public SqliteTransactionScope(SqliteSession session)
    {
        _session = session;
        session.Execute("BEGIN IMMEDIATE");
    }

    public StoredRequest? Request(RequestId id) => SqliteRows.Request(_session, id);

    public RequestId? ByIdempotency(string idempotencyHash) =>
        Id(_session.Scalar("SELECT id FROM request WHERE idem_hash = ?1", idempotencyHash));

    public void Append(StoredEntry entry, byte[] leafHash)
    {
        _session.Execute(
            "INSERT INTO ledger (seq, at, kind, txn, leaf, entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            entry.Seq,
            entry.At.ToUnixTimeMilliseconds(),
            entry.Kind,
            entry.Txn,
            leafHash,
            entry.Bytes
        );
        if (entry.Content is { } content)
        {
            _session.Execute(
                "INSERT INTO content (seq, salt, body) VALUES (?1, ?2, ?3)",
                entry.Seq,
                content.Salt,
                content.Body
            );
        }
        else if (entry.ErasedBy is { } by)
        {
            _session.Execute(
                "INSERT INTO content (seq, salt, body, erased) VALUES (?1, x'', x'', ?2)",
                entry.Seq,
                by
            );
        }
    }

    public void PutNode(int level, long index, byte[] hash) =>
        _session.Execute(
            "INSERT INTO node (level, idx, hash) VALUES (?1, ?2, ?3)",
            level,
            index,
            hash
        );

    public void PutHead(StoredHead head) =>
        _session.Execute(
            "INSERT INTO head (one, size, checkpoint) VALUES (1, ?1, ?2)"
                + " ON CONFLICT (one) DO UPDATE SET size = ?1, checkpoint = ?2",
            head.Size,
            head.Checkpoint
        );

    public void InsertRequest(StoredRequest request) =>
        _session.Execute(
            "INSERT INTO request (id, agent, status, created_at, expires_at, body_hash, idem_hash,"
                + " opening, state, code) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            request.Id.ToString(),
            request.Agent.ToString(),
            WireNames.Of(request.Status),
            request.CreatedAt.ToUnixTimeMilliseconds(),
            request.ExpiresAt.ToUnixTimeMilliseconds(),
            request.BodyHash,
            request.IdempotencyHash,
            request.OpeningSeq,
            request.State,
            request.Code
        );

    public void UpdateRequest(RequestId id, RequestStatus status, byte[] state) =>
        _session.Execute(
            $"UPDATE request SET status = ?2, state = ?3 WHERE opening = {SqliteRows.OpeningOf}",
            id.ToString(),
            WireNames.Of(status),
            state
        );

    public void PutDocument(StoredDocument document)
    {
        if (document.Body is null)
        {
            _session.Execute(
                "DELETE FROM document WHERE area = ?1 AND name = ?2",
                document.Area,
                document.Name
            );
            return;
        }

        _session.Execute(
            "INSERT INTO document (area, name, body) VALUES (?1, ?2, ?3)"
                + " ON CONFLICT (area, name) DO UPDATE SET body = ?3",
            document.Area,
            document.Name,
            document.Body
        );
    }

    public void PutOutbox(CardCopy copy, string queue, RequestId request, DateTimeOffset dueAt) =>
        _session.Execute(
            "INSERT INTO outbox (token, surface, queue, request, due_at, attempts, generation,"
                + " maybe_posted) VALUES (?1, ?2, ?3, ?4, ?5, 0, 1, 0) ON CONFLICT (token) DO"
                + " UPDATE SET queue = ?3, due_at = min(due_at, ?5), generation = generation + 1",
            copy.Token,
            WireNames.Of(copy.Surface),
            queue,
            request.ToString(),
            dueAt.ToUnixTimeMilliseconds()
        );

    public void OutboxDone(string token, long generation) =>
        _session.Execute(
            "DELETE FROM outbox WHERE token = ?1 AND generation = ?2",
            token,
            generation
        );

    public void OutboxMove(string token, string queue) =>
        _session.Execute("UPDATE outbox SET queue = ?2 WHERE token = ?1", token, queue);

    public void OutboxRetry(string token, DateTimeOffset dueAt, bool maybePosted) =>
        _session.Execute(
            "UPDATE outbox SET due_at = ?2, attempts = attempts + 1, maybe_posted = ?3 WHERE token = ?1",
            token,
            dueAt.ToUnixTimeMilliseconds(),
            maybePosted ? 1 : 0
        );

    public bool IsSeen(string key) =>
        _session.Scalar("SELECT 1 FROM seen WHERE key = ?1", key) is not null;

    public void PutSeen(string key, DateTimeOffset now, DateTimeOffset until)
    {
        _session.Execute("DELETE FROM seen WHERE until < ?1", now.ToUnixTimeMilliseconds());
        _session.Execute(
            "INSERT INTO seen (key, until) VALUES (?1, ?2)",
            key,
            until.ToUnixTimeMilliseconds()
        );
    }

    public void ForgetProjections()
    {
        _session.Execute("DELETE FROM request");
        _session.Execute("DELETE FROM document");
    }

    private static RequestId? Id(object? value) =>
        value is string text ? RequestId.Parse(text, provider: null) : null;

    public void Commit()
    {
        _session.Execute("COMMIT");
        _open = false;
        Settle();
    }

    public void Dispose()
    {
        if (!_open)
        {
            return;
        }

        _open = false;
        try
        {
            _session.Execute("ROLLBACK");
        }
        catch (Microsoft.Data.Sqlite.SqliteException)
        {
            // A full disk or an I/O error has rolled back already.
        }
    }
}
