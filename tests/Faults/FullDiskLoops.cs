using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using ChatApprovals.Desk;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;
using ChatApprovals.Tests.Support;
using Directory = System.IO.Directory;

namespace ChatApprovals.Tests.Faults;

/// <summary>
/// What the program writes without SQLite: keys, backups, a restored ledger. On disks that have room for less than is
/// needed, for every size until it is enough: each time it says so, leaves nothing that looks whole and is not, and
/// works when there is room.
/// </summary>
public sealed class FullDiskLoops : IAsyncDisposable
{
    private const string Origin = BotRun.Origin;

    private readonly Scratch _scratch = new();
    private readonly SqliteStore _empty;

    public FullDiskLoops() => _empty = SqliteStore.Open(_scratch.Folder("empty"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _empty.DisposeAsync();
        _scratch.Dispose();
    }

    [Fact]
    public async Task Keys_are_whole_or_not_there_on_a_disk_that_takes_ever_more_files()
    {
        for (var files = 2; ; files++)
        {
            await using var disk = await Mount.MemoryAsync(kilobytes: 64, files);
            if (disk is null)
            {
                return;
            }

            var refusal = Try(() => OpenKeys(disk.Point));
            // Whatever key has its name stays: something may have been signed with it.
            var before = Pem(disk.Point);
            foreach (var path in before.Keys)
            {
                KeyFile.Load(path, Whole, "key");
            }

            await disk.ChangeAsync("ro");
            Assert.Equal(refusal is null, Try(() => OpenKeys(disk.Point)) is null);
            await disk.ChangeAsync("rw,nr_inodes=100");
            OpenKeys(disk.Point);
            var after = Pem(disk.Point);
            Assert.All(before, key => Assert.Equal(key.Value, after[key.Key]));
            Assert.Empty(Directory.GetFiles(Path.Combine(disk.Point, "keys"), "*.tmp"));
            if (refusal is null)
            {
                Assert.True(files >= 5, $"{files} files were enough");
                return;
            }
        }
    }

    [Fact]
    public async Task Keys_are_whole_or_not_there_on_a_disk_without_a_byte_left()
    {
        await using var disk = await Mount.MemoryAsync(kilobytes: 64, files: 100);
        if (disk is null)
        {
            return;
        }

        var filler = Path.Combine(disk.Point, "filler");
        Fill(filler);
        Assert.NotNull(Try(() => OpenKeys(disk.Point)));
        Assert.Empty(Pem(disk.Point));
        File.Delete(filler);
        OpenKeys(disk.Point);
        Assert.Equal(Ed25519Key.IsSupported ? 7 : 6, Pem(disk.Point).Count);
    }

    [Fact]
    public async Task A_backup_and_a_restored_ledger_are_whole_or_not_there()
    {
        var data = _scratch.Folder("data");
        await using (var ledger = await LargeLedger.OpenAsync(data, Cancel))
        {
            await ledger.GrowAsync(entries: 200, Cancel);
        }

        var whole = Path.Combine(_scratch.Folder("backups"), "whole");
        Assert.Equal(0, (await BotRun.CommandAsync(data, Cancel, "backup", whole)).Exit);
        var pages = (int)(new FileInfo(whole).Length / 1024);
        // Both need more room for a while than the file has in the end.
        foreach (var kilobytes in (int[])[4, pages / 2, pages - 4, pages, 64 + 8 * pages])
        {
            await using var disk = await Mount.MemoryAsync(kilobytes, files: 100);
            if (disk is null)
            {
                return;
            }

            await BackUpAsync(data, disk);
            await RestoreAsync(data, whole, disk);
        }
    }

    private static async Task BackUpAsync(string data, Mount disk)
    {
        var file = Path.Combine(disk.Point, "backup");
        var run = await BotRun.CommandAsync(data, Cancel, "backup", file);
        Assert.Equal(run.Exit == 0, File.Exists(file));
        Assert.True(
            run.Exit == 0 || Says(run, "No backup was made"),
            string.Join('\n', run.Errors)
        );
        Assert.Empty(Directory.GetFiles(disk.Point, "*.partial"));
        File.Delete(file);
    }

    private static async Task RestoreAsync(string data, string whole, Mount disk)
    {
        var (from, to) = (Path.Combine(data, "keys"), Path.Combine(disk.Point, "keys"));
        var run = await TryRestoreAsync(from, to, whole, disk);
        var ledger = Path.Combine(disk.Point, "ledger.db");
        Assert.Equal(run?.Exit == 0, File.Exists(ledger));
        if (run?.Exit == 0)
        {
            Assert.Equal(0, (await BotRun.CommandAsync(disk.Point, Cancel, "rebuild")).Exit);
            return;
        }

        await disk.ChangeAsync("size=8m");
        Assert.Equal(0, (await TryRestoreAsync(from, to, whole, disk))!.Exit);
        Assert.True(File.Exists(ledger));
    }

    /// <summary>Null when there was not even room for the keys.</summary>
    private static async Task<BotRun?> TryRestoreAsync(
        string from,
        string to,
        string whole,
        Mount disk
    )
    {
        try
        {
            Directory.CreateDirectory(to);
            foreach (var key in Directory.GetFiles(from))
            {
                File.Copy(key, Path.Combine(to, Path.GetFileName(key)), overwrite: true);
            }
        }
        catch (IOException)
        {
            return null;
        }

        var run = await BotRun.CommandAsync(disk.Point, Cancel, "restore", whole);
        Assert.True(
            run.Exit == 0 || Says(run, "Nothing was restored"),
            string.Join('\n', run.Errors)
        );
        return run;
    }

    private static bool Says(BotRun run, string what) =>
        run.Exit == 1 && run.Errors.Any(l => l.Contains(what, StringComparison.Ordinal));

    /// <summary>As at the first start; the ledger's own file is elsewhere.</summary>
    private void OpenKeys(string directory) => KeyCabinet.Open(directory, Origin, _empty);

    /// <summary>A whole private key of any algorithm.</summary>
    private static Pkcs8PrivateKeyInfo Whole(string pem) =>
        Pkcs8PrivateKeyInfo.Decode(
            Convert.FromBase64String(pem[PemEncoding.Find(pem).Base64Data]),
            out _
        );

    private static Dictionary<string, string> Pem(string directory) =>
        Directory
            .GetFiles(directory, "*.pem", SearchOption.AllDirectories)
            .ToDictionary(f => f, File.ReadAllText, StringComparer.Ordinal);

    private static Exception? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return refused;
        }
    }

    private static void Fill(string path)
    {
        using var file = new FileStream(
            path,
            FileMode.CreateNew,
            FileAccess.Write,
            FileShare.None,
            0
        );
        var page = new byte[4096];
        Assert.NotNull(
            Try(() =>
            {
                for (var n = 0; n < 1_000; n++)
                {
                    file.Write(page);
                }
            })
        );
    }
}
