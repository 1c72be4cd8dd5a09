using System.IO.Compression;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Export;
using ChatApprovals.Ledger;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Anchors;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>The real bot with every anchor at once; then its ledger is set back behind its back.</summary>
public sealed class AnchorJourneys : IAsyncLifetime
{
    private readonly string _shelf = System.IO.Directory.CreateTempSubdirectory("shelf-").FullName;
    private SmallWitness _witness = null!;
    private TimeStampServer _authority = null!;
    private Site _site = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Anchored => Path.Combine(_shelf, "anchor");
    private string Backup => Path.Combine(_shelf, "backup");
    private string Bundle => Path.Combine(_shelf, "bundle.zip");
    private string WitnessFile => Path.Combine(_shelf, "witness.vkey");

    private (string Name, string Value)[] Where =>
        [
            ("Anchors:Directory", Anchored),
            ("Anchors:Witness", _witness.Url.ToString()),
            ("Anchors:WitnessKey", _witness.Key.ToString()),
        ];

    public async ValueTask InitializeAsync()
    {
        System.IO.Directory.CreateDirectory(Anchored);
        _witness = await SmallWitness.StartAsync(Cancel);
        _authority = await TimeStampServer.StartAsync("timeStamping", Cancel);
        await File.WriteAllTextAsync(WitnessFile, _witness.Key + "\n", Cancel);
        _site = await Site.OpenAsync([
            .. Where,
            ("Anchors:TimestampAuthority", _authority.Url.ToString()),
            ("Anchors:TimestampRoots", _authority.Root),
            ("Anchors:Channels:0", $"slack:{Acme.SlackChannel}"),
            ("Anchors:Channels:1", $"teams:{Acme.TeamsChannel}"),
        ]);
        // Only now the ledger has a key: its operator gives it to the witness's.
        var vkey = VkeyText.Read((await File.ReadAllTextAsync(Vkey(), Cancel)).Trim());
        _witness.Logs[vkey.Name] = vkey;
        await ExportAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
        {
            await _site.DisposeAsync();
        }

        if (_authority is not null)
        {
            await _authority.DisposeAsync();
        }

        if (_witness is not null)
        {
            await _witness.DisposeAsync();
        }

        System.IO.Directory.Delete(_shelf, recursive: true);
    }

    [Fact]
    public async Task Every_anchor_has_it_people_see_it_and_the_next_bundle_proves_it()
    {
        Assert.Contains(
            _site.Slack.Channel(Acme.SlackChannel)!.Messages,
            m => m.Text.Contains("Ledger checkpoint of", StringComparison.Ordinal)
        );
        Assert.Contains(
            _site.Teams.Conversation(Acme.TeamsChannel)!.Messages,
            m => m.Summary?.Contains("Ledger checkpoint of", StringComparison.Ordinal) == true
        );
        await ExportAsync();
        using (var zip = await ZipFile.OpenReadAsync(Bundle, Cancel))
        {
            var channel = zip.Entries.First(e =>
                e.FullName.StartsWith("anchors/slack", StringComparison.Ordinal)
                && e.Name.EndsWith(".json", StringComparison.Ordinal)
            );
            using var json = await channel.OpenAsync(Cancel);
            var says = await JsonSerializer.DeserializeAsync<JsonElement>(
                json,
                cancellationToken: Cancel
            );
            Assert.StartsWith(
                "https://",
                says.GetProperty("link").GetString(),
                StringComparison.Ordinal
            );
            Assert.Equal("platform", says.GetProperty("clock").GetString());
        }

        var verified = await VerifyAsync(Bundle);
        Assert.Equal(0, verified.Exit);
        Assert.Equal(2, verified.Output.Split("signed by whom you know").Length - 1);
        Assert.Equal(5, verified.Output.Split("\nAnchor ").Length - 1);
        Assert.Contains(
            "It goes on from the checkpoint",
            verified.Output,
            StringComparison.Ordinal
        );
        var stored = await VerifyAsync(_site.Data);
        Assert.Equal(
            (0, true),
            (stored.Exit, stored.Output.StartsWith("SOUND: ", StringComparison.Ordinal))
        );
        Assert.Equal("", await LateAsync());
    }

