using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>The bundle, unpacked, judged by programs that are not ours and share no line with us.</summary>
public sealed class OtherVerifiersTests : IDisposable
{
    private const string GoPath = "/usr/share/gocode";

    private readonly string _root = Directory.CreateTempSubdirectory("bundle-").FullName;

    [Fact]
    public async Task Openssl_and_sha256sum_by_the_commands_of_the_bundles_own_page()
    {
        await using var desk = await ExportDesk.OpenAsync();
        await UnpackAsync(desk);
        var commands = $$"""
            set -e
            sha256sum --check --quiet --strict MANIFEST.sha256
            cut -d+ -f3- keys/{{desk.Cabinet.KidOf(
                "ledger"
            )}}.vkey | base64 -d | tail -c +2 | openssl pkey -pubin -inform DER -out ../key.pem
            sed '/^$/,$d' checkpoint > ../text
            sed '1,/^$/d' checkpoint | head -n 1 | cut -d' ' -f3 | base64 -d | tail -c +5 > ../signature
            openssl dgst -sha256 -verify ../key.pem -signature ../signature ../text
            """;
        var page = await File.ReadAllTextAsync(
            Path.Combine(_root, "b", "VERIFY.md"),
            TestDesk.Cancel
        );
        foreach (
            var line in commands
                .Split('\n')
                .Where(l => l.StartsWith("openssl", StringComparison.Ordinal))
        )
        {
            Assert.Contains(
                line.Replace("../", "", StringComparison.Ordinal),
                page,
                StringComparison.Ordinal
            );
        }

        Assert.Equal((0, "Verified OK\n"), await ShAsync(commands));
        await File.AppendAllTextAsync(Path.Combine(_root, "b", "checkpoint"), " ", TestDesk.Cancel);
        Assert.NotEqual(0, (await ShAsync(commands)).Exit);
    }

    /// <summary>With three keys of the ledger, and contents that were erased.</summary>
    [Fact]
    public async Task Openssl_takes_each_keys_word_for_the_next_and_the_checkpoint_of_the_last()
    {
        await using var desk = await KeyDesks.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        await KeyDesks.RotateAsync(desk, "ledger");
        await EraseDesk.EraseAsync(desk, request.Id.ToString());
        await KeyDesks.RotateAsync(desk, "ledger");
        await UnpackAsync(await KeyDesks.BundleAsync(desk));
        await File.WriteAllTextAsync(
            Path.Combine(_root, "follow.sh"),
            """
            set -e
            pem() { cut -d+ -f3- "keys/$1.vkey" | base64 -d | tail -c +2 | openssl pkey -pubin -inform DER -out "$2"; }
            bytes() { printf '%s==' "$1" | tr '_-' '/+' | base64 -d 2>/dev/null || true; }
            grep '"kind":"key.rotated".*"purpose":"ledger"' events.jsonl | while read -r entry; do
              proof=$(printf '%s' "$entry" | sed 's/.*"proof":"\([^"]*\)".*/\1/')
              previous=$(printf '%s' "$entry" | sed 's/.*"previous":"\([^"]*\)".*/\1/')
              kid=$(printf '%s' "$entry" | sed 's/.*"txn":"\([^"]*\)".*/\1/')
              pem "$previous" ../previous.pem
              printf '%s' "${proof%.*}" > ../input
              raw=$(bytes "${proof##*.}" | od -An -v -tx1 | tr -d ' \n')
              printf 'asn1=SEQUENCE:s\n[s]\nr=INTEGER:0x%.64s\nt=INTEGER:0x%s\n' "$raw" "$(printf '%s' "$raw" | tail -c 64)" > ../der.cnf
              openssl asn1parse -genconf ../der.cnf -noout -out ../der
              openssl dgst -sha256 -verify ../previous.pem -signature ../der ../input
              bytes "$(printf '%s' "$proof" | cut -d. -f2)" | grep -q "\"kid\":\"$kid\""
              printf '%s' "$kid" > ../last
            done
            pem "$(cat ../last)" ../last.pem
            sed '/^$/,$d' checkpoint > ../text
            sed '1,/^$/d' checkpoint | head -n 1 | cut -d' ' -f3 | base64 -d | tail -c +5 > ../signature
            openssl dgst -sha256 -verify ../last.pem -signature ../signature ../text
            """,
            TestDesk.Cancel
        );
        Assert.Equal(
            (0, "Verified OK\nVerified OK\nVerified OK\n"),
            await ShAsync("sh ../follow.sh")
        );
    }

