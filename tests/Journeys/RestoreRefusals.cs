using ChatApprovals.Stores;
using ChatApprovals.Tests.Support;
using Microsoft.Data.Sqlite;

namespace ChatApprovals.Tests.Journeys;

/// <summary>What backup and restore refuse, each in one line that says what is wrong and how to mend it.</summary>
public sealed class RestoreRefusals : IClassFixture<SiteFixture>, IDisposable
{
    private readonly string _shelf = System.IO.Directory.CreateTempSubdirectory("shelf-").FullName;
    private readonly Site _site;

    public RestoreRefusals(SiteFixture fixture)
    {
        // This process reads and damages the files itself.
        SqliteLibrary.Load();
        _site = fixture.Site;
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private string Backup => Path.Combine(_shelf, "backup");
    private string New => Path.Combine(_shelf, "new");

    [Fact]
    public async Task A_file_that_exists_is_not_overwritten()
    {
        await File.WriteAllTextAsync(Backup, "mine", Cancel);
        Refused(await SaveAsync(), "exists; nothing is overwritten");
        Assert.Equal("mine", await File.ReadAllTextAsync(Backup, Cancel));
    }

    [Fact]
    public async Task Without_a_ledger_there_is_no_backup()
    {
        Refused(await BotRun.CommandAsync(New, Cancel, "backup", Backup), "there is no file");
        Assert.False(File.Exists(Backup));
        Assert.False(System.IO.Directory.Exists(New));
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("restore")]
    [InlineData("backup", "a", "b")]
    [InlineData("restore", "a", "--know-checkpoint=x")]
    [InlineData("restore", "a", "--known-checkpoint")]
    public async Task Words_that_it_does_not_know_are_a_matter_of_configuration(
        params string[] words
    )
    {
        var run = await BotRun.CommandAsync(New, Cancel, words);
        Assert.Equal(78, run.Exit);
        Assert.Contains("Usage: ", Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_has_a_ledger_is_left_alone()
    {
        await SavedAsync();
        Refused(
            await BotRun.CommandAsync(_site.Data, Cancel, "restore", Backup),
            "another process uses"
        );
        Keys();
        await File.WriteAllTextAsync(Path.Combine(New, "ledger.db"), "", Cancel);
        Refused(await RestoreAsync(), "has ledger.db in it");
    }

    [Fact]
    public async Task Without_its_key_or_with_another_or_one_open_to_others_a_ledger_does_not_go_on()
    {
        await SavedAsync();
        Refused(await RestoreAsync(), "ledger.pem is missing: put the directory keys back");
        Keys();
        SharedData.SkipUnless(!OperatingSystem.IsWindows(), "Windows has no file modes");
#pragma warning disable CA1416 // skipped above
        var pem = Path.Combine(New, "keys", "ledger.pem");
        File.SetUnixFileMode(pem, File.GetUnixFileMode(pem) | UnixFileMode.OtherRead);
        Refused(await RestoreAsync(), "chmod 600");
        File.Copy(Path.Combine(New, "keys", "grant.pem"), pem, overwrite: true);
        File.SetUnixFileMode(pem, UnixFileMode.UserRead | UnixFileMode.UserWrite);
#pragma warning restore CA1416
        Refused(await RestoreAsync(), "was not signed by keys/ledger.pem");
    }

    [Fact]
    public async Task Older_than_a_known_checkpoint_it_is_refused_unless_told_and_then_that_is_recorded()
    {
        await SavedAsync();
        await _site.AskAsync();
        var known = Path.Combine(_shelf, "known");
        await File.WriteAllTextAsync(
            known,
            Text(_site.Data, "SELECT checkpoint FROM head"),
            Cancel
        );
        Keys();
        Refused(
            await RestoreAsync("--known-checkpoint", known),
            "look for a newer backup, or give up the entries after it (--force-older"
        );
        var run = await RestoreAsync("--known-checkpoint", known, "--force-older");
        Assert.Equal((0, []), (run.Exit, run.Errors));
        var entry = Text(New, "SELECT entry FROM ledger WHERE kind = 'ledger.restored'");
        Assert.Contains("\"epoch\":2", entry, StringComparison.Ordinal);
        Assert.Contains("\"forced\":true", entry, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_signed_tokens_and_is_not_there_is_named()
    {
        await SavedAsync();
        Keys();
        File.Delete(Path.Combine(New, "keys", "receipt.pem"));
        var run = await RestoreAsync();
        Assert.Equal(0, run.Exit);
        Assert.Contains(
            "receipt.pem is missing",
            Assert.Single(run.Errors),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_known_checkpoint_that_it_contains_is_no_obstacle()
    {
        var known = Path.Combine(_shelf, "known");
        await File.WriteAllTextAsync(
            known,
            Text(_site.Data, "SELECT checkpoint FROM head"),
            Cancel
        );
        await _site.AskAsync();
        await SavedAsync();
        Keys();
        Assert.Equal(0, (await RestoreAsync("--known-checkpoint", known)).Exit);
    }

    /// <summary>The first thing that is wrong is named; afterwards the directory has no ledger.</summary>
    [Theory]
    [InlineData(
        "UPDATE ledger SET entry = CAST(replace(CAST(entry AS TEXT), '\"v\":1', '\"v\":2') AS BLOB) WHERE seq = 3",
        "entry 3 is not the one that was signed"
    )]
    [InlineData(
        "UPDATE ledger SET entry = (SELECT entry FROM ledger WHERE seq = 4), leaf = (SELECT leaf FROM ledger WHERE seq = 4) WHERE seq = 3",
        "Entry 3 says that it is 4"
    )]
    [InlineData(
        "DELETE FROM content; DELETE FROM ledger WHERE seq = 5",
        "entry 5 is missing|the content of entry"
    )]
    [InlineData(
        "DELETE FROM content; DELETE FROM ledger WHERE seq > 3",
        "content of entry|there are 4"
    )]
    [InlineData(
        "UPDATE content SET body = x'7b7d' WHERE seq = (SELECT min(seq) FROM content)",
        "is not the one that the entry names"
    )]
    [InlineData(
        "DELETE FROM content WHERE seq = (SELECT min(seq) FROM content)",
        "the content of entry \\d+ is missing"
    )]
    [InlineData("UPDATE head SET size = size - 1", "is of another size")]
    [InlineData(
        "UPDATE head SET checkpoint = replace(checkpoint, char(10), char(10) || '1')",
        "was not signed by"
    )]
    [InlineData("DELETE FROM head", "is not a whole backup")]
    [InlineData("PRAGMA application_id = 0", "is not a whole backup")]
    [InlineData("PRAGMA user_version = 999", "has format 999")]
    public async Task A_backup_that_somebody_changed_is_refused(string sql, string why)
    {
        await _site.AskAsync();
        await SavedAsync();
        Run(
            Backup,
            "DROP TRIGGER ledger_no_update; DROP TRIGGER ledger_no_delete; PRAGMA foreign_keys = OFF; "
                + sql
        );
        Keys();
        var run = await RestoreAsync();
        Assert.Equal(1, run.Exit);
        Assert.Matches("^Nothing was restored: .*(" + why + ")", Assert.Single(run.Errors));
        Assert.False(File.Exists(Path.Combine(New, "ledger.db")));
    }

    [Fact]
    public async Task A_cut_file_and_one_that_is_something_else_are_refused()
    {
        await SavedAsync();
        Keys();
        await using (var file = File.OpenWrite(Backup))
        {
            file.SetLength(file.Length / 2);
        }

        Assert.Equal(1, (await RestoreAsync()).Exit);
        await File.WriteAllTextAsync(Backup, new string('x', 5_000), Cancel);
        Assert.Equal(1, (await RestoreAsync()).Exit);
        Assert.False(File.Exists(Path.Combine(New, "ledger.db")));
    }

    [Fact]
    public async Task A_backup_put_in_the_ledgers_place_by_hand_is_not_gone_on_with()
    {
        await SavedAsync();
        Keys();
        File.Copy(Backup, Path.Combine(New, "ledger.db"));
        var run = await BotRun.CommandAsync(New, Cancel);
        Assert.Equal(1, run.Exit);
        Assert.Contains(
            "ledger.db is a backup",
            Assert.Single(run.Errors),
            StringComparison.Ordinal
        );
    }

    private Task<BotRun> SaveAsync() => BotRun.CommandAsync(_site.Data, Cancel, "backup", Backup);

    private async Task SavedAsync()
    {
        var run = await SaveAsync();
        Assert.Equal((0, []), (run.Exit, run.Errors));
    }

    private Task<BotRun> RestoreAsync(params string[] more) =>
        BotRun.CommandAsync(New, Cancel, ["restore", Backup, .. more]);

    private void Keys()
    {
        var keys = System.IO.Directory.CreateDirectory(Path.Combine(New, "keys")).FullName;
        foreach (var key in System.IO.Directory.GetFiles(Path.Combine(_site.Data, "keys")))
        {
            File.Copy(key, Path.Combine(keys, Path.GetFileName(key)), overwrite: true);
        }
    }

    private static void Refused(BotRun run, string why)
    {
        Assert.Equal(1, run.Exit);
        Assert.Contains(why, Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    private static void Run(string file, string sql)
    {
        using var db = new SqliteConnection($"Data Source={file};Pooling=False");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static string Text(string data, string sql)
    {
        var file = Path.Combine(data, "ledger.db");
        using var db = new SqliteConnection($"Data Source={file};Mode=ReadOnly;Pooling=False");
        db.Open();
        using var command = db.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() switch
        {
            byte[] bytes => System.Text.Encoding.UTF8.GetString(bytes),
            var text => (string)text!,
        };
    }

    public void Dispose() => System.IO.Directory.Delete(_shelf, recursive: true);
}
