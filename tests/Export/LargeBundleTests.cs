using System.Globalization;
using ChatApprovals.Export;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>The bundle of a ledger with thousands of entries, made once.</summary>
public sealed class LargeBundle : IAsyncLifetime
{
    public string Folder { get; } = System.IO.Directory.CreateTempSubdirectory("large-").FullName;

    public string Vkey { get; private set; } = "";

    /// <summary>What signs its manifest.</summary>
    public SigningKey Key { get; private set; } = null!;

    public string Zip => Path.Combine(Folder, "bundle.zip");

    public async ValueTask InitializeAsync()
    {
        await using var ledger = await LargeLedger.OpenAsync(Folder, CancellationToken.None);
        await ledger.GrowAsync(entries: 4_000, CancellationToken.None);
        (Vkey, Key) = (ledger.Vkey, ledger.ReceiptKey);
        await using var file = File.Create(Zip);
        await ledger.ExportAsync(file, CancellationToken.None);
    }

    public ValueTask DisposeAsync()
    {
        System.IO.Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}

/// <summary>What holds for a small bundle, exhaustively, holds for a large one, by a sample whose seed is fixed.</summary>
public sealed class LargeBundleTests(LargeBundle large) : IClassFixture<LargeBundle>
{
    private const int Seed = 20_261_121;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Zip => large.Zip;

    /// <summary>The heap may not become as large as what is verified: it is a stream, whatever its size.</summary>
    [Fact]
    public async Task It_is_verified_in_less_memory_than_it_has_bytes()
    {
        var files = ExportDesk.Files(await File.ReadAllBytesAsync(Zip, Cancel));
        var bytes = files.Values.Sum(f => (long)f.Length);
        const long Heap = 10 << 20;
        Assert.True(bytes > Heap, $"{bytes} bytes");
        var start = BotRun.Start(large.Folder, "verify", Zip);
        start.Environment["DOTNET_GCHeapHardLimit"] = Heap.ToString(
            "x",
            CultureInfo.InvariantCulture
        );
        using var process = System.Diagnostics.Process.Start(start)!;
        var said = process.StandardOutput.ReadToEndAsync(Cancel);
        var wrong = process.StandardError.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        Assert.True(process.ExitCode == 0, await said + await wrong);
        var receipts = files.Keys.Count(n => n.StartsWith("receipts/", StringComparison.Ordinal));
        Assert.Contains($"{receipts} receipts", await said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_of_any_byte_of_the_file_is_noticed()
    {
        var zip = await File.ReadAllBytesAsync(Zip, Cancel);
        var random = new Random(Seed);
        for (var n = 0; n < 100; n++)
        {
            var (at, bit) = (random.Next(zip.Length), (byte)(1 << random.Next(8)));
            zip[at] ^= bit;
            using var stream = new MemoryStream(zip);
            Assert.Throws<FormatException>(() => BundleFiles.OfZip(stream));
            zip[at] ^= bit;
        }
    }

    [Fact]
    public async Task A_change_of_any_byte_of_the_evidence_is_noticed_by_what_it_is_evidence_of()
    {
        var files = ExportDesk.Files(await File.ReadAllBytesAsync(Zip, Cancel));
        Assert.Contains(files.Keys, n => n.StartsWith("tile/1/", StringComparison.Ordinal));
        var names = files.Keys.Where(IsEvidence).ToArray();
        var random = new Random(Seed);
        for (var n = 0; n < 15; n++)
        {
            var name = names[random.Next(names.Length)];
            var (whole, at) = (files[name], random.Next(files[name].Length));
            files[name] = [.. whole];
            files[name][at] ^= (byte)(1 << random.Next(8));
            Assert.True(Fault(Sealed(files)) is not null, $"{name} byte {at}");
            files[name] = whole;
        }

        Assert.Null(Fault(Sealed(files)));
    }

    private static bool IsEvidence(string name) =>
        name.Split('/')[0]
            is "checkpoint"
                or "tile"
                or "receipts"
                or "proofs"
                or "content"
                or "keys";

    /// <summary>The manifest fits and is signed: each file must stand for itself.</summary>
    private SortedDictionary<string, byte[]> Sealed(SortedDictionary<string, byte[]> files) =>
        BundleVerifierTests.Sealed(files, large.Key);

    private string? Fault(SortedDictionary<string, byte[]> files)
    {
        try
        {
            var bundle = new BundleFiles(
                files.Keys.ToHashSet(StringComparer.Ordinal),
                name => new MemoryStream(files[name])
            );
            new BundleVerifier(bundle, knownNote: null, large.Vkey).Verify();
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }
}