    [Fact]
    public async Task A_ledger_that_was_set_back_is_contradicted_and_a_backup_that_is_older_is_refused()
    {
        Assert.Equal(0, (await BotRun.CommandAsync(_site.Data, Cancel, "backup", Backup)).Exit);
        await _site.KillAsync();
        File.Copy(Path.Combine(_site.Data, "ledger.db"), Path.Combine(_shelf, "old.db"));
        File.Copy(Path.Combine(_site.Data, "ledger.db-wal"), Path.Combine(_shelf, "old.db-wal"));
        await _site.StartAsync();
        await _site.AskAsync();
        await ExportAsync();
        await _site.KillAsync();

        foreach (var file in new[] { "ledger.db", "ledger.db-wal" })
        {
            var old = Path.Combine(_shelf, file.Replace("ledger", "old", StringComparison.Ordinal));
            File.Copy(old, Path.Combine(_site.Data, file), overwrite: true);
        }

        var cut = await VerifyAsync(_site.Data);
        Assert.Equal(1, cut.Exit);
        Assert.Contains("it was cut", cut.Output, StringComparison.Ordinal);
        await _site.StartAsync();
        await Eventually.TrueAsync(
            () =>
                _site.Bot.Log.Count(l =>
                    l.Contains("contradicts this ledger", StringComparison.Ordinal)
                ) >= 2,
            "directory and witness contradict"
        );
        await EventuallyLateAsync("directory witness");
        Assert.Equal("pending", await _site.StatusAsync((await _site.AskAsync()).Id));
        await _site.KillAsync();
        await RestoreAsync();
    }

    private async Task RestoreAsync()
    {
        var data = Path.Combine(_shelf, "new");
        System.IO.Directory.CreateDirectory(Path.Combine(data, "keys"));
        foreach (var key in System.IO.Directory.GetFiles(Path.Combine(_site.Data, "keys"), "*.pem"))
        {
            File.Copy(key, Path.Combine(data, "keys", Path.GetFileName(key)));
        }

        var words = Where.Select(s => $"--{s.Name}={s.Value}").ToArray();
        var known = $"a checkpoint in {Anchored} covers";
        Refused(await BotRun.CommandAsync(data, Cancel, ["restore", Backup, words[0]]), known);
        var witness = "what the witness cosigned covers";
        Refused(
            await BotRun.CommandAsync(data, Cancel, ["restore", Backup, .. words[1..]]),
            witness
        );
        var forced = await BotRun.CommandAsync(
            data,
            Cancel,
            ["restore", Backup, "--force-older", .. words]
        );
        Assert.Equal(
            (0, true),
            (forced.Exit, forced.Output.StartsWith("RESTORED: ", StringComparison.Ordinal))
        );
        var stored = await BotRun.CommandAsync(data, Cancel, "verify", Backup, "--key", Vkey());
        Assert.Equal(0, stored.Exit);
        Assert.DoesNotContain("with 0 checkpoints", stored.Output, StringComparison.Ordinal);
    }

    private static void Refused(BotRun run, string why)
    {
        Assert.Equal(1, run.Exit);
        Assert.Contains(why, Assert.Single(run.Errors), StringComparison.Ordinal);
    }

    private Task<BotRun> VerifyAsync(string what) =>
        BotRun.CommandAsync(
            _shelf,
            Cancel,
            "verify",
            what,
            "--known-checkpoint",
            Anchored,
            "--key",
            Vkey(),
            "--witness",
            WitnessFile,
            "--timestamp-roots",
            _authority.Root
        );

    private string Vkey() => VkeyFiles.P256(Path.Combine(_site.Data, "keys")).Single();

    /// <summary>A bundle by HTTP; returns when every anchor has what covers it.</summary>
    private async Task ExportAsync()
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", _site.Ledger.Key);
        var bytes = await http.GetByteArrayAsync(_site.At("/ledger/export?as=bundle"), Cancel);
        await File.WriteAllBytesAsync(Bundle, bytes, Cancel);
        await File.WriteAllTextAsync(Path.Combine(_shelf, "size"), Size(bytes).ToString(), Cancel);
        await Eventually.TrueAsync(() => HaveAll(Size(bytes)), "every anchor has it");
        await EventuallyLateAsync("");
    }

    private static long Size(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        using var note = new StreamReader(archive.GetEntry("checkpoint")!.Open());
        return Checkpoint.Parse(SignedNote.Parse(note.ReadToEnd()).Text).Size;
    }

    private bool HaveAll(long size) =>
        System
            .IO.Directory.GetFiles(Anchored)
            // One that is being written has another name first.
            .Where(f => Path.GetFileName(f)[0] != '.')
            .Any(f => long.Parse(Path.GetFileNameWithoutExtension(f).Split('-')[^1]) >= size)
        && _witness.Largest >= size
        && _authority.Calls > 0;

    private Task EventuallyLateAsync(string kinds) =>
        Eventually.TrueAsync(
            () =>
                string.Equals(
                    LateAsync().GetAwaiter().GetResult(),
                    kinds,
                    StringComparison.Ordinal
                ),
            $"late is '{kinds}'"
        );

    /// <summary>What <c>/readyz</c> says of anchors; the bot is ready all the same.</summary>
    private async Task<string> LateAsync()
    {
        using var answer = await _site.GetAsync("/readyz");
        Assert.True(answer.IsSuccessStatusCode);
        var body = await JsonSerializer.DeserializeAsync<JsonElement>(
            await answer.Content.ReadAsStreamAsync(Cancel),
            cancellationToken: Cancel
        );
        return string.Join(
            ' ',
            body.GetProperty("anchors")
                .GetProperty("late")
                .EnumerateArray()
                .Select(k => k.GetString())
        );
    }
}