    [Fact]
    public async Task Openssl_takes_the_second_line_by_the_commands_of_the_bundles_own_page()
    {
        await using var desk = await KeyDesks.OpenAsync();
        await KeyDesks.RotateAsync(desk, "ledger");
        await UnpackAsync(await KeyDesks.BundleAsync(desk));
        var page = await File.ReadAllTextAsync(
            Path.Combine(_root, "b", "VERIFY.md"),
            TestDesk.Cancel
        );
        var section = page.Split("second line, with openssl or Go")[1].Split("\n## ")[0];
        var commands = section
            .Split('\n')
            .Where(l => l.StartsWith("    ", StringComparison.Ordinal))
            .Prepend("sed '/^$/,$d' checkpoint > text")
            .Prepend("set -e");
        var script = string.Join('\n', commands.Select(c => c.Trim()));
        Assert.Equal((0, "Signature Verified Successfully\n"), await ShAsync(script));
        var note = Path.Combine(_root, "b", "checkpoint");
        var text = await File.ReadAllTextAsync(note, TestDesk.Cancel);
        await File.WriteAllTextAsync(note, "x" + text, TestDesk.Cancel);
        Assert.NotEqual(0, (await ShAsync(script)).Exit);
    }

    /// <summary>Nothing of ours is told to Go but the first key: it opens what that key signed, and so gets the next.</summary>
    [Fact]
    public async Task Gos_own_note_reader_follows_the_second_line_through_two_rotations()
    {
        SharedData.SkipUnless(
            Directory.Exists($"{GoPath}/src/golang.org/x/mod/sumdb/note"),
            "golang-golang-x-mod-dev is not installed"
        );
        await using var desk = await KeyDesks.OpenAsync();
        var first = desk.Cabinet.Public.Line!;
        await KeyDesks.RotateAsync(desk, "ledger");
        await KeyDesks.RotateAsync(desk, "ledger");
        await UnpackAsync(await KeyDesks.BundleAsync(desk));
        var (exit, said) = await GoAsync("follow.go", $". '{first}'");
        Assert.Equal((0, $"OK {desk.Cabinet.Public.Line}\n"), (exit, said));
        var other = desk.Cabinet.Public.Lines[1];
        Assert.NotEqual(0, (await GoAsync("follow.go", $". '{first[..^4]}{other[^4..]}'")).Exit);
    }

