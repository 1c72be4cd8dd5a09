using ChatApprovals.Desk;

namespace ChatApprovals.Stores;

/// <summary>What anchors answered, and when they are due.</summary>
internal static class SqliteAnchors
{
    private const string Columns = "anchor, size, at, checkpoint, answer";

    public static IReadOnlyList<StoredAnchor> All(SqliteSession session) =>
        session.Rows($"SELECT {Columns} FROM anchor ORDER BY size, anchor", Read);

    public static IReadOnlyList<StoredAnchor> Newest(
        SqliteSession session,
        long size,
        int ofEach
    ) =>
        session.Rows(
            "WITH name AS MATERIALIZED (SELECT DISTINCT anchor FROM anchor)"
                + " SELECT a.anchor, a.size, a.at, a.checkpoint, a.answer FROM name CROSS JOIN anchor a"
                + " ON a.anchor = name.anchor AND a.size <= ?1 AND a.size >= coalesce((SELECT b.size"
                + " FROM anchor b WHERE b.anchor = name.anchor AND b.size <= ?1"
                + " ORDER BY b.size DESC LIMIT 1 OFFSET ?2 - 1), 0) ORDER BY a.size, a.anchor",
            Read,
            size,
            ofEach
        );

    public static IReadOnlyList<AnchorTurn> Turns(SqliteSession session) =>
        session.Rows(
            "SELECT anchor, due_at, generation, attempts, error, contradicted, done_at"
                + " FROM anchor_turn"
                + " ORDER BY anchor",
            r => new AnchorTurn(
                r.GetString(0),
                r.GetTime(1),
                r.GetInt64(2),
                r.GetInt32(3),
                r.IsNull(4) ? null : r.GetString(4),
                r.GetInt64(5) != 0
            )
            {
                DoneAt = r.IsNull(6) ? null : r.GetTime(6),
            }
        );

    public static void Put(SqliteSession session, StoredAnchor answered) =>
        session.Execute(
            $"INSERT INTO anchor ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5)"
                + " ON CONFLICT (anchor, size) DO NOTHING",
            answered.Anchor,
            answered.Size,
            answered.At.ToUnixTimeMilliseconds(),
            answered.Checkpoint,
            answered.Answer
        );

    public static void Put(SqliteSession session, AnchorTurn turn) =>
        session.Execute(
            "INSERT INTO anchor_turn VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (anchor) DO"
                + " UPDATE SET due_at = CASE WHEN generation = ?3 THEN ?2 ELSE due_at END,"
                + " attempts = ?4, error = ?5, contradicted = ?6, done_at = ?7",
            turn.Anchor,
            turn.DueAt.ToUnixTimeMilliseconds(),
            turn.Generation,
            turn.Attempts,
            turn.Why,
            turn.IsContradicted ? 1 : 0,
            turn.DoneAt?.ToUnixTimeMilliseconds()
        );

    public static void Hasten(SqliteSession session, string anchor, DateTimeOffset dueAt) =>
        session.Execute(
            "INSERT INTO anchor_turn (anchor, due_at, generation, attempts, error, contradicted)"
                + " VALUES (?1, ?2, 1, 0, NULL, 0) ON CONFLICT (anchor) DO UPDATE SET"
                + " due_at = min(due_at, ?2), generation = generation + 1",
            anchor,
            dueAt.ToUnixTimeMilliseconds()
        );

    private static StoredAnchor Read(SqliteRow r) =>
        new(r.GetString(0), r.GetInt64(1), r.GetTime(2), r.GetString(3), r.GetBytes(4));
}

/// <content>Anchors.</content>
public sealed partial class SqliteStore
{
    public IReadOnlyList<StoredAnchor> Anchors(long size, int ofEach) =>
        Read(s => SqliteAnchors.Newest(s, size, ofEach));

    public IReadOnlyList<AnchorTurn> AnchorTurns() => Read(SqliteAnchors.Turns);
}

/// <content>Anchors.</content>
internal sealed partial class SqliteTransactionScope
{
    public void PutAnchor(StoredAnchor answered) => SqliteAnchors.Put(_session, answered);

    public void PutAnchorTurn(AnchorTurn turn) => SqliteAnchors.Put(_session, turn);

    public void HastenAnchor(string anchor, DateTimeOffset dueAt) =>
        SqliteAnchors.Hasten(_session, anchor, dueAt);
}
