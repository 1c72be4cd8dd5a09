using System.Text;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Ledger;
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
        const string Commands = """
            set -e
            sha256sum --check --quiet --strict MANIFEST.sha256
            cut -d+ -f3- keys/*.vkey | base64 -d | tail -c +2 | openssl pkey -pubin -inform DER -out ../key.pem
            sed '/^$/,$d' checkpoint > ../text
            tail -n 1 checkpoint | cut -d' ' -f3 | base64 -d | tail -c +5 > ../signature
            openssl dgst -sha256 -verify ../key.pem -signature ../signature ../text
            """;
        var page = await File.ReadAllTextAsync(
            Path.Combine(_root, "b", "VERIFY.md"),
            TestDesk.Cancel
        );
        foreach (
            var line in Commands
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

        Assert.Equal((0, "Verified OK\n"), await ShAsync(Commands));
        await File.AppendAllTextAsync(Path.Combine(_root, "b", "checkpoint"), " ", TestDesk.Cancel);
        Assert.NotEqual(0, (await ShAsync(Commands)).Exit);
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
        var bundle = Path.Combine(_root, "b", "tile", "entries", "000");
        var bytes = await File.ReadAllBytesAsync(bundle, TestDesk.Cancel);
        bytes[^3] ^= 1;
        await File.WriteAllBytesAsync(bundle, bytes, TestDesk.Cancel);
        Assert.Equal(1, (await GoAsync()).Exit);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Task<(int Exit, string Output)> GoAsync() =>
        ShAsync(
            $"GO111MODULE=off GOPATH={GoPath} GOCACHE={_root}/cache go run {SharedData.InRepository("tests/go/rebuild.go")} ."
        );

    private Task<(int Exit, string Output)> ShAsync(string commands) =>
        OtherProgram.Run("sh", ["-c", $"cd '{_root}/b'\n{commands}"], null, TestDesk.Cancel);

    private async Task UnpackAsync(TestDesk desk)
    {
        foreach (var (name, bytes) in ExportDesk.Files(await ExportDesk.ZipAsync(desk)))
        {
            var path = Path.Combine(_root, "b", name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllBytesAsync(path, bytes, TestDesk.Cancel);
        }
    }
}
