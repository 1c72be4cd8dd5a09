using ChatApprovals.Stores;
using Microsoft.Data.Sqlite;

namespace ChatApprovals.Tests.Support;

/// <summary>The file that a bot keeps its ledger in, for a test that reads or spoils it behind the bot's back.</summary>
internal static class LedgerFile
{
    /// <summary>Not opened yet, and not kept open in a pool.</summary>
    public static SqliteConnection In(string dataDirectory)
    {
        // Of this process: the bot's own is another one.
        SqliteLibrary.Load();
        var file = Path.Combine(dataDirectory, "ledger.db");
        return new SqliteConnection($"Data Source={file};Pooling=False");
    }
}
