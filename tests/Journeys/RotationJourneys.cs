using System.Text;
using ChatApprovals.Anchors;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>
/// <c>key rotate</c> and <c>erase</c> in the real process: agreed in two apps, in use at once, and still there after the
/// process was stopped, killed in between, or restored.
/// </summary>
public sealed class RotationJourneys : IAsyncLifetime
{
    private readonly string _shelf = System.IO.Directory.CreateTempSubdirectory("shelf-").FullName;
    private Site _site = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private string Keys => Path.Combine(_site.Data, "keys");

    [Fact]
    public async Task Every_key_is_replaced_at_once_and_the_next_process_goes_on_with_them()
    {
        var first = Assert.Single(VkeyFiles.P256(Keys));
        var line = Assert.Single(VkeyFiles.Line(Keys));
        var published = await PublishedAsync();
        foreach (var purpose in (string[])["ledger", "receipt", "grant"])
        {
            await _site.AgreeAsync($"key rotate {purpose}", "A new key signs for " + purpose);
        }

        await _site.IsSoundAsync();
        await _site.TellsErinAsync("slack", "verify", "The ledger is sound");
        var now = await PublishedAsync();
        // Receipt and grant of before, the next keys that sign now, and those that are next now.
        Assert.Equal(6, now.Keys.Length);
        Assert.Empty(
            published
                .Keys.Select(k => k.Kid)
                .Except(now.Keys.Select(k => k.Kid), StringComparer.Ordinal)
        );
        await _site.KillAsync();
        await _site.StartAsync();
        Assert.Equal(
            now.Keys.Select(k => k.Kid),
            (await PublishedAsync()).Keys.Select(k => k.Kid),
            StringComparer.Ordinal
        );
        await _site.IsSoundAsync();
        await VerifiesAsync(first);
        await VerifiesAsync(line);
        await _site.KillAsync();
        await NoOtherKeyTakesItsPlaceAsync(first);
        await _site.StartAsync();
    }

    private async Task NoOtherKeyTakesItsPlaceAsync(string first)
    {
        var second = System
            .IO.Directory.GetFiles(Keys, "ledger-*.pem")
            .Single(f => !f.Contains("ed25519", StringComparison.Ordinal));
        File.Move(second, Path.Combine(_shelf, "moved"));
        var refused = await StartAsync(first);
        Assert.Equal(1, refused.Exit);
        Assert.Contains(
            "put it back from your backup",
            Assert.Single(refused.Errors),
            StringComparison.Ordinal
        );
        // Another key under its name is not it.
        File.Copy(Path.Combine(Keys, "receipt.pem"), second);
        refused = await StartAsync(first);
        Assert.Contains(
            "holds another key",
            Assert.Single(refused.Errors),
            StringComparison.Ordinal
        );
        File.Move(Path.Combine(_shelf, "moved"), second, overwrite: true);
    }

    [Fact]
    public async Task Whatever_an_erasure_takes_is_nowhere_in_the_data_directory_of_the_process()
    {
        var asked = await _site.AskShownAsync();
        await KillPoint.InSlack(_site, asked);
        await _site.EndsAsync(asked, "Approved");
        Assert.True(IsInData("alice@acme.example"));
        await _site.AgreeAsync($"erase {asked.Id}", "is erased");
        Assert.False(IsInData("alice@acme.example"));
        await _site.IsSoundAsync();
        await _site.TellsErinAsync("slack", $"show {asked.Id}", "was erased");
        await _site.TellsErinAsync("teams", $"show {asked.Id}", "was erased");
        await _site.KillAsync();
        Assert.False(IsInData("alice@acme.example"));
        var rebuilt = await BotRun.CommandAsync(_site.Data, Cancel, "rebuild");
        Assert.Equal(0, rebuilt.Exit);
        await _site.StartAsync();
        await _site.TellsErinAsync("slack", "verify", "erased: ");
        await VerifiesAsync(Assert.Single(VkeyFiles.P256(Keys)));
    }

    [Fact]
    public async Task A_backup_from_before_goes_on_with_the_key_of_before_and_one_from_after_with_the_new_one()
    {
        var before = Path.Combine(_shelf, "before");
        var after = Path.Combine(_shelf, "after");
        await SaveAsync(before);
        await _site.AgreeAsync("key rotate ledger", "A new key signs for ledger");
        await SaveAsync(after);
        await _site.KillAsync();
        foreach (var backup in (string[])[before, after])
        {
            foreach (
                var file in System
                    .IO.Directory.GetFileSystemEntries(_site.Data)
                    .Where(f => !f.EndsWith("keys", StringComparison.Ordinal))
            )
            {
                if (System.IO.Directory.Exists(file))
                {
                    System.IO.Directory.Delete(file, recursive: true);
                }
                else
                {
                    File.Delete(file);
                }
            }

            var restored = await BotRun.CommandAsync(_site.Data, Cancel, "restore", backup);
            Assert.Equal((0, []), (restored.Exit, restored.Errors));
            Assert.Contains(
                "What was erased after that time is back",
                restored.Output,
                StringComparison.Ordinal
            );
            await _site.StartAsync();
            await _site.TellsErinAsync("slack", "verify", "The ledger is sound");
            await _site.KillAsync();
        }
    }

