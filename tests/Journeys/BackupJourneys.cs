using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Journeys;

/// <summary>The real bot is saved while it works, is lost, and goes on from its backup.</summary>
public sealed class BackupJourneys : IAsyncLifetime
{
    private const string Audience = "https://gate.acme.example";
    private readonly string _shelf = System.IO.Directory.CreateTempSubdirectory("shelf-").FullName;
    private Site _site = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
    private string Backup => Path.Combine(_shelf, "backup");

    public async ValueTask InitializeAsync() => _site = await Site.OpenAsync();

    [Fact]
    public async Task A_backup_under_load_is_whole_and_the_bot_goes_on_from_it()
    {
        var load = Enumerable.Range(0, 4).Select(_ => SubmitAsync(40)).ToArray();
        await Eventually.TrueAsync(() => _site.Slack.Heard("chat.postMessage") > 3, "load runs");
        var saved = await SaveAsync();
        var asked = (await Task.WhenAll(load)).SelectMany(a => a).ToArray();

        Assert.Equal((0, []), (saved.Exit, saved.Errors));
        Assert.Matches(
            @"^BACKUP: \S+, [\d,]+ bytes; \S+, \d+ entries, root \S{44}; verified",
            saved.Output
        );
        Assert.Equal([Backup], System.IO.Directory.GetFileSystemEntries(_shelf));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                File.GetUnixFileMode(Backup)
            );
        }

        var bytes = await File.ReadAllBytesAsync(Backup, Cancel);
        Assert.Equal(-1, bytes.AsSpan().IndexOf("PRIVATE KEY"u8));

        await LoseAllButKeysAsync();
        Assert.StartsWith("RESTORED: ", (await RestoreAsync()).Output, StringComparison.Ordinal);
        // The checkpoint that restore itself signs has every line that the bot's have.
        using (var file = Stores.LedgerFile.Open(Path.Combine(_site.Data, "ledger.db"), null))
        {
            Assert.Equal(
                ChatApprovals.Ledger.Ed25519Key.IsSupported ? 2 : 1,
                ChatApprovals.Ledger.SignedNote.Parse(file.Head()!.Checkpoint).Signatures.Count
            );
        }

        await _site.StartAsync();
        await SoundAsync();
        Assert.Equal("pending", await _site.StatusAsync((await _site.AskAsync()).Id));
        foreach (var one in asked)
        {
            using var answer = await _site.GetAsync($"/v1/requests/{one.Id}");
            // In the backup: ended by the restore. After it: gone.
            Assert.Contains(
                answer.StatusCode,
                new[] { HttpStatusCode.OK, HttpStatusCode.NotFound }
            );
        }
    }

    [Fact]
    public async Task What_was_used_or_approved_after_the_backup_cannot_be_used_again()
    {
        var guard = await _site.GuardKeyAsync(Audience);
        var used = await ApprovedAsync("used");
        var token = await TokenAsync(used.Id);
        var waiting = await ShownAsync("waiting");
        Assert.Equal(0, (await SaveAsync()).Exit);
        Assert.Equal(HttpStatusCode.OK, (await ConsumeAsync(guard, token, "used")).Status);
        await ApproveAsync(waiting);
        var late = await TokenAsync(waiting.Id);

        await LoseAllButKeysAsync();
        var restored = await RestoreAsync();
        Assert.Contains(
            "1 requests that waited were ended and 1 approvals that were not used were revoked",
            restored.Output,
            StringComparison.Ordinal
        );
        await _site.StartAsync();

        Assert.Equal("revoked", (await ConsumeAsync(guard, token, "used")).Code);
        Assert.Equal("invalid_token", (await ConsumeAsync(guard, late, "waiting")).Code);
        using var again = await GrantAsync(used.Id);
        Assert.Equal(HttpStatusCode.Forbidden, again.StatusCode);
        Assert.Equal("cancelled", await _site.StatusAsync(waiting.Id));
        await _site.EndsAsync(waiting, "Cancelled");
        await SoundAsync();
        Assert.Equal(1, await CountAsync("ledger.restored"));
    }

    [Fact]
    public async Task Killed_at_any_moment_it_leaves_nothing_that_is_taken_for_a_backup()
    {
        await SubmitAsync(20);
        for (var i = 0; i < 6; i++)
        {
            using var process = System.Diagnostics.Process.Start(
                BotRun.Start(_site.Data, "backup", Backup)
            )!;
            await Task.Delay(150 + (60 * i), Cancel);
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(Cancel);
            foreach (var left in System.IO.Directory.GetFiles(_shelf))
            {
                var whole = string.Equals(left, Backup, StringComparison.Ordinal);
                var run = await RestoreAsync(left, Empty());
                Assert.True(
                    whole ? run.Exit == 0 : run.Exit is 0 or 1,
                    string.Join(' ', run.Errors)
                );
                File.Delete(left);
            }
        }

        Assert.Equal(0, (await SaveAsync()).Exit);
        await _site.IsSoundAsync();
    }

    private async Task<List<Asked>> SubmitAsync(int count)
    {
        List<Asked> asked = [];
        for (var i = 0; i < count; i++)
        {
            asked.Add(await _site.AskAsync());
        }

        return asked;
    }

    private Task<BotRun> SaveAsync() => BotRun.CommandAsync(_site.Data, Cancel, "backup", Backup);

    private async Task<BotRun> RestoreAsync()
    {
        var run = await RestoreAsync(Backup, _site.Data);
        Assert.Equal((0, []), (run.Exit, run.Errors));
        return run;
    }

    private static Task<BotRun> RestoreAsync(string file, string data) =>
        BotRun.CommandAsync(data, Cancel, "restore", file);

    /// <summary>The disk is gone; the keys were kept elsewhere.</summary>
    private async Task LoseAllButKeysAsync()
    {
        await _site.KillAsync();
        foreach (var file in System.IO.Directory.GetFiles(_site.Data))
        {
            File.Delete(file);
        }
    }

    /// <summary>Another machine, which has the keys.</summary>
    private string Empty()
    {
        var data = System.IO.Directory.CreateDirectory(
            Path.Combine(_site.Data, "..", Guid.CreateVersion7().ToString("N"))
        );
        var keys = data.CreateSubdirectory("keys");
        foreach (var key in System.IO.Directory.GetFiles(Path.Combine(_site.Data, "keys")))
        {
            File.Copy(key, Path.Combine(keys.FullName, Path.GetFileName(key)));
        }

        return data.FullName;
    }

    /// <summary>An auditor who has seen nothing before.</summary>
    private async Task SoundAsync()
    {
        using var view = View();
        Assert.Null(await view.VerifyAsync(Cancel));
    }

    private async Task<int> CountAsync(string kind)
    {
        using var view = View();
        await view.RefreshAsync(Cancel);
        return view.Entries.Count(e =>
            string.Equals(e.GetProperty("kind").GetString(), kind, StringComparison.Ordinal)
        );
    }

    private LedgerView View() =>
        new(() => _site.Bot.Url, _site.Data, PatientClock.Shared) { Key = _site.Ledger.Key };

    private async Task<Asked> ShownAsync(string what)
    {
        var answer = await _site.SendAsync(what, Request(what));
        var asked = new Asked(
            answer.GetProperty("id").GetString()!,
            answer.GetProperty("code").GetString()!,
            what,
            Request(what)
        );
        await _site.StoredAsync(asked);
        return asked;
    }

    private async Task<Asked> ApprovedAsync(string what)
    {
        var asked = await ShownAsync(what);
        await ApproveAsync(asked);
        return asked;
    }

    private async Task ApproveAsync(Asked asked)
    {
        await _site.ClickInSlackAsync(asked, "approve");
        var after = await _site.ReadAsync(asked.Id, wait: 30);
        Assert.Equal("approved", after.GetProperty("status").GetString());
    }

    private static object Request(string what) =>
        new
        {
            action = new { name = "db.password.rotate" },
            resource = new { type = "postgres", id = what },
            context = new { ticket = what },
            initiator = new { type = "human", id = "alice@acme.example" },
            audience = Audience,
        };

    private async Task<HttpResponseMessage> GrantAsync(string id)
    {
        using var call = new HttpRequestMessage(
            HttpMethod.Post,
            _site.At($"/v1/requests/{id}/grant")
        );
        call.Content = JsonContent.Create(new { });
        return await _site.SendAsync(call);
    }

    private async Task<string> TokenAsync(string id)
    {
        using var answer = await GrantAsync(id);
        var json = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel);
        Assert.True(answer.IsSuccessStatusCode, json.ToString());
        return json.GetProperty("token").GetString()!;
    }

    private Task<(HttpStatusCode Status, string? Code)> ConsumeAsync(
        string guard,
        string token,
        string what
    ) =>
        _site.ConsumeAsync(
            guard,
            new
            {
                token,
                action = new { name = "db.password.rotate" },
                resource = new { type = "postgres", id = what },
                context = new { ticket = what },
            }
        );

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        System.IO.Directory.Delete(_shelf, recursive: true);
    }
}
