using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatApprovals.Stores;

/// <summary>
/// One connection with its prepared statements, used by one thread at a time. Parameters are positional:
/// <c>?1</c>, <c>?2</c>, … Statements are prepared once, kept, and run on SQLite's own interface: every entry takes a
/// dozen of them, and ADO.NET's layer above it would cost as much as they do.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, sqlite3_stmt> _prepared = new(StringComparer.Ordinal);

    public SqliteSession(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        Guarded(_connection.Open);
    }

    private sqlite3 Database => _connection.Handle!;

    /// <summary>Runs several statements that take no parameters.</summary>
    public void Script(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        Guarded(() => command.ExecuteNonQuery());
    }

    public void Execute(string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        try
        {
            while (IsOnRow(statement)) { }
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }

    /// <summary>The first column of the first row, or null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        try
        {
            return IsOnRow(statement) ? new SqliteRow(statement).GetValue(0) : null;
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }

    public List<T> Rows<T>(string sql, Func<SqliteRow, T> read, params ReadOnlySpan<object?> values)
    {
        var statement = Bind(sql, values);
        try
        {
            List<T> rows = [];
            while (IsOnRow(statement))
            {
                rows.Add(read(new SqliteRow(statement)));
            }

            return rows;
        }
        finally
        {
            _ = raw.sqlite3_reset(statement);
        }
    }

    public void Dispose()
    {
        foreach (var statement in _prepared.Values)
        {
            statement.Dispose();
        }

        _connection.Dispose();
    }

    private bool IsOnRow(sqlite3_stmt statement)
    {
        var code = raw.sqlite3_step(statement);
        if (code is not (raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            Check(code);
        }

        return code == raw.SQLITE_ROW;
    }

    private sqlite3_stmt Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var statement))
        {
            statement = Prepare(sql);
            _prepared.Add(sql, statement);
        }

        for (var i = 0; i < values.Length; i++)
        {
            Check(Bind(statement, i + 1, values[i]));
        }

        return statement;
    }

    private sqlite3_stmt Prepare(string sql)
    {
        Check(raw.sqlite3_prepare_v2(Database, sql, out var statement));
        var count = raw.sqlite3_bind_parameter_count(statement);
        for (var i = 1; i <= raw.sqlite3_bind_parameter_count(statement); i++)
        {
            // Any other name would be counted by where it stands first.
            var name = raw.sqlite3_bind_parameter_name(statement, i).utf8_to_string();
            if (!string.Equals(name, $"?{i}", StringComparison.Ordinal))
            {
                throw new ArgumentException($"parameters are ?1, ?2, …: {sql}", nameof(sql));
            }
        }

        return statement;
    }

    private static int Bind(sqlite3_stmt statement, int index, object? value) =>
        value switch
        {
            null => raw.sqlite3_bind_null(statement, index),
            long number => raw.sqlite3_bind_int64(statement, index, number),
            int number => raw.sqlite3_bind_int64(statement, index, number),
            // An empty span would be bound as NULL.
            "" => raw.sqlite3_bind_text(statement, index, ""),
            byte[] { Length: 0 } => raw.sqlite3_bind_zeroblob(statement, index, 0),
            string text => BindText(statement, index, text),
            byte[] bytes => raw.sqlite3_bind_blob(statement, index, bytes),
            _ => throw new InvalidOperationException($"{value.GetType().Name} is stored nowhere"),
        };

    private static int BindText(sqlite3_stmt statement, int index, string text)
    {
        const int Short = 256;
        Span<byte> utf8 = stackalloc byte[Short];
        return Encoding.UTF8.TryGetBytes(text, utf8, out var length)
            ? raw.sqlite3_bind_text(statement, index, utf8[..length])
            : raw.sqlite3_bind_text(statement, index, Encoding.UTF8.GetBytes(text));
    }

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
        {
            Guarded(() => SqliteException.ThrowExceptionForRC(code, Database));
        }
    }

    /// <summary>Faults of the disk and of the file become <see cref="IOException"/>: nothing may go on after them.</summary>
    private static void Guarded(Action run)
    {
        try
        {
            run();
        }
        catch (SqliteException error) when (IsIo(error.SqliteErrorCode))
        {
            throw new IOException($"the ledger's file: {error.Message}", error);
        }
    }

    private static bool IsIo(int code) =>
        code
            is raw.SQLITE_IOERR
                or raw.SQLITE_FULL
                or raw.SQLITE_CORRUPT
                or raw.SQLITE_NOTADB
                or raw.SQLITE_CANTOPEN
                or raw.SQLITE_READONLY;
}
