using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;
using DirectoryLock = ChatApprovals.Stores.DirectoryLock;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// The real process, started wrongly: it does not run, and one line on the error stream says what is wrong
/// and how to mend it. Exit 78 for settings, 2 for words that are no command, 1 for the rest.
/// </summary>
public sealed class StartTests : IAsyncDisposable
{
    private readonly string _data = System.IO.Directory.CreateTempSubdirectory("start-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Slack:Enabled", "true", "Slack:SigningSecret is missing: copy it")]
    [InlineData("Teams:Enabled", "true", "Teams:AppPassword is missing: set it")]
    [InlineData("Slack:SigningSercet", "x", "unknown setting Slack:SigningSercet; known are")]
    [InlineData("Limits:Brust", "5", "unknown setting Limits:Brust; known are")]
    [InlineData("Limits:Burst", "many", "Limits:Burst is 'many': set it to a whole number")]
    [InlineData("Slack:Enabled", "yes", "Slack:Enabled is 'yes': set it to true or false")]
    [InlineData("Limits:Burst", "0", "Limits:Burst is 0; set it to 1 to")]
    [InlineData("Store:Provider", "clay", "use sqlite")]
    [InlineData("Bootstrap:Admins", "erin", "is not slack:<team>:<user>")]
    [InlineData("People:LinkWait", "soon", "People:LinkWait 'soon' is no duration: write 90s")]
    [InlineData("Store:ConnectionString", "Host=db", "Store:ConnectionString is of no use")]
    [InlineData("Bootstrap:Admins", "oidc:https://idp.example:bob", "is not slack:<team>:<user>")]
    [InlineData("Api:Oidc:Issuer", "https://login.example", "Api:Oidc:Audience is missing: set")]
    [InlineData("Api:Oidc:Audience", "approvals", "Api:Oidc:Issuer is missing: set it to")]
    [InlineData("Api:Oidc:Issuer", "http://login.example", "Api:Oidc:Issuer must be the issuer's")]
    [InlineData("PublicUrl", "approvals.example", "set it to one such as https")]
    [InlineData("PublicUrl", "http://approvals.example", "set it to the https address")]
    public async Task Wrong_settings_end_it_with_78(string name, string value, string said)
    {
        var run = await BotRun.StartAsync(_data, Cancel, (name, value));
        Assert.Equal(78, run.Exit);
        Assert.Contains(said, Assert.Single(run.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_data, "ledger.db")));
    }

    [Fact]
    public async Task A_second_process_on_the_same_data_is_refused_and_the_first_goes_on()
    {
        await using var first = Bot();
        Assert.Null(await first.StartAsync(Cancel));
        Refused(await BotRun.StartAsync(_data, Cancel), "another process uses");
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(first.Url, "/healthz"), Cancel);
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("file/below")]
    public async Task A_data_directory_that_cannot_be_is_named(string below)
    {
        await File.WriteAllTextAsync(Path.Combine(_data, "file"), "", Cancel);
        var directory = Path.Combine(_data, below);
        Refused(
            await BotRun.StartAsync(directory, Cancel),
            $"Data:Directory {directory} cannot be used"
        );
    }

    [Fact]
    public async Task A_data_directory_that_may_not_be_written_is_named()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "read-only directories are Unix'");
        // /proc takes no file from anybody, root or not.
        Refused(await BotRun.StartAsync("/proc/1", Cancel), "Data:Directory /proc/1");
    }

    [Fact]
    public void A_data_directory_that_the_bot_makes_is_for_nobody_else()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix'");
        var made = Path.Combine(_data, "made");
        using var held = DirectoryLock.Take(made);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
                File.GetUnixFileMode(made)
            );
        }
    }

    [Fact]
    public async Task Rebuild_takes_no_words()
    {
        var run = await BotRun.CommandAsync(_data, Cancel, "rebuild", "everything");
        Assert.Equal(78, run.Exit);
        Assert.Contains("Usage: rebuild", Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--version", "ChatApprovals 0.")]
    [InlineData("version", "ChatApprovals 0.")]
    [InlineData("--help", "Usage: ChatApprovals")]
    [InlineData("-h", "Usage: ChatApprovals")]
    [InlineData("help", "Usage: ChatApprovals")]
    public async Task Whoever_asks_what_the_program_is_starts_nothing(string word, string said)
    {
        var run = await BotRun.CommandAsync(_data, Cancel, word);
        Assert.Equal(0, run.Exit);
        Assert.Empty(run.Errors);
        Assert.StartsWith(said, run.Output, StringComparison.Ordinal);
        Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(_data));
    }

    [Theory]
    [InlineData("serve", "there is no command 'serve'")]
    [InlineData("--versoin", "'--versoin' has no value")]
    [InlineData("--Slack:Enabled", "'--Slack:Enabled' has no value")]
    public async Task What_is_no_command_is_answered_with_the_usage_and_2(string word, string said)
    {
        var run = await BotRun.CommandAsync(_data, Cancel, word);
        Assert.Equal(2, run.Exit);
        Assert.Empty(run.Output);
        Assert.Contains(said, run.Errors[0], StringComparison.Ordinal);
        Assert.StartsWith("Usage: ChatApprovals", run.Errors[1], StringComparison.Ordinal);
        Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(_data));
    }

    [Theory]
    [InlineData("ledger.pem")]
    [InlineData("ledger-ed25519.pem")]
    public async Task A_key_that_others_can_read_is_refused(string file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "file modes are Unix'");
        await RunOnceAsync();
        var key = Path.Combine(_data, "keys", file);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
            File.SetUnixFileMode(key, File.GetUnixFileMode(key) | UnixFileMode.GroupRead);
        }

        Refused(await BotRun.StartAsync(_data, Cancel), "chmod 600");
    }

    [Fact]
    public async Task An_ed25519_key_that_is_gone_or_none_is_asked_for_and_never_replaced()
    {
        await RunOnceAsync();
        var key = Path.Combine(_data, "keys", "ledger-ed25519.pem");
        var pem = await File.ReadAllTextAsync(key, Cancel);
        File.Delete(key);
        Refused(await BotRun.StartAsync(_data, Cancel), "put it back from your backup");
        Assert.False(File.Exists(key));
        File.Copy(Path.Combine(_data, "keys", "ledger.pem"), key);
        Refused(await BotRun.StartAsync(_data, Cancel), "holds no Ed25519 private key");
        await File.WriteAllTextAsync(key, pem, Cancel);
        await RunOnceAsync();
    }

    [Theory]
    [InlineData("UPDATE ledger SET entry = replace(entry, 'v', 'w') WHERE seq = 0")]
    [InlineData("UPDATE ledger SET leaf = zeroblob(32) WHERE seq = 0")]
    [InlineData("DELETE FROM ledger WHERE seq = (SELECT max(seq) FROM ledger)")]
    [InlineData("DELETE FROM head")]
    [InlineData("UPDATE head SET size = size - 1")]
    public async Task A_ledger_that_is_not_the_one_that_was_signed_is_refused(string tampering)
    {
        await RunOnceAsync();
        Tamper(tampering);
        var run = await BotRun.StartAsync(_data, Cancel);
        Refused(run, "the ledger");
        Assert.Contains("restore", run.Errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_killed_process_left_of_an_export_is_gone_after_the_next_start()
    {
        var left = System.IO.Directory.CreateDirectory(Path.Combine(_data, "exports")).FullName;
        await File.WriteAllTextAsync(Path.Combine(left, "half"), "alice@acme.example", Cancel);
        await RunOnceAsync();
        Assert.False(System.IO.Directory.Exists(left));
    }

    [Fact]
    public async Task A_ledger_of_another_origin_is_refused()
    {
        await RunOnceAsync();
        var run = await BotRun.StartAsync(_data, Cancel, ("Ledger:Origin", "elsewhere/ledger"));
        Refused(run, "leave the setting out");
    }

    [Fact]
    public async Task Without_a_surface_it_runs_and_points_to_the_playground()
    {
        await using var bot = Bot();
        Assert.Null(await bot.StartAsync(Cancel));
        await Eventually.TrueAsync(
            () => bot.Log.Any(l => l.Contains("--project playground", StringComparison.Ordinal)),
            "the banner points to the playground"
        );
        Assert.Contains(
            bot.Log,
            l => l.Contains("No surface is enabled", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task The_verifier_key_stands_beside_the_private_key_for_everybody_to_read()
    {
        await RunOnceAsync();
        var keys = Path.Combine(_data, "keys");
        foreach (
            var file in (string[])
                [Assert.Single(VkeyFiles.P256(keys)), Assert.Single(VkeyFiles.Line(keys))]
        )
        {
            var line = await File.ReadAllTextAsync(file, Cancel);
            Assert.True(ChatApprovals.Ledger.NoteKey.TryParse(line.TrimEnd('\n'), out var key));
            Assert.Equal("bot.test/ledger", key.Name);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal("644", Convert.ToString((int)File.GetUnixFileMode(file), 8));
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        System.IO.Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static void Refused(BotRun run, string said)
    {
        Assert.Equal(1, run.Exit);
        var line = Assert.Single(run.Errors);
        Assert.StartsWith("ChatApprovals does not start: ", line, StringComparison.Ordinal);
        Assert.Contains(said, line, StringComparison.Ordinal);
    }

    private BotProcess Bot() =>
        new(
            new PlaygroundOptions().BotProgram,
            _data,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Ledger:Origin"] = BotRun.Origin,
                ["Bootstrap:Admins"] = "slack:T1:U1",
            },
            PatientClock.Shared
        );

    private async Task RunOnceAsync()
    {
        await using var bot = Bot();
        Assert.Null(await bot.StartAsync(Cancel));
        Assert.Null(await bot.KillAsync(Cancel));
    }

    private void Tamper(string sql)
    {
        using var connection = LedgerFile.In(_data);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "DROP TRIGGER ledger_no_update; DROP TRIGGER ledger_no_delete; "
            + sql.Replace(
                "replace(entry, 'v', 'w')",
                "CAST(replace(CAST(entry AS TEXT), 'v', 'w') AS BLOB)",
                StringComparison.Ordinal
            );
        Assert.True(command.ExecuteNonQuery() > 0);
    }
}
