using ChatApprovals.Desk;
using ChatApprovals.Ledger;
using ChatApprovals.Stores;
using ChatApprovals.Tests.Export;
using ChatApprovals.Tests.Support;
using StoredFile = ChatApprovals.Stores.LedgerFile;

namespace ChatApprovals.Tests.Anchors;

/// <summary>The ledger where it is stored, against checkpoints that were kept.</summary>
public sealed class StoredVerifyTests : IDisposable
{
    private readonly string _shelf = System.IO.Directory.CreateTempSubdirectory("shelf-").FullName;

    public void Dispose() => System.IO.Directory.Delete(_shelf, recursive: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_bot_that_writes_on_does_not_disturb_but_a_backup_may_have_nothing_more()
    {
        await using var desk = await ExportDesk.OpenAsync();
        using var file = StoredFile.Open(Path.Combine(desk.Path, "ledger.db"), library: null);
        var head = LedgerOnAnchors.Newest(desk).Checkpoint;
        await LedgerOnAnchors.GrowAsync(desk, 3);
        Verify(file, new LedgerVerifier(head), head.Size);
        var more = Assert.Throws<LedgerMismatchException>(() =>
            new LedgerCopy(_ => { }).Verify(file, new LedgerVerifier(head), Cancel)
        );
        Assert.Contains("more entries", more.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_checkpoint_names_a_cut_and_a_rewritten_ledger()
    {
        await using var desk = await ExportDesk.OpenAsync();
        using var file = StoredFile.Open(Path.Combine(desk.Path, "ledger.db"), library: null);
        var head = LedgerOnAnchors.Newest(desk).Checkpoint;
        foreach (var (size, why) in new[] { (head.Size + 1, "it was cut"), (3, "rewritten") })
        {
            var known = LedgerOnAnchors.Signed(size, new byte[32]).Checkpoint;
            var wrong = Assert.Throws<LedgerMismatchException>(() =>
                Verify(file, new LedgerVerifier(head, known), head.Size)
            );
            Assert.Contains(why, wrong.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_witness_and_the_authority_that_the_auditor_names_must_have_answered()
    {
        await using var ledger = await AnchoredLedger.StartAsync(Cancel);
        var size = LedgerOnAnchors.Newest(ledger.Desk).Checkpoint.Size;
        await LedgerOnAnchors.GrowAsync(ledger.Desk, 2);
        var known = await KeptAsync("witness.vkey", ledger.Witness.Key.ToString());
        string[] roots = ["--timestamp-roots", ledger.Authority.Root];
        var sound = await VerifyAsync(ledger.Desk, ["--witness", known, .. roots]);
        Assert.True(sound.Exit == 0, sound.Output);
        foreach (var anchor in (string[])["witness", "timestamp"])
        {
            Assert.Matches(
                $"Anchor {anchor}: 1 checkpoints, up to {size} entries.*signed by whom you know. 2 entries lie after it.",
                sound.Output
            );
        }

        await using var stranger = await SmallWitness.StartAsync(Cancel);
        var other = await KeptAsync("other.vkey", stranger.Key.ToString());
        await WrongAsync(ledger.Desk, "has no cosignature of", "--witness", other);
        await using var without = await ExportDesk.OpenAsync();
        await WrongAsync(without, "no cosignature of .* on any checkpoint", "--witness", known);
        await WrongAsync(without, "no time stamp of an authority that you know", roots);
    }

    private async Task WrongAsync(TestDesk desk, string why, params string[] words)
    {
        var run = await VerifyAsync(desk, words);
        Assert.Equal(1, run.Exit);
        Assert.Matches($"^WRONG: .*{why}", run.Output);
    }

    private async Task<BotRun> VerifyAsync(TestDesk desk, params string[] words)
    {
        var key = await KeptAsync("ledger.vkey", TestDesk.Vkey.ToString());
        return await BotRun.CommandAsync(
            _shelf,
            Cancel,
            ["verify", desk.Path, "--key", key, .. words]
        );
    }

    private async Task<string> KeptAsync(string name, string text)
    {
        var path = Path.Combine(_shelf, name);
        await File.WriteAllTextAsync(path, text + "\n", Cancel);
        return path;
    }

    private static void Verify(StoredFile file, LedgerVerifier verifier, long size) =>
        new LedgerCopy(_ => { }).VerifyUpTo(file, verifier, size, Cancel);
}
