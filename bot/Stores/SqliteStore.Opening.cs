namespace ChatApprovals.Stores;

/// <content>Connections that are ready, or closed again when they cannot be made so.</content>
public sealed partial class SqliteStore
{
    private static SqliteSession Prepared(string connection) => Ready(connection, Prepare);

    private SqliteSession Reader() =>
        Ready(
            _readOnly,
            session =>
                session.Script(
                    "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA busy_timeout=5000"
                )
        );

    private static SqliteSession Ready(string connection, Action<SqliteSession> prepare)
    {
        var session = new SqliteSession(connection);
        try
        {
            prepare(session);
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    /// <summary>A connection that failed is not used again.</summary>
    private T Read<T>(SqliteSession session, Func<SqliteSession, T> read)
    {
        try
        {
            var answer = read(session);
            _readers.Add(session);
            return answer;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }
}