    [Fact]
    public async Task Go_rebuilds_a_ledger_of_several_keys_with_erased_contents()
    {
        SharedData.SkipUnless(
            Directory.Exists($"{GoPath}/src/golang.org/x/mod/sumdb/tlog"),
            "golang-golang-x-mod-dev is not installed"
        );
        await using var desk = await KeyDesks.OpenAsync();
        var request = await EraseDesk.RunOneAsync(desk);
        await KeyDesks.RotateAsync(desk, "ledger");
        await EraseDesk.EraseAsync(desk, request.Id.ToString());
        await UnpackAsync(await KeyDesks.BundleAsync(desk));
        var (exit, said) = await GoAsync();
        Assert.Equal(0, exit);
        Assert.StartsWith(
            $"OK {desk.Store.Head()!.Size} entries, ",
            said,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Npm_jose_takes_every_receipt_and_the_manifests_signature()
    {
        SharedData.SkipUnless(
            Directory.Exists(SharedData.InRepository("tests/node/node_modules/jose")),
            "npm ci was not run in tests/node"
        );
        await using var desk = await ExportDesk.OpenAsync();
        var files = ExportDesk.Files(await ExportDesk.ZipAsync(desk));
        var entries = desk.Store.Entries(0, 1_000);
        var ends = files.Keys.Where(n => n.StartsWith("receipts/", StringComparison.Ordinal));
        foreach (var name in ends)
        {
            var txn = Path.GetFileNameWithoutExtension(name);
            var input = new
            {
                receipt = ExportDesk.Text(files[name]),
                proof = ExportDesk.Text(files[$"proofs/{txn}.tlog-proof"]),
                issuer = "https://bot.test",
                entry = Convert.ToBase64String(
                    entries
                        .Single(e =>
                            string.Equals(e.Txn, txn, StringComparison.Ordinal)
                            && EntryKinds.IsEnd(e.Kind)
                        )
                        .Bytes
                ),
                vkey = TestDesk.Vkey.ToString(),
                jwks = JsonElement.Parse(files["keys/jwks.json"]),
            };
            var (exit, _) = await OtherProgram.Run(
                "node",
                [SharedData.InRepository("tests/node/check-receipt.mjs")],
                JsonSerializer.Serialize(input),
                TestDesk.Cancel
            );
            Assert.Equal(0, exit);
        }
    }

    [Fact]
    public async Task Gos_transparency_log_rebuilds_the_tree_and_takes_every_proof()
    {
        SharedData.SkipUnless(
            Directory.Exists($"{GoPath}/src/golang.org/x/mod/sumdb/tlog"),
            "golang-golang-x-mod-dev is not installed"
        );
        await using var desk = await ExportDesk.OpenAsync();
        for (var i = 0; i < 300; i++)
        {
            await ExportDesk.RecordAsync(desk, new Fact.Heartbeat());
        }

        await UnpackAsync(desk);
        var size = desk.Store.Head()!.Size;
        Assert.Equal((0, $"OK {size} entries, 3 proofs\n"), await GoAsync());
        // The attack of CVE-2026-56865: the entry is forged, and its hash in the tile with it.
        var tiles = Path.Combine(_root, "b", "tile");
        var (bundle, hashes) = (
            Path.Combine(tiles, "entries", "000"),
            Path.Combine(tiles, "0", "000")
        );
        var bytes = await File.ReadAllBytesAsync(bundle, TestDesk.Cancel);
        var digit = bytes.AsSpan().LastIndexOf("Z\",\"kind\""u8) - 1;
        bytes[digit] = bytes[digit] == '7' ? (byte)'8' : (byte)'7';
        await File.WriteAllBytesAsync(bundle, bytes, TestDesk.Cancel);
        var leaves = await File.ReadAllBytesAsync(hashes, TestDesk.Cancel);
        var forged = Tiles.Unbundle(bytes, MerkleTree.TileWidth)[^1];
        MerkleTree.LeafHash(forged.Span).CopyTo(leaves.AsSpan()[^32..]);
        await File.WriteAllBytesAsync(hashes, leaves, TestDesk.Cancel);
        var (exit, why) = await GoAsync();
        Assert.NotEqual(0, exit);
        Assert.Contains(
            "the entries are not those that were signed",
            why,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Task<(int Exit, string Output)> GoAsync(
        string file = "rebuild.go",
        string arguments = "."
    ) =>
        ShAsync(
            $"GO111MODULE=off GOPATH={GoPath} GOCACHE={_root}/cache go run {SharedData.InRepository("tests/go/" + file)} {arguments}"
        );

    private Task<(int Exit, string Output)> ShAsync(string commands) =>
        OtherProgram.Run("sh", ["-c", $"cd '{_root}/b'\n{commands}"], null, TestDesk.Cancel);

    private async Task UnpackAsync(TestDesk desk) =>
        await UnpackAsync(ExportDesk.Files(await ExportDesk.ZipAsync(desk)));

    private async Task UnpackAsync(SortedDictionary<string, byte[]> files)
    {
        foreach (var (name, bytes) in files)
        {
            var path = Path.Combine(_root, "b", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, bytes, TestDesk.Cancel);
        }
    }
}
