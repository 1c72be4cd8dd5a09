using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Ledger;

/// <summary>FORMAT.md shows real bytes, and a verifier written from it in another language agrees with ours.</summary>
public sealed partial class FormatTests
{
    private readonly string _page = File.ReadAllText(
        SharedData.InRepository("bot/Ledger/FORMAT.md")
    );

    [Fact]
    public void The_pages_example_is_a_sound_ledger()
    {
        Assert.True(NoteKey.TryParse(Block("vkey").TrimEnd('\n'), out var key));
        var verdict = LedgerVerifier.Verify(Block("checkpoint"), [key], Entries(), null);
        Assert.Equal(2, Assert.IsType<LedgerVerdict.Sound>(verdict).Checkpoint.Size);
        var proof = TlogProof.Parse(Block("tlog-proof"));
        Assert.Equal(2, proof.Verify(Entries()[1].Span, [key]).Size);
    }

    [Fact]
    public void The_pages_ed25519_line_is_of_its_key_and_one_of_ours_to_the_bit()
    {
        Assert.True(NoteKey.TryParse(Block("vkey-of-line").TrimEnd('\n'), out var key));
        var note = Block("checkpoint") + Block("line");
        Assert.Equal(2, Checkpoint.Open(note, [key]).Size);
        Assert.SkipUnless(Ed25519Key.IsSupported, "libcrypto has no Ed25519");
        using var own = Ed25519Key.FromSeed(
            Convert.FromHexString(
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
            )
        );
        var signed = Checkpoint.Open(note, [key]).Sign(new NoteSigner(key.Name, own));
        Assert.EndsWith("\n\n" + Block("line"), signed, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pages_hashes_are_those_of_its_entries()
    {
        var tree = new RebuiltTree();
        foreach (var entry in Entries())
            tree.Append(entry.Span);
        var hashes = tree.Read(0, 0, 2).Append(tree.Root()).Select(Convert.ToHexStringLower);
        Assert.Equal(Block("hex"), string.Join('\n', hashes) + "\n");
    }

    [Fact]
    public void Our_writer_writes_the_pages_entries()
    {
        var at = new DateTimeOffset(2026, 11, 20, 9, 48, 40, 123, TimeSpan.Zero);
        var first = Entry.Write(
            0,
            at,
            EntryKinds.KeyCreated,
            "",
            json =>
            {
                json.WriteString("use", "checkpoint");
                json.WriteString("by", "Zoë <root>");
            }
        );
        var second = Entry.Write(1, at.AddSeconds(7), EntryKinds.LedgerHeartbeat, "", _ => { });
        Assert.Equal(
            Block("json"),
            Encoding.UTF8.GetString([.. first, (byte)'\n', .. second, (byte)'\n'])
        );
    }

    [Fact]
    public void The_pages_receipt_and_seal_are_signed_by_its_key_and_say_what_stands_there()
    {
        var keys = JwkSet.Parse(Encoding.UTF8.GetBytes(Block("jwks").TrimEnd('\n')))!;
        foreach (
            var (name, typ) in new[]
            {
                ("receipt", "approval-receipt+jwt"),
                ("seal", "approval-export+jwt"),
            }
        )
        {
            var token = JwsToken.Parse(Block(name).TrimEnd('\n'))!;
            var pin = new JwsPin(JwsAlgorithm.ES256, typ);
            Assert.True(Jws.Verify(token, keys.Find(token.Kid!)!, pin));
            Assert.Equal(
                Block(name + "-claims").TrimEnd('\n'),
                Encoding.UTF8.GetString(token.PayloadBytes.Span)
            );
        }

        var claims = JsonElement.Parse(Block("receipt-claims"));
        var leaf = MerkleTree.LeafHash(Entries()[1].Span);
        Assert.Equal(
            "evt_" + Base64UrlText.Encode(leaf.AsSpan(..16)),
            claims.GetProperty("jti").GetString()
        );
        Assert.Equal(
            Base64UrlText.Encode(leaf),
            claims.GetProperty("entry").GetProperty("leaf_hash").GetString()
        );
    }

    [Fact]
    public void The_page_names_every_kind_and_every_member_that_an_entry_has()
    {
        var table = _page[_page.IndexOf("## Members of each kind", StringComparison.Ordinal)..];
        Assert.All(
            EntryKinds.All.Where(k => !k.StartsWith("request.", StringComparison.Ordinal)),
            kind => Assert.Contains($"`{kind}`", table, StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task A_verifier_written_from_the_page_for_node_accepts_the_example()
    {
        var (exit, output) = await Node(
            Block("vkey").TrimEnd('\n'),
            Block("checkpoint"),
            Entries()
        );
        Assert.Equal((0, "OK\n"), (exit, output));
    }

    [Fact]
    public async Task A_verifier_written_from_the_page_for_node_agrees_on_a_larger_ledger_and_on_its_forgery()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var tree = new RebuiltTree();
        var entries = new List<ReadOnlyMemory<byte>>();
        for (var seq = 0; seq < 517; seq++)
        {
            entries.Add(
                Entry.Write(
                    seq,
                    DateTimeOffset.UnixEpoch,
                    EntryKinds.GrantConsumed,
                    "apr_1",
                    json => json.WriteString("guard", "iam 😀\u202e")
                )
            );
            tree.Append(entries[seq].Span);
        }
        var vkey = NoteKey.FromEcdsa("a.example/ledger", key).ToString();
        var note = new Checkpoint("a.example/ledger", 517, tree.Root()).Sign(
            key,
            "a.example/ledger"
        );
        Assert.Equal((0, "OK\n"), await Node(vkey, note, entries));
        var forged = entries[400].ToArray();
        forged[^3] ^= 1;
        entries[400] = forged;
        Assert.Equal((1, "root\n"), await Node(vkey, note, entries));
    }

    private static Task<(int Exit, string Output)> Node(
        string vkey,
        string checkpoint,
        IEnumerable<ReadOnlyMemory<byte>> entries
    ) =>
        OtherProgram.Run(
            "node",
            [SharedData.InRepository("tests/Ledger/verify.mjs")],
            JsonSerializer.Serialize(
                new
                {
                    vkey,
                    checkpoint,
                    entries = entries.Select(entry => Convert.ToBase64String(entry.Span)),
                }
            ),
            TestContext.Current.CancellationToken
        );

    private List<ReadOnlyMemory<byte>> Entries() =>
        [
            .. Block("json")
                .TrimEnd('\n')
                .Split('\n')
                .Select(line => new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(line))),
        ];

    private string Block(string language) =>
        Blocks()
            .Matches(_page)
            .Single(block =>
                string.Equals(block.Groups["language"].Value, language, StringComparison.Ordinal)
            )
            .Groups["text"]
            .Value;

    [GeneratedRegex(
        "^```(?<language>[a-z-]+)\n(?<text>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline,
        1000
    )]
    private static partial Regex Blocks();
}
