using System.Collections.Concurrent;
using System.Globalization;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using Microsoft.Data.Sqlite;

namespace ChatApprovals.Stores;

/// <summary>
/// The embedded store: one SQLite file in WAL mode with <c>synchronous=FULL</c>. One connection writes and
/// checkpoints (SQLite before 3.51.3 can lose pages when two do); readers cannot write at all. A lock file
/// keeps a second process out of the directory.
/// </summary>
public sealed partial class SqliteStore : IStore
{
    /// <summary>Written into the file; a newer one is refused.</summary>
    internal const int FormatVersion = 7;

    /// <summary>What <c>PRAGMA application_id</c> says of a backup ("CAbk"): nothing may go on from it as it is.</summary>
    internal const int BackupMark = 0x4341_626B;

    private const int ReadersMax = 16;

    private readonly ConcurrentBag<SqliteSession> _readers = [];
    private readonly SemaphoreSlim _readerSlots = new(ReadersMax);
    private readonly string _readOnly;
    private readonly FileStream _lock;
    private readonly SqliteSession _writer;
    private int _disposed;

    private SqliteStore(FileStream fileLock, SqliteSession writer, string readOnly)
    {
        _lock = fileLock;
        _writer = writer;
        _readOnly = readOnly;
    }

    /// <summary>Opens or creates <c>ledger.db</c> in a directory.</summary>
    /// <exception cref="IOException">
    /// Another process has it, there is no SQLite, or the file is newer than this program.
    /// </exception>
    public static SqliteStore Open(string directory, string? library = null)
    {
        SqliteLibrary.Load(library);
        var fileLock = DirectoryLock.Take(directory);
        try
        {
            var file = Path.Combine(directory, "ledger.db");
            var writer = Prepared(Connect(file, SqliteOpenMode.ReadWriteCreate));
            return new SqliteStore(fileLock, writer, Connect(file, SqliteOpenMode.ReadOnly));
        }
        catch
        {
            fileLock.Dispose();
            throw;
        }
    }

    /// <summary>
    /// An empty ledger in a new file that only its owner may read, marked as a backup. Nothing is journalled
    /// or synced: until <see cref="LedgerCopy.SaveAsync"/> is through, the file is worth nothing.
    /// </summary>
    internal static SqliteSession CreateBackup(string path)
    {
        var session = new SqliteSession(Connect(path, SqliteOpenMode.ReadWrite));
        session.Script("PRAGMA page_size=16384; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF");
        session.Script(
            $"BEGIN IMMEDIATE; {Schema()} PRAGMA user_version={FormatVersion};"
                + $" PRAGMA application_id={BackupMark}; COMMIT"
        );
        return session;
    }

    public StoredHead? Head() =>
        Read(s =>
            s.Rows(
                    "SELECT size, checkpoint FROM head",
                    r => new StoredHead(r.GetInt64(0), r.GetString(1))
                )
                .SingleOrDefault()
        );

    public IStoreTransaction Begin() => new SqliteTransactionScope(_writer);

    public StoredRequest? Request(RequestId id) => Read(s => SqliteRows.Request(s, id));

    public IReadOnlyList<StoredRequest> Requests(RequestQuery query) =>
        Read(s => SqliteRows.Requests(s, query));

    public IReadOnlyList<StoredRequest> ByCode(string code, int limit) =>
        Read(s => SqliteRows.ByCode(s, code, limit));

    public int CountPending() =>
        Read(s =>
            Convert.ToInt32(
                s.Scalar("SELECT count(*) FROM request WHERE status = 'pending'"),
                CultureInfo.InvariantCulture
            )
        );

    public IReadOnlyList<PendingRequest> Pending() =>
        Read(s =>
            s.Rows(
                "SELECT id, agent, body_hash FROM request WHERE status = 'pending' ORDER BY opening",
                r => new PendingRequest(
                    RequestId.Parse(r.GetString(0), null),
                    AgentName.Parse(r.GetString(1), null),
                    r.GetString(2)
                )
            )
        );

    public DateTimeOffset? NextExpiry() =>
        Read(s =>
            s.Scalar("SELECT min(expires_at) FROM request WHERE status = 'pending'") is long ms
                ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
                : (DateTimeOffset?)null
        );

    public IReadOnlyList<RequestId> Expired(DateTimeOffset now, int limit) =>
        Read(s =>
            s.Rows(
                "SELECT id FROM request WHERE status = 'pending' AND expires_at <= ?1"
                    + " ORDER BY expires_at LIMIT ?2",
                r => RequestId.Parse(r.GetString(0), null),
                now.ToUnixTimeMilliseconds(),
                limit
            )
        );

