using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ChatApprovals.Stores;
using ChatApprovals.Tests.Support;
using Microsoft.Data.Sqlite;

namespace ChatApprovals.Tests.Journeys;

/// <summary><c>export --out</c>: the real program on the data directory of a bot that was stopped, and of one that runs.</summary>
public sealed class ExportCommandJourneys : IAsyncLifetime
{
    private readonly string _shelf = System.IO.Directory.CreateTempSubdirectory("shelf-").FullName;
    private Site _site = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private string Anchor => System.IO.Directory.CreateDirectory(_shelf + "-anchor").FullName;
    private string Out => Path.Combine(_shelf, "file");
    private bool ShelfIsEmpty => System.IO.Directory.GetFileSystemEntries(_shelf).Length == 0;

    public async ValueTask InitializeAsync()
    {
        // This process reads and damages the ledger itself.
        SqliteLibrary.Load();
        _site = await Site.OpenAsync(("Anchors:Directory", Anchor));
        await _site.StatusAsync((await _site.AskAsync()).Id);
    }

    [Fact]
    public async Task A_stopped_bots_bundle_verifies_and_the_ledger_says_who_took_it()
    {
        await Eventually.TrueAsync(() => Due() > Now(), "the anchor has the first checkpoint");
        Refused(await ExportAsync(), "a bot runs on", "/ledger/export?as=bundle");
        Assert.True(ShelfIsEmpty);

        await _site.Bot.Terminate(Cancel);
        var size = long.Parse(Text("SELECT size FROM head"), CultureInfo.InvariantCulture);
        var run = await ExportAsync();
        Done(run);
        Assert.Equal([Out], System.IO.Directory.GetFileSystemEntries(_shelf));
        if (!OperatingSystem.IsWindows())
        {
            var owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.Equal(owner, File.GetUnixFileMode(Out));
        }

        var hash = Convert.ToHexStringLower(
            SHA256.HashData(await File.ReadAllBytesAsync(Out, Cancel))
        );
        Assert.Contains($"SHA-256 {hash}; ", run.Output, StringComparison.Ordinal);
        var entry = Entry();
        Assert.Equal($"operator:{Environment.UserName}", entry.GetProperty("by").GetString());
        Assert.Equal("bundle", entry.GetProperty("as").GetString());
        Assert.Equal(hash, entry.GetProperty("sha256").GetString());
        Assert.Equal(size, entry.GetProperty("size").GetInt64());
        Assert.Equal(size, entry.GetProperty("seq").GetInt64());
        Assert.Equal(0, (await CommandAsync("verify", Out)).Exit);
        // The command knew nothing of the bot's anchors: they are due all the same.
        Assert.InRange(Due(), 0, Now());

        await _site.StartAsync();
        await Eventually.TrueAsync(() => Due() > Now(), "the anchor has one that covers it");
        Assert.True(Anchored() > size);
        await _site.Bot.Terminate(Cancel);
        Assert.Equal(0, (await CommandAsync("verify", _site.Data)).Exit);
    }

    [Fact]
    public async Task What_cannot_be_finished_leaves_no_file_and_no_entry()
    {
        await _site.KillAsync();
        await File.WriteAllTextAsync(Out, "mine", Cancel);
        Refused(await ExportAsync(), "exists; nothing is overwritten");
        Assert.Equal("mine", await File.ReadAllTextAsync(Out, Cancel));
        File.Delete(Out);

        Refused(
            await CommandAsync("export", "--out", Path.Combine(_shelf, "none", "file")),
            "Nothing was exported: "
        );
        Run("UPDATE content SET erased = 1000000 WHERE seq = (SELECT max(seq) FROM content)");
        Refused(await ExportAsync("--as", "csv"), "something in it was erased meanwhile");
        Assert.True(ShelfIsEmpty);
        Assert.Equal("0", Text("SELECT count(*) FROM ledger WHERE kind = 'export.created'"));

        Run("UPDATE content SET erased = NULL");
        var run = await ExportAsync("--as", "csv", "--from", "2020-01-01", "--to", "2020-01-02");
        Done(run);
        Assert.Contains(", 0 of ", run.Output, StringComparison.Ordinal);
        Assert.Single(await File.ReadAllLinesAsync(Out, Cancel));
        var entry = Entry();
        Assert.Equal("csv", entry.GetProperty("as").GetString());
        Assert.Equal("2020-01-03T00:00:00.000Z", entry.GetProperty("to").GetString());
    }

    private async Task<BotRun> ExportAsync(params string[] more) =>
        await CommandAsync(["export", "--out", Out, .. more]);

    private Task<BotRun> CommandAsync(params string[] words) =>
        BotRun.CommandAsync(_site.Data, Cancel, words);

    /// <summary>On a busy machine it says how far it is.</summary>
    private static void Done(BotRun run)
    {
        Assert.Equal(
            (0, true),
            (run.Exit, run.Output.StartsWith("EXPORT: ", StringComparison.Ordinal))
        );
        Assert.All(run.Errors, e => Assert.Matches("^written [0-9,]+ bytes$", e));
    }

    private static void Refused(BotRun run, params string[] why)
    {
        Assert.Equal(1, run.Exit);
        var line = Assert.Single(run.Errors);
        Assert.All(why, w => Assert.Contains(w, line, StringComparison.Ordinal));
    }

    private JsonElement Entry() =>
        JsonElement.Parse(Text("SELECT entry FROM ledger WHERE kind = 'export.created'"));

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    private long Due() => Number("SELECT coalesce(min(due_at), 0) FROM anchor_turn");

    private long Anchored() => Number("SELECT max(size) FROM anchor");

    private long Number(string sql) => long.Parse(Text(sql), CultureInfo.InvariantCulture);

    private string Text(string sql)
    {
        using var db = Open();
        using var command = db.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() is byte[] bytes
            ? System.Text.Encoding.UTF8.GetString(bytes)
            : Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture)!;
    }

    private void Run(string sql)
    {
        using var db = Open();
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private SqliteConnection Open()
    {
        var db = new SqliteConnection(
            $"Data Source={Path.Combine(_site.Data, "ledger.db")};Pooling=False"
        );
        db.Open();
        return db;
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        System.IO.Directory.Delete(_shelf, recursive: true);
        System.IO.Directory.Delete(Anchor, recursive: true);
    }
}