    /// <summary>What the new key signed for an anchor is known as this ledger's only with that key.</summary>
    [Fact]
    public async Task A_backup_from_before_a_rotation_is_refused_where_an_anchor_has_more_whatever_keys_are_there()
    {
        var backup = Path.Combine(_shelf, "before");
        var anchors = Path.Combine(_shelf, "anchors");
        var fresh = Path.Combine(_shelf, "data");
        await SaveAsync(backup);
        await _site.AgreeAsync("key rotate ledger", "A new key signs for ledger");
        await _site.KillAsync();
        var note = await HeadAsync();
        System.IO.Directory.CreateDirectory(anchors);
        var head = Checkpoint.Parse(SignedNote.Parse(note).Text);
        await File.WriteAllTextAsync(
            Path.Combine(anchors, DirectoryAnchor.FileName(head)),
            note,
            Cancel
        );
        foreach (
            var (pattern, said) in ((string, string)[])
                [
                    ("*", "look for a newer backup"),
                    ("*.pem", "look for a newer backup"),
                    ("ledger.pem", "put all of the directory keys back first"),
                ]
        )
        {
            var keys = System.IO.Directory.CreateDirectory(Path.Combine(fresh, "keys")).FullName;
            foreach (var file in System.IO.Directory.GetFiles(Keys, pattern))
            {
                File.Copy(file, Path.Combine(keys, Path.GetFileName(file)));
            }

            var run = await BotRun.CommandAsync(
                fresh,
                Cancel,
                "restore",
                backup,
                $"--Anchors:Directory={anchors}"
            );
            Assert.Equal(1, run.Exit);
            Assert.Contains(said, Assert.Single(run.Errors), StringComparison.Ordinal);
            System.IO.Directory.Delete(fresh, recursive: true);
        }
    }

    private async Task<string> HeadAsync()
    {
        var bundle = Path.Combine(_shelf, "head.jsonl");
        var origin = File.ReadAllText(VkeyFiles.P256(Keys)[0]).Split('+')[0];
        var taken = await BotRun.CommandAsync(
            _site.Data,
            Cancel,
            "export",
            "--as",
            "bundle",
            "--out",
            bundle,
            "--Ledger:Origin=" + origin
        );
        Assert.Equal(0, taken.Exit);
        using var zip = System.IO.Compression.ZipFile.OpenRead(bundle);
        using var text = new StreamReader(zip.GetEntry("checkpoint")!.Open());
        return await text.ReadToEndAsync(Cancel);
    }

    /// <summary>The second administrator's click and SIGKILL race: whichever is first, one key is in use and all of it verifies.</summary>
    [Fact]
    public async Task Killed_between_any_two_steps_a_rotation_is_done_or_not()
    {
        foreach (var after in (int[])[0, 4, 8, 12, 20, 40])
        {
            var command = after == 8 ? "key rotate grant" : "key rotate ledger";
            await _site.TellsErinAsync("slack", command, "Asked ");
            var card = await _site.CardAsync();
            _site.Begin(Task.Run(() => _site.ClickAsync(card), Cancel));
            await Task.Delay(after, Cancel);
            await _site.KillAsync();
            await _site.StartAsync();
            await _site.IsSoundAsync();
            await _site.AskAsync();
        }

        await _site.TellsErinAsync("slack", "verify", "The ledger is sound");
        foreach (var vkey in System.IO.Directory.GetFiles(Keys, "*.vkey"))
        {
            await VerifiesAsync(vkey);
        }
    }

    public async ValueTask InitializeAsync() => _site = await TwoAdmins.OpenAsync();

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        System.IO.Directory.Delete(_shelf, recursive: true);
    }

    /// <summary>By itself, as the ledger that it is.</summary>
    private Task<BotRun> StartAsync(string vkey) =>
        BotRun.StartAsync(
            _site.Data,
            Cancel,
            ("Ledger:Origin", File.ReadAllText(vkey).Split('+')[0])
        );

    private async Task SaveAsync(string file)
    {
        var saved = await BotRun.CommandAsync(_site.Data, Cancel, "backup", file);
        Assert.Equal((0, []), (saved.Exit, saved.Errors));
    }

    private async Task<JwkSet> PublishedAsync()
    {
        using var http = new HttpClient();
        return JwkSet.Parse(
            await http.GetByteArrayAsync(new Uri(_site.Bot.Url, "/.well-known/jwks.json"), Cancel)
        )!;
    }

    /// <summary>The bundle over HTTP, by our own sub-command, for who knows only that key.</summary>
    private async Task VerifiesAsync(string vkey)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", _site.Ledger.Key);
        var bundle = Path.Combine(_shelf, "bundle.zip");
        await File.WriteAllBytesAsync(
            bundle,
            await http.GetByteArrayAsync(new Uri(_site.Bot.Url, "/ledger/export"), Cancel),
            Cancel
        );
        var run = await BotRun.CommandAsync(_site.Data, Cancel, "verify", bundle, "--key", vkey);
        Assert.True(run.Exit == 0, run.Output);
        Assert.StartsWith("SOUND", run.Output, StringComparison.Ordinal);
        run = await BotRun.CommandAsync(_site.Data, Cancel, "verify", _site.Data, "--key", vkey);
        Assert.True(run.Exit == 0, run.Output);
    }

    private bool IsInData(string text)
    {
        var wanted = Encoding.UTF8.GetBytes(text);
        return System
            .IO.Directory.EnumerateFiles(_site.Data, "ledger.db*", SearchOption.AllDirectories)
            .Any(f =>
            {
                using var file = new FileStream(
                    f,
                    FileMode.Open,
                    FileAccess.Read,
                    FileShare.ReadWrite | FileShare.Delete
                );
                var bytes = new byte[file.Length];
                file.ReadExactly(bytes);
                return bytes.AsSpan().IndexOf(wanted) >= 0;
            });
    }
}