    public IReadOnlyList<Change> Changes(RequestId id, long afterSeq, int limit) =>
        Read(s =>
            s.Rows(
                "SELECT seq, at, kind FROM ledger WHERE txn = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
                r => new Change(r.GetInt64(0), r.GetTime(1), r.GetString(2)),
                id.ToString(),
                afterSeq,
                limit
            )
        );

    public bool Has(string kind, string txn) =>
        Read(s =>
            s.Scalar("SELECT 1 FROM ledger WHERE txn = ?1 AND kind = ?2 LIMIT 1", txn, kind)
                is not null
        );

    public IReadOnlyList<StoredDocument> Documents() =>
        Read(s =>
            s.Rows(
                "SELECT area, name, body FROM document ORDER BY area, name",
                r => new StoredDocument(r.GetString(0), r.GetString(1), r.GetBytes(2))
            )
        );

    public IReadOnlyList<OutboxLine> Due(
        Surface surface,
        string queue,
        DateTimeOffset now,
        int limit
    ) => Read(s => SqliteRows.Due(s, surface, queue, now, limit));

    public IReadOnlyList<OutboxTurn> Queues(Surface surface) =>
        Read(s => SqliteRows.Queues(s, surface));

    public IReadOnlyList<StoredEntry> Entries(long from, int count) =>
        Read(s => SqliteRows.Entries(s, from, count));

    public IReadOnlyList<StoredEntry> Naming(IEnumerable<string> texts, long from, int limit) =>
        Read(s => SqliteRows.Naming(s, texts, from, limit));

    public IReadOnlyList<StoredEntry> Keys() => Read(SqliteRows.Keys);

    public IReadOnlyList<StoredEntry> Configurations(long before, int count) =>
        Read(s => SqliteRows.Configurations(s, before, count));

    public IReadOnlyList<StoredEntry> EntriesOf(string txn, long before, int limit) =>
        Read(s => SqliteRows.EntriesOf(s, txn, before, limit));

    public IReadOnlyList<byte[]> Hashes(int level, long from, int count) =>
        Read(s =>
            s.Rows(
                level == 0
                    ? "SELECT leaf FROM ledger WHERE seq >= ?2 AND ?1 = 0 ORDER BY seq LIMIT ?3"
                    : "SELECT hash FROM node WHERE level = ?1 AND idx >= ?2 ORDER BY idx LIMIT ?3",
                r => r.GetBytes(0),
                level,
                from,
                count
            )
        );

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return ValueTask.CompletedTask;
        }

        while (_readers.TryTake(out var reader))
        {
            reader.Dispose();
        }

        _writer.Dispose();
        _lock.Dispose();
        _readerSlots.Dispose();
        return ValueTask.CompletedTask;
    }

    private T Read<T>(Func<SqliteSession, T> read)
    {
        _readerSlots.Wait();
        try
        {
            if (!_readers.TryTake(out var session))
            {
                session = Reader();
            }

            return Read(session, read);
        }
        finally
        {
            _readerSlots.Release();
        }
    }

    internal static string Connect(string file, SqliteOpenMode mode) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Mode = mode,
            Pooling = false,
        }.ToString();

    private static void Prepare(SqliteSession writer)
    {
        var version = Convert.ToInt32(
            writer.Scalar("PRAGMA user_version"),
            CultureInfo.InvariantCulture
        );
        if (version > FormatVersion)
        {
            throw new IOException(
                $"ledger.db has format {version}, this program knows {FormatVersion}: use a newer one"
            );
        }

        if (writer.Scalar("PRAGMA application_id") is (long)BackupMark)
        {
            throw new IOException(
                "ledger.db is a backup: move it elsewhere, and say restore and its name"
            );
        }

        if (version is > 0 and < FormatVersion)
        {
            throw new IOException(
                $"ledger.db has format {version}, of a program before its first release: "
                    + "start with an empty Data:Directory"
            );
        }

        writer.Script("PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL");
        writer.Script(
            "PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000; PRAGMA cache_size=-16384;"
                + "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864;"
                + "PRAGMA trusted_schema=OFF; PRAGMA mmap_size=0; PRAGMA fullfsync=ON;"
                // What is erased or replaced is overwritten with zeros; the log of an earlier process goes too.
                + "PRAGMA secure_delete=ON; PRAGMA wal_checkpoint(TRUNCATE)"
        );
        if (version == 0)
        {
            writer.Script(
                $"BEGIN IMMEDIATE; {Schema()} PRAGMA user_version={FormatVersion}; COMMIT"
            );
        }
    }

    private static string Schema()
    {
        using var stream = typeof(SqliteStore).Assembly.GetManifestResourceStream(
            "ChatApprovals.Stores.sqlite.sql"
        )!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
