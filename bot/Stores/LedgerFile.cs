using System.Globalization;
using ChatApprovals.Desk;
using Microsoft.Data.Sqlite;

namespace ChatApprovals.Stores;

/// <summary>
/// The ledger in a SQLite file, read only: that of a bot that runs, or a backup. Takes no lock of the
/// directory; every read is a short transaction of its own, so that the bot's write-ahead log is never held.
/// </summary>
public sealed class LedgerFile : IDisposable
{
    private readonly SqliteSession _session;
    private readonly string _path;

    private LedgerFile(SqliteSession session, string path) => (_session, _path) = (session, path);

    /// <summary>Whether <see cref="LedgerCopy"/> wrote it as a backup, to its end or not.</summary>
    public bool IsBackup { get; private init; }

    /// <exception cref="IOException">No such file, no ledger of this program's format, or it cannot be read.</exception>
    public static LedgerFile Open(string path, string? library)
    {
        SqliteLibrary.Load(library);
        if (!File.Exists(path))
        {
            throw new IOException($"there is no file {path}");
        }

        var session = new SqliteSession(SqliteStore.Connect(path, SqliteOpenMode.ReadOnly));
        try
        {
            session.Script(
                "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA busy_timeout=5000"
            );
            var format = Number(session, "PRAGMA user_version");
            return format == SqliteStore.FormatVersion
                ? new LedgerFile(session, path)
                {
                    IsBackup = Number(session, "PRAGMA application_id") == SqliteStore.BackupMark,
                }
                : throw new IOException(
                    $"{path} has format {format}, this program knows {SqliteStore.FormatVersion}: use the program that wrote it"
                );
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>Size and signed checkpoint; null before the first entry, and in a backup that was not finished.</summary>
    public StoredHead? Head() =>
        Read(s =>
            s.Rows(
                    "SELECT size, checkpoint FROM head",
                    r => new StoredHead(r.GetInt64(0), r.GetString(1))
                )
                .SingleOrDefault()
        );

    /// <summary>Entries in order, with the leaf hash that was stored beside each.</summary>
    public IReadOnlyList<(StoredEntry Entry, byte[] Leaf)> Entries(long from, int count)
    {
        var entries = Read(s => SqliteRows.Entries(s, from, count));
        var leaves = Read(s =>
            s.Rows(
                "SELECT leaf FROM ledger WHERE seq >= ?1 ORDER BY seq LIMIT ?2",
                r => r.GetBytes(0),
                from,
                entries.Count
            )
        );
        return [.. entries.Zip(leaves)];
    }

    /// <summary>Stored hashes of a level above the leaves; a backup has none.</summary>
    public IReadOnlyList<byte[]> Hashes(int level, long from, int count) =>
        Read(s =>
            s.Rows(
                "SELECT hash FROM node WHERE level = ?1 AND idx >= ?2 ORDER BY idx LIMIT ?3",
                r => r.GetBytes(0),
                level,
                from,
                count
            )
        );

    /// <summary>What the ledger says of its keys, in order.</summary>
    public IReadOnlyList<StoredEntry> Keys() => Read(SqliteRows.Keys);

    /// <summary>Where the ledger goes on from a backup, in order.</summary>
    public IReadOnlyList<StoredEntry> Restores() => Read(SqliteRows.Restores);

    /// <summary>All that anchors answered, the smallest checkpoint first.</summary>
    public IReadOnlyList<StoredAnchor> Anchors() => Read(SqliteAnchors.All);

    public void Dispose() => _session.Dispose();

    /// <summary>A file of somebody else's, or a damaged one, is a fault of the file like any other.</summary>
    private T Read<T>(Func<SqliteSession, T> read)
    {
        try
        {
            return read(_session);
        }
        catch (Exception error)
            when (error is SqliteException or InvalidCastException or FormatException)
        {
            throw new IOException($"{_path} is no ledger that can be read: {error.Message}", error);
        }
    }

    private static int Number(SqliteSession session, string sql) =>
        Convert.ToInt32(session.Scalar(sql), CultureInfo.InvariantCulture);
}
