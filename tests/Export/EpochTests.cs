using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>Whoever kept a checkpoint of an epoch that ended reads why the ledger contradicts it; it contradicts all the same.</summary>
public sealed class EpochTests : IDisposable
{
    private readonly string _shelf = System.IO.Directory.CreateTempSubdirectory("shelf-").FullName;

    public void Dispose() => System.IO.Directory.Delete(_shelf, recursive: true);

    [Fact]
    public async Task A_restore_is_told_and_named_where_a_checkpoint_of_the_epoch_before_contradicts()
    {
        await using var lost = await ExportDesk.OpenAsync();
        var size = lost.Store.Head()!.Size;
        await lost.OpenOneAsync("CHG-lost");
        var kept = lost.Store.Head()!;
        await using var desk = await ExportDesk.OpenAsync();
        Assert.Equal(size, desk.Store.Head()!.Size);
        await ExportDesk.RecordAsync(
            desk,
            new Fact.LedgerRestored(2, size, Root(desk), KnownSize: kept.Size)
        );
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        var epoch = Assert.Single(KeyDesks.Verify(files).Epochs);
        Assert.Equal((size, 2, size, true), (epoch.Seq, epoch.Epoch, epoch.Size, epoch.IsForced));
        var why = $"Entry {size} says that the ledger was restored at ";
        foreach (var grown in (bool[])[false, true])
        {
            if (grown)
            {
                await desk.OpenOneAsync("CHG-new");
                await desk.OpenOneAsync("CHG-newer");
                files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
            }

            var wrong = Assert.Throws<FormatException>(() =>
                KeyDesks.Verify(files, kept.Checkpoint)
            );
            Assert.Contains(why, wrong.Message, StringComparison.Ordinal);
        }

        await StoredAsync(desk, kept, $"RESTORED: entry {size}, ", why);
    }

    private static string Root(TestDesk desk) => desk.Store.Head()!.Checkpoint.Split('\n')[2];

    private async Task StoredAsync(TestDesk desk, StoredHead kept, string told, string why)
    {
        var (key, known) = (Path.Combine(_shelf, "key"), Path.Combine(_shelf, "known"));
        await File.WriteAllTextAsync(key, TestDesk.Vkey.ToString(), TestDesk.Cancel);
        await File.WriteAllTextAsync(known, kept.Checkpoint, TestDesk.Cancel);
        string[] words = ["verify", desk.Path, "--key", key];
        var sound = await BotRun.CommandAsync(_shelf, TestDesk.Cancel, words);
        Assert.Contains(told, sound.Output, StringComparison.Ordinal);
        var wrong = await BotRun.CommandAsync(
            _shelf,
            TestDesk.Cancel,
            [.. words, "--known-checkpoint", known]
        );
        Assert.Equal(1, wrong.Exit);
        Assert.Contains(why, wrong.Output, StringComparison.Ordinal);
    }
}
