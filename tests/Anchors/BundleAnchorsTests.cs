using System.Text;
using System.Text.Json;
using ChatApprovals.Export;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Export;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Anchors;

/// <summary>What anchors answered, in a bundle: there, held against the tree, and by other programs than ours.</summary>
public sealed class BundleAnchorsTests : IAsyncLifetime
{
    private AnchoredLedger _ledger = null!;
    private SortedDictionary<string, byte[]> _files = null!;
    private long _first;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _ledger = await AnchoredLedger.StartAsync(Cancel);
        _first = LedgerOnAnchors.Newest(_ledger.Desk).Checkpoint.Size;
        await LedgerOnAnchors.GrowAsync(_ledger.Desk, 2);
        await _ledger.AnchorAsync();
        await LedgerOnAnchors.GrowAsync(_ledger.Desk);
        _files = ExportDesk.Files(await ExportDesk.ZipAsync(_ledger.Desk));
    }

    public async ValueTask DisposeAsync()
    {
        if (_ledger is not null)
        {
            await _ledger.DisposeAsync();
        }
    }

    [Fact]
    public void Every_answer_is_there_listed_and_said_with_its_time_and_who_vouches()
    {
        var names = _files
            .Keys.Where(n => n.StartsWith("anchors/", StringComparison.Ordinal))
            .ToArray();
        Assert.Equal(2 * (1 + 2 + 2 + 1), names.Length);
        var manifest = ExportDesk.Text(_files["MANIFEST.sha256"]);
        Assert.All(names, n => Assert.Contains(n, manifest, StringComparison.Ordinal));
        var found = Verified(_files, new AnchorTrust([_ledger.Witness.Key], _ledger.Roots)).Anchors;
        Assert.Equal(
            "directory slack:C7 timestamp witness",
            string.Join(' ', found.Select(a => a.Anchor))
        );
        Assert.All(found, a => Assert.Equal((2, _first + 2), (a.Count, a.Size)));
        Assert.All(found, a => Assert.Equal(a.Anchor is "timestamp" or "witness", a.IsTrusted));
        Assert.All(found, a => Assert.Equal(a.IsTrusted, a.At is not null));
    }

    [Fact]
    public void Without_what_the_auditor_knows_nobody_is_trusted_and_all_is_sound()
    {
        var found = Verified(_files, AnchorTrust.None).Anchors;
        Assert.All(found, a => Assert.False(a.IsTrusted));
    }

    [Fact]
    public void Where_the_message_is_is_said()
    {
        var name = _files.Keys.First(n =>
            n.EndsWith(".json", StringComparison.Ordinal)
            && n.StartsWith("anchors/", StringComparison.Ordinal)
        );
        Assert.Equal($"anchors/slack%3AC7/{_first:D12}.json", name);
        var says = JsonElement.Parse(_files[name]);
        Assert.Equal("n1", says.GetProperty("message").GetString());
        Assert.Contains(
            LedgerOnAnchors.Newest(_ledger.Desk).Checkpoint.Origin,
            _ledger.Desk.Wall.Noted.First().Text,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Another_witness_and_another_authority_than_the_auditor_knows_are_named()
    {
        await using var witness = await SmallWitness.StartAsync(Cancel);
        Assert.Contains(
            "has no cosignature of witness.test/w1",
            Fault(_files, new AnchorTrust([witness.Key], null)),
            StringComparison.Ordinal
        );
        await using var authority = await TimeStampServer.StartAsync("timeStamping", Cancel);
        var roots = new System.Security.Cryptography.X509Certificates.X509Certificate2Collection();
        roots.ImportFromPemFile(authority.Root);
        Assert.Contains(
            "of an authority that you do not know",
            Fault(_files, new AnchorTrust([], roots)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Who_names_a_witness_or_an_authority_is_not_content_with_a_bundle_without_their_word()
    {
        var files = new SortedDictionary<string, byte[]>(_files, StringComparer.Ordinal);
        foreach (
            var name in _files.Keys.Where(n => n.StartsWith("anchors/", StringComparison.Ordinal))
        )
        {
            files.Remove(name);
        }

        files = BundleVerifierTests.Sealed(files);
        Assert.Null(Fault(files, AnchorTrust.None));
        Assert.Contains(
            "no cosignature of witness.test/w1 on any checkpoint",
            Fault(files, new AnchorTrust([_ledger.Witness.Key], null)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no time stamp of an authority that you know",
            Fault(files, new AnchorTrust([], _ledger.Roots)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Swapped_answers_missing_ones_and_checkpoints_of_another_ledger_are_named()
    {
        Assert.Contains(
            "of another size",
            Changed(".checkpoint", "witness", Swap),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "other bytes",
            Changed(".tsr", "timestamp", Swap),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "another message",
            Changed(".json", "slack%3AC7", Swap),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "is missing",
            Changed(".tsr", "timestamp", (files, one, _) => files.Remove(one)),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "does not belong",
            Changed(".tsr", "timestamp", (files, one, _) => files[one + "x"] = files[one]),
            StringComparison.Ordinal
        );
        var other = Encoding.UTF8.GetBytes(LedgerOnAnchors.Signed(_first, new byte[32]).Note);
        Assert.Contains(
            "the ledger was rewritten",
            Changed(".checkpoint", "directory", (files, one, _) => files[one] = other),
            StringComparison.Ordinal
        );
        var later = Encoding.UTF8.GetBytes(LedgerOnAnchors.Signed(900, new byte[32]).Note);
        Assert.Contains(
            "is of 900 entries, and the ledger ends at",
            Changed(
                ".checkpoint",
                "directory",
                (files, _, _) => files["anchors/directory/000000000900.checkpoint"] = later
            ),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("slack%3AC7")]
    [InlineData("directory")]
    [InlineData("timestamp")]
    [InlineData("witness")]
    public void Every_one_byte_change_of_an_anchors_checkpoint_is_noticed_though_the_manifest_fits(
        string anchor
    )
    {
        var name = $"anchors/{anchor}/{_first:D12}.checkpoint";
        var whole = _files[name];
        var trust = new AnchorTrust([_ledger.Witness.Key], _ledger.Roots);
        for (var at = 0; at < whole.Length; at += 3)
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            _files[name] = changed;
            Assert.True(
                Fault(BundleVerifierTests.Sealed(_files), trust) is not null,
                $"{name} byte {at}"
            );
        }
    }

    /// <summary>The commands of the bundle's own page, with the authority's root and the witness's key from their operators.</summary>
    [Fact]
    public async Task Openssl_verifies_stamp_and_cosignature_by_the_commands_of_the_page()
    {
        var root = Directory.CreateTempSubdirectory("bundle-").FullName;
        try
        {
            foreach (var (name, bytes) in _files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, name))!);
                await File.WriteAllBytesAsync(Path.Combine(root, name), bytes, Cancel);
            }

            File.Copy(_ledger.Authority.Root, Path.Combine(root, "ROOT.pem"));
            await File.WriteAllTextAsync(
                Path.Combine(root, "WITNESS.vkey"),
                _ledger.Witness.Key + "\n",
                Cancel
            );
            var commands = Commands(ExportDesk.Text(_files["VERIFY.md"]))
                .Replace("SIZE", $"{_first:D12}", StringComparison.Ordinal);
            Assert.Equal(8, commands.Split('\n').Length);
            var (exit, output) = await ShAsync(root, commands);
            Assert.Contains("Time stamp:", output, StringComparison.Ordinal);
            Assert.Contains("Signature Verified Successfully", output, StringComparison.Ordinal);
            Assert.Equal(0, exit);
            var changed = $"sed -i s/test.ledger/text.ledger/ anchors/*/*.checkpoint\n{commands}";
            Assert.NotEqual(0, (await ShAsync(root, changed)).Exit);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    private static string Commands(string page) =>
        string.Join(
            '\n',
            page[page.IndexOf("## The anchors", StringComparison.Ordinal)..]
                .Split('\n')
                .Where(l => l.StartsWith("      ", StringComparison.Ordinal))
                .Select(l => l.Trim())
        );

    private static Task<(int Exit, string Output)> ShAsync(string root, string commands) =>
        OtherProgram.Run(
            "sh",
            ["-c", $"set -e\ncd \"$0\"\n{commands}", root],
            input: null,
            TestContext.Current.CancellationToken
        );

    private static void Swap(SortedDictionary<string, byte[]> files, string one, string two) =>
        (files[one], files[two]) = (files[two], files[one]);

    private string? Changed(
        string ending,
        string anchor,
        Action<SortedDictionary<string, byte[]>, string, string> change
    )
    {
        var files = new SortedDictionary<string, byte[]>(_files, StringComparer.Ordinal);
        var (one, two) = (
            $"anchors/{anchor}/{_first:D12}{ending}",
            $"anchors/{anchor}/{_first + 2:D12}{ending}"
        );
        change(files, one, two);
        return Fault(BundleVerifierTests.Sealed(files), AnchorTrust.None);
    }

    private static BundleFound Verified(
        SortedDictionary<string, byte[]> files,
        AnchorTrust trust
    ) =>
        new BundleVerifier(
            new BundleFiles(
                files.Keys.ToHashSet(StringComparer.Ordinal),
                name => new MemoryStream(files[name])
            ),
            knownNote: null,
            TestDesk.Vkey.ToString()
        )
        {
            Trust = trust,
        }.Verify();

    private static string? Fault(SortedDictionary<string, byte[]> files, AnchorTrust trust)
    {
        try
        {
            Verified(files, trust);
            return null;
        }
        catch (FormatException wrong)
        {
            return wrong.Message;
        }
    }
}
