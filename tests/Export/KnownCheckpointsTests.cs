using System.Security.Cryptography;
using ChatApprovals.Export;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Anchors;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>A checkpoint that was kept elsewhere, against a bundle: cut, rewritten, forked, signed anew.</summary>
public sealed class KnownCheckpointsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("known-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Any_of_several_names_what_is_wrong()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var early = LedgerOnAnchors.Newest(desk).Note;
        await LedgerOnAnchors.GrowAsync(desk, 2);
        var bundle = await ExportDesk.ZipAsync(desk);
        var (size, root) = (LedgerOnAnchors.Newest(desk).Checkpoint.Size, new byte[32]);
        Assert.Null(Fault(bundle, early, LedgerOnAnchors.Newest(desk).Note));
        var cut = Fault(bundle, early, LedgerOnAnchors.Signed(size + 1, root).Note);
        Assert.Contains($"covers {size + 1}: it was cut", cut, StringComparison.Ordinal);
        var fork = Fault(bundle, LedgerOnAnchors.Signed(size, root).Note, early);
        Assert.Contains("of the same", fork, StringComparison.Ordinal);
        Assert.Contains("Keep both", fork, StringComparison.Ordinal);
        var rewritten = Fault(bundle, early, LedgerOnAnchors.Signed(size - 1, root).Note);
        Assert.Contains("history was rewritten", rewritten, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_with_a_witnesss_cosignature_is_one_like_any()
    {
        await using var desk = await ExportDesk.OpenAsync();
        await using var witness = await SmallWitness.StartAsync(Cancel);
        var head = LedgerOnAnchors.Newest(desk);
        var cosigned = head.Note + await witness.CosignAsync(head.Checkpoint.Format(), Cancel);
        await LedgerOnAnchors.GrowAsync(desk);
        Assert.Null(Fault(await ExportDesk.ZipAsync(desk), cosigned));
    }

    [Fact]
    public async Task A_ledger_that_was_signed_anew_with_another_key_does_not_go_on_from_it()
    {
        await using var desk = await ExportDesk.OpenAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var known = LedgerOnAnchors.Newest(desk).Checkpoint.Sign(key, TestDesk.Vkey.Name);
        var fault = Fault(await ExportDesk.ZipAsync(desk), known);
        Assert.Contains(
            "was not signed by the key of this bundle",
            fault,
            StringComparison.Ordinal
        );
        Assert.Contains("signed anew with another key", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_directory_those_of_the_ledger_count_and_there_must_be_one()
    {
        await using var desk = await ExportDesk.OpenAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var other = new Checkpoint("other/ledger", 900, new byte[32]).Sign(key, "other/ledger");
        await PutAsync("a", other);
        await PutAsync("b", other);
        var bundle = await ExportDesk.ZipAsync(desk);
        Assert.Contains(
            "None of the known checkpoints is of test/ledger",
            Fault(bundle, [.. KnownCheckpoints.Read(_directory)]),
            StringComparison.Ordinal
        );
        await PutAsync("c", LedgerOnAnchors.Newest(desk).Note);
        Assert.Null(Fault(bundle, [.. KnownCheckpoints.Read(_directory)]));
        await PutAsync("d", LedgerOnAnchors.Signed(901, new byte[32]).Note);
        var fault = Fault(bundle, [.. KnownCheckpoints.Read(_directory)]);
        Assert.Contains("it was cut", fault, StringComparison.Ordinal);
        Assert.Contains("is of other/ledger", Fault(bundle, other), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_checkpoint_and_an_empty_directory_are_said()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var fault = Fault(await ExportDesk.ZipAsync(desk), "nothing");
        Assert.StartsWith("The known checkpoint: ", fault, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => KnownCheckpoints.Read(_directory));
    }

    private Task PutAsync(string name, string note) =>
        File.WriteAllTextAsync(Path.Combine(_directory, name + ".checkpoint"), note, Cancel);

    private static string? Fault(byte[] bundle, params string[] known)
    {
        try
        {
            using var zip = new MemoryStream(bundle);
            new BundleVerifier(BundleFiles.OfZip(zip), null, TestDesk.Vkey.ToString())
            {
                MoreKnown = known,
            }.Verify();
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }
}
