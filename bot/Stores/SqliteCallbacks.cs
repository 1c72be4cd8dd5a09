using System.Globalization;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;

namespace ChatApprovals.Stores;

/// <content>Callbacks that are owed.</content>
public sealed partial class SqliteStore
{
    private const string CallbackColumns =
        "SELECT id, agent, request, type, at, due_at, attempts, error FROM callback";

    public IReadOnlyList<CallbackLine> CallbacksDue(
        AgentName agent,
        DateTimeOffset now,
        int limit
    ) =>
        Read(s =>
            s.Rows(
                CallbackColumns + " WHERE agent = ?1 AND due_at <= ?2 ORDER BY due_at LIMIT ?3",
                Callback,
                agent.ToString(),
                now.ToUnixTimeMilliseconds(),
                limit
            )
        );

    public DateTimeOffset? NextCallback(AgentName agent) =>
        Read(s =>
            s.Scalar("SELECT min(due_at) FROM callback WHERE agent = ?1", agent.ToString())
                is long ms
                ? DateTimeOffset.FromUnixTimeMilliseconds(ms)
                : (DateTimeOffset?)null
        );

    public IReadOnlyList<CallbackLine> CallbacksOf(AgentName agent, int limit) =>
        Read(s =>
            s.Rows(
                CallbackColumns + " WHERE agent = ?1 ORDER BY due_at LIMIT ?2",
                Callback,
                agent.ToString(),
                limit
            )
        );

    public int CountCallbacks(AgentName agent) =>
        Read(s =>
            s.Scalar("SELECT count(*) FROM callback WHERE agent = ?1", agent.ToString())
                is long count
                ? (int)count
                : 0
        );

    private static CallbackLine Callback(SqliteRow r) =>
        new(
            r.GetString(0),
            AgentName.Parse(r.GetString(1), CultureInfo.InvariantCulture),
            RequestId.Parse(r.GetString(2), CultureInfo.InvariantCulture),
            r.GetString(3),
            r.GetTime(4)
        )
        {
            DueAt = r.IsNull(5) ? null : r.GetTime(5),
            Attempts = r.GetInt32(6),
            Error = r.IsNull(7) ? null : r.GetString(7),
        };
}

/// <content>Callbacks that are owed.</content>
internal sealed partial class SqliteTransactionScope
{
    public void PutCallback(CallbackLine line) =>
        _session.Execute(
            "INSERT INTO callback (id, agent, request, type, at, due_at, attempts, error)"
                + " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, NULL)",
            line.Id,
            line.Agent.ToString(),
            line.Request.ToString(),
            line.Type,
            line.At.ToUnixTimeMilliseconds(),
            line.DueAt?.ToUnixTimeMilliseconds()
        );

    public void CallbackDone(string id) =>
        _session.Execute("DELETE FROM callback WHERE id = ?1", id);

    public void CallbackFailed(string id, DateTimeOffset? again, string why) =>
        _session.Execute(
            "UPDATE callback SET due_at = ?2, error = ?3, attempts = attempts + 1 WHERE id = ?1",
            id,
            again?.ToUnixTimeMilliseconds(),
            why
        );

    public void RetryCallbacks(AgentName agent, DateTimeOffset now) =>
        _session.Execute(
            "UPDATE callback SET due_at = ?2, attempts = 0 WHERE agent = ?1",
            agent.ToString(),
            now.ToUnixTimeMilliseconds()
        );

    public void ForgetCallbacks(AgentName agent) =>
        _session.Execute("DELETE FROM callback WHERE agent = ?1", agent.ToString());
}
