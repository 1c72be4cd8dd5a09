using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ChatApprovals.Stores;

/// <summary>
/// One connection with its prepared statements, used by one thread at a time. Parameters are positional:
/// <c>$1</c>, <c>$2</c>, … Statements are prepared once and kept.
/// </summary>
internal sealed class SqliteSession : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, SqliteCommand> _prepared = new(StringComparer.Ordinal);

    public SqliteSession(string connectionString)
    {
        _connection = new SqliteConnection(connectionString);
        Guarded(() =>
        {
            _connection.Open();
            return 0;
        });
    }

    /// <summary>Runs several statements that take no parameters.</summary>
    public void Script(string sql)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = sql;
        Guarded(command.ExecuteNonQuery);
    }

    public int Execute(string sql, params ReadOnlySpan<object?> values)
    {
        var command = Bind(sql, values);
        return Guarded(command.ExecuteNonQuery);
    }

    /// <summary>The first column of the first row, or null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values)
    {
        var command = Bind(sql, values);
        return Guarded(command.ExecuteScalar) is { } value and not DBNull ? value : null;
    }

    public List<T> Rows<T>(
        string sql,
        Func<SqliteDataReader, T> read,
        params ReadOnlySpan<object?> values
    )
    {
        var command = Bind(sql, values);
        return Guarded(() =>
        {
            using var reader = command.ExecuteReader();
            List<T> rows = [];
            while (reader.Read())
            {
                rows.Add(read(reader));
            }

            return rows;
        });
    }

    public void Dispose()
    {
        foreach (var command in _prepared.Values)
        {
            command.Dispose();
        }

        _connection.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!_prepared.TryGetValue(sql, out var command))
        {
            command = _connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i + 1}" });
            }

            _prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }

    /// <summary>Faults of the disk and of the file become <see cref="IOException"/>: nothing may go on after them.</summary>
    private static T Guarded<T>(Func<T> run)
    {
        try
        {
            return run();
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
