using SQLitePCL;

namespace ChatApprovals.Stores;

/// <summary>The row a statement stands on. What is asked for must be what is there: nothing is converted.</summary>
internal readonly struct SqliteRow(sqlite3_stmt statement)
{
    public bool IsNull(int column) => TypeOf(column) == raw.SQLITE_NULL;

    public long GetInt64(int column) =>
        raw.sqlite3_column_int64(With(column, raw.SQLITE_INTEGER), column);

    public int GetInt32(int column) => checked((int)GetInt64(column));

    public DateTimeOffset GetTime(int column) =>
        DateTimeOffset.FromUnixTimeMilliseconds(GetInt64(column));

    public string GetString(int column) =>
        raw.sqlite3_column_text(With(column, raw.SQLITE_TEXT), column).utf8_to_string();

    public byte[] GetBytes(int column) =>
        raw.sqlite3_column_blob(With(column, raw.SQLITE_BLOB), column).ToArray();

    /// <summary>As it is: <see cref="long"/>, <see cref="string"/>, bytes or null.</summary>
    public object? GetValue(int column) =>
        TypeOf(column) switch
        {
            raw.SQLITE_INTEGER => GetInt64(column),
            raw.SQLITE_TEXT => GetString(column),
            raw.SQLITE_BLOB => GetBytes(column),
            raw.SQLITE_NULL => null,
            var other => throw new InvalidCastException($"column {column} has type {other}"),
        };

    private int TypeOf(int column) => raw.sqlite3_column_type(statement, column);

    private sqlite3_stmt With(int column, int type) =>
        TypeOf(column) is var found && found == type
            ? statement
            : throw new InvalidCastException($"column {column} has type {found}, not {type}");
}
