using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Export;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>What an auditor's verifier accepts, and what it says of everything else.</summary>
public sealed class BundleVerifierTests
{
    /// <summary>To verify waits for threads of the pool: without a bound, the loop takes all that other tests need.</summary>
    private static readonly ParallelOptions s_aCoreEach = new()
    {
        MaxDegreeOfParallelism = Environment.ProcessorCount,
    };

    [Fact]
    public async Task A_bundle_is_sound_as_a_zip_and_unpacked_whole_and_in_part()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var zip = await ExportDesk.ZipAsync(desk);
        using var stream = new MemoryStream(zip);
        var found = new BundleVerifier(
            BundleFiles.OfZip(stream),
            null,
            TestDesk.Vkey.ToString()
        ).Verify();
        Assert.Equal(desk.Store.Head()!.Size, found.Checkpoint.Size);
        Assert.Equal(3, found.Receipts);
        Assert.Null(Fault(ExportDesk.Files(zip)));
        var span = ExportDesk.Span(desk);
        for (var from = 0L; from <= span.To; from++)
        {
            foreach (var to in new[] { span.To, Math.Max(from, span.To - 4) })
            {
                var part = await ExportDesk.ZipAsync(desk, span with { From = from, To = to });
                Assert.Null(Fault(ExportDesk.Files(part)));
            }
        }
    }

    [Fact]
    public async Task Every_one_byte_change_of_the_file_is_noticed()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var zip = await ExportDesk.ZipAsync(desk);
        for (var at = 0; at < zip.Length; at++)
        {
            zip[at] ^= 1;
            using var stream = new MemoryStream(zip);
            Assert.Throws<FormatException>(() => BundleFiles.OfZip(stream));
            zip[at] ^= 1;
        }
    }

    /// <summary>
    /// The forger makes the manifest fit again, and could only not sign it; here its signature is taken for good, so
    /// that each file must stand for itself. Every byte of every file that proves something, each time another bit of it.
    /// </summary>
    [Fact]
    public async Task Every_one_byte_change_of_evidence_is_noticed_though_the_manifest_fits()
    {
        var files = await SmallAsync();
        Assert.Null(Fault(Sealed(files)));
        string[] kinds =
        [
            "checkpoint",
            "tile/",
            "receipts/",
            "proofs/",
            "content/",
            "keys/",
            "events.jsonl",
        ];
        Assert.All(kinds, kind => Assert.Contains(files.Keys, n => IsOf(n, kind)));
        Parallel.ForEach(
            from name in files.Keys
            where kinds.Any(k => IsOf(name, k))
            from at in Enumerable.Range(0, files[name].Length)
            select (name, at),
            s_aCoreEach,
            change =>
            {
                var changed = new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal)
                {
                    [change.name] = [.. files[change.name]],
                };
                changed[change.name][change.at] ^= (byte)(1 << (change.at % 7));
                Assert.True(Fault(Sealed(changed)) is not null, $"{change.name} byte {change.at}");
            }
        );
    }

    private static bool IsOf(string name, string kind) =>
        name.StartsWith(kind, StringComparison.Ordinal);

    /// <summary>One request, asked and approved.</summary>
    private static async Task<SortedDictionary<string, byte[]>> SmallAsync()
    {
        await using var desk = await TestDesk.OpenAsync();
        await KeyDesks.NameAsync(desk);
        await desk.ClickAsync(await desk.OpenOneAsync("CHG-1"), "BOB");
        return await KeyDesks.BundleAsync(desk);
    }

    [Fact]
    public async Task A_view_that_was_changed_with_its_manifest_is_noticed_by_the_signature()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        var seal = files["MANIFEST.jws"];
        files["transcript.html"] = Encoding.UTF8.GetBytes("all is well");
        Assert.Equal("transcript.html is not the file that the manifest lists.", Fault(files));
        var forged = Sealed(files);
        forged["MANIFEST.jws"] = seal;
        Assert.Equal("MANIFEST.jws is the signature of another manifest.", Fault(forged));
    }

    [Fact]
    public async Task Missing_surplus_and_swapped_files_are_named()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        var receipts = files.Keys.Where(n => n.StartsWith("receipts/", StringComparison.Ordinal));
        var (first, second) = (receipts.First(), receipts.Last());
        var swapped = new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal)
        {
            [first] = files[second],
            [second] = files[first],
        };
        Assert.Matches("^receipts/.* does not say what entry", Fault(Sealed(swapped)));
        foreach (var name in files.Keys.ToArray())
        {
            var less = new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal);
            less.Remove(name);
            Assert.Contains("missing", Fault(less), StringComparison.Ordinal);
        }

        files["receipts/another.jws"] = files[first];
        Assert.Equal("receipts/another.jws is not in the manifest.", Fault(files));
        Assert.Equal("receipts/another.jws does not belong into the bundle.", Fault(Sealed(files)));
    }

    [Fact]
    public async Task A_cut_and_a_rewritten_ledger_are_found_by_the_known_checkpoint()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var old = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        var oldNote = ExportDesk.Text(old["checkpoint"]);
        await desk.OpenOneAsync("CHG-later");
        var now = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        Assert.Null(Fault(now, oldNote));
        Assert.Contains(
            "it was cut",
            Fault(old, ExportDesk.Text(now["checkpoint"])),
            StringComparison.Ordinal
        );
        await using var fork = await ExportDesk.OpenAsync();
        await fork.OpenOneAsync("CHG-fork");
        var other = ExportDesk.Files(await ExportDesk.ZipAsync(fork));
        Assert.Contains("history was rewritten", Fault(other, oldNote), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reordered_ledger_and_a_suffix_signed_with_another_key_are_named()
    {
        await using var desk = await ExportDesk.OpenAsync();
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        var entries = desk.Store.Entries(0, 1_000).Select(e => e.Bytes).ToList();
        var name = files.Keys.Single(n => n.StartsWith("tile/entries/", StringComparison.Ordinal));
        (entries[5], entries[6]) = (entries[6], entries[5]);
        files[name] = Tiles.Bundle([.. entries.Select(e => (ReadOnlyMemory<byte>)e)]);
        Assert.Equal("Entry 5 says that it is 6.", Fault(Sealed(files)));

        (entries[5], entries[6]) = (entries[6], entries[5]);
        entries[^1] = Encoding.UTF8.GetBytes(
            ExportDesk
                .Text(entries[^1])
                .Replace("deploy-bot", "delete-bot", StringComparison.Ordinal)
        );
        Assert.Matches("does not know the key .*signed anew", Fault(SignedAnew(files, entries)));
        Assert.Contains(
            "not the one that you know",
            Fault(SignedAnew(files, entries), vkey: TestDesk.Vkey.ToString()),
            StringComparison.Ordinal
        );
    }

    /// <summary>Another key signs other entries, and everything that can be made to fit fits.</summary>
    private static SortedDictionary<string, byte[]> SignedAnew(
        SortedDictionary<string, byte[]> files,
        List<byte[]> entries
    )
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var tree = new RebuiltTree();
        entries.ForEach(e => tree.Append(e));
        var (origin, size) = (TestDesk.Vkey.Name, entries.Count);
        var forged = new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal);
        forged.Remove(forged.Keys.Single(n => n.EndsWith(".vkey", StringComparison.Ordinal)));
        var vkey = NoteKey.FromEcdsa(origin, key).ToString();
        forged[$"keys/{VkeyText.Kid(vkey)}.vkey"] = Encoding.UTF8.GetBytes(vkey + "\n");
        var note = new Checkpoint(origin, size, tree.Root()).Sign(key, origin);
        forged["checkpoint"] = Encoding.UTF8.GetBytes(note);
        forged[$"tile/entries/000.p/{size}"] = Tiles.Bundle([
            .. entries.Select(e => (ReadOnlyMemory<byte>)e),
        ]);
        forged[$"tile/0/000.p/{size}"] = Tiles.Build(new TilePath(0, 0, size), tree.Read);
        forged["events.jsonl"] = [.. entries.SelectMany(e => e.Append((byte)'\n'))];
        foreach (var end in entries.Select((bytes, seq) => (Head: Entry.Read(bytes), seq)))
        {
            if (EntryKinds.IsEnd(end.Head.Kind))
            {
                var path = MerkleProof.Inclusion(end.seq, size, tree.Read);
                forged[$"proofs/{end.Head.Txn}.tlog-proof"] = Encoding.UTF8.GetBytes(
                    new TlogProof(end.seq, path, note).ToString()
                );
            }
        }

        return Sealed(forged);
    }

    private static string? Fault(
        SortedDictionary<string, byte[]> files,
        string? known = null,
        string? vkey = null
    )
    {
        try
        {
            var bundle = new BundleFiles(
                files.Keys.ToHashSet(StringComparer.Ordinal),
                name => new MemoryStream(files[name])
            );
            new BundleVerifier(bundle, known, vkey).Verify();
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }

    /// <summary>Files that never were a bundle, with a manifest that fits and is signed as if the service had.</summary>
    internal static SortedDictionary<string, byte[]> SealedAs(
        TestDesk desk,
        SortedDictionary<string, byte[]> files,
        long size
    )
    {
        var claims = $$"""{"log":"test/ledger","size":{{size}},"from":0,"to":{{size}}}""";
        files["MANIFEST.jws"] = Encoding.ASCII.GetBytes(
            desk.Receipts.Key.Sign(Bundle.SealTyp, Encoding.UTF8.GetBytes(claims))
        );
        return Sealed(files);
    }

    /// <summary>With a manifest that fits, and signed as if the service had.</summary>
    internal static SortedDictionary<string, byte[]> Sealed(
        SortedDictionary<string, byte[]> files,
        SigningKey? key = null
    )
    {
        var fitting = new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal);
        var lines = files
            .Where(f => !f.Key.StartsWith("MANIFEST", StringComparison.Ordinal))
            .Select(f => $"{Convert.ToHexStringLower(SHA256.HashData(f.Value))}  {f.Key}\n");
        var manifest = Encoding.UTF8.GetBytes(string.Concat(lines));
        var payload = JwsToken.Parse(ExportDesk.Text(files["MANIFEST.jws"]))!.PayloadBytes;
        var claims = System.Text.Json.Nodes.JsonNode.Parse(payload.Span)!;
        claims["manifest_sha256"] = Base64UrlText.Encode(SHA256.HashData(manifest));
        fitting["MANIFEST.sha256"] = manifest;
        fitting["MANIFEST.jws"] = Encoding.ASCII.GetBytes(
            (key ?? TestDesk.ReceiptKey).Sign(
                Bundle.SealTyp,
                Encoding.UTF8.GetBytes(claims.ToJsonString())
            )
        );
        return fitting;
    }
}
