using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Approvals;
using ChatApprovals.Desk;
using ChatApprovals.Export;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Admin;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Export;

/// <summary>Whoever knows the first key of a ledger follows from it to the last, and to no other.</summary>
public sealed class RotatedBundleTests
{
    [Fact]
    public async Task A_bundle_verifies_for_who_knows_any_key_and_any_checkpoint()
    {
        await using var desk = await KeyDesks.OpenAsync();
        List<string> notes = [desk.Store.Head()!.Checkpoint];
        await EraseDesk.RunOneAsync(desk);
        foreach (var purpose in (string[])["ledger", "receipt", "grant", "ledger", "grant"])
        {
            await KeyDesks.RotateAsync(desk, purpose);
            notes.Add(desk.Store.Head()!.Checkpoint);
            await EraseDesk.RunOneAsync(desk, $"CHG-{notes.Count}");
        }

        var files = await KeyDesks.BundleAsync(desk);
        Assert.Equal(6, files.Keys.Count(n => n.EndsWith(".vkey", StringComparison.Ordinal)));
        foreach (var vkey in desk.Cabinet.Public.Notes.Select(n => n.ToString()))
        {
            foreach (var note in notes)
            {
                var found = KeyDesks.Verify(files, note, vkey);
                Assert.Equal(desk.Cabinet.Public.Vkey, found.Vkey);
            }
        }
    }

    /// <summary>A key that leaked is replaced; whoever has it signs views and receipts as if it were in use.</summary>
    [Fact]
    public async Task Only_the_receipt_key_in_use_at_the_checkpoint_seals_a_bundle_and_its_receipts()
    {
        await using var desk = await KeyDesks.OpenAsync();
        var leaked = desk.Receipts.Key;
        var request = await EraseDesk.RunOneAsync(desk);
        await KeyDesks.RotateAsync(desk, "receipt");
        var files = await KeyDesks.BundleAsync(desk);
        files["transcript.html"] = "all is well"u8.ToArray();
        foreach (var key in (SigningKey[])[leaked, .. desk.Cabinet.Tokens.All])
        {
            var wrong = Record.Exception(() =>
                KeyDesks.Verify(BundleVerifierTests.Sealed(files, key))
            );
            Assert.Equal(ReferenceEquals(key, desk.Receipts.Key), wrong is null);
            Assert.True(
                wrong?.Message.Contains("not the receipt key in use", StringComparison.Ordinal)
                    ?? true,
                wrong?.Message
            );
        }

        var name = $"receipts/{request.Id}.jws";
        var token = JwsToken.Parse(ExportDesk.Text(files[name]))!;
        files[name] = Encoding.ASCII.GetBytes(
            leaked.Sign("approval-receipt+jwt", token.PayloadBytes.Span)
        );
        var older = Assert.Throws<FormatException>(() =>
            KeyDesks.Verify(BundleVerifierTests.Sealed(files, desk.Receipts.Key))
        );
        Assert.Contains("not the receipt key in use", older.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_are_replaced_while_a_bundle_is_written_change_nothing_in_it()
    {
        await using var desk = await KeyDesks.OpenAsync();
        await EraseDesk.RunOneAsync(desk);
        var span = ExportDesk.Span(desk);
        using var zip = new MemoryStream();
        await using (
            var output = new FirstWrite(
                zip,
                async () =>
                {
                    foreach (var purpose in (string[])["receipt", "ledger"])
                    {
                        await KeyDesks.RotateAsync(desk, purpose);
                    }
                }
            )
        )
        {
            var bundle = new Bundle(span, desk.Receipts, desk.Cabinet.Public);
            await bundle.WriteAsync(output, Make.Noon, TestDesk.Cancel);
        }

        Assert.Equal(
            span.Head.Size,
            KeyDesks.Verify(ExportDesk.Files(zip.ToArray())).Checkpoint.Size
        );
        Assert.Throws<IOException>(() => new Bundle(span, desk.Receipts, desk.Cabinet.Public));
    }

    /// <summary>Does something before the first byte, and writes on.</summary>
    private sealed class FirstWrite(Stream to, Func<Task> before) : Stream
    {
        private bool _isBegun;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            if (!_isBegun)
            {
                _isBegun = true;
                await before();
            }

            await to.WriteAsync(buffer, cancellationToken);
        }

        public override void Write(byte[] buffer, int offset, int count) =>
            to.Write(buffer, offset, count);

        public override void Flush() => to.Flush();

        public override int Read(byte[] buffer, int offset, int count) =>
            throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) =>
            throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }

    [Fact]
    public async Task Every_change_of_what_the_keys_say_is_noticed()
    {
        await using var desk = await KeyDesks.OpenAsync();
        var first = desk.Cabinet.Public.Vkey;
        await KeyDesks.RotateAsync(desk, "ledger");
        var files = await KeyDesks.BundleAsync(desk);
        foreach (
            var name in files
                .Keys.Where(n => n.EndsWith(".vkey", StringComparison.Ordinal))
                .ToArray()
        )
        {
            var less = new SortedDictionary<string, byte[]>(files, StringComparer.Ordinal);
            less.Remove(name);
            Assert.Throws<FormatException>(() => KeyDesks.Verify(less));
        }

        var stranger = SigningKey.Of("ledger", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        Assert.Throws<FormatException>(() =>
            KeyDesks.Verify(files, vkey: NoteKey.FromEcdsa("test/ledger", stranger.Key).ToString())
        );
        Assert.Equal(desk.Cabinet.Public.Vkey, KeyDesks.Verify(files, vkey: first).Vkey);
    }

    /// <summary>
    /// The forger has no key of the ledger's: they write the entries from some point on anew, name a key of their own
    /// in one, and sign with it.
    /// </summary>
    [Theory]
    [InlineData("key.rotated", "which did not sign that")]
    [InlineData("key.created", "which the one before did not sign")]
    [InlineData("ledger.heartbeat", "does not know the key")]
    public async Task A_suffix_signed_with_a_key_that_the_one_before_did_not_sign_is_refused(
        string kind,
        string why
    )
    {
        await using var desk = await KeyDesks.OpenAsync();
        await KeyDesks.RotateAsync(desk, "ledger");
        var forger = SigningKey.Of("ledger", ECDsa.Create(ECCurve.NamedCurves.nistP256));
        var vkey = NoteKey.FromEcdsa("test/ledger", forger.Key).ToString();
        var current = desk.Cabinet.KidOf("ledger");
        var entries = EraseDesk.Entries(desk).Select(e => e.Bytes).ToList();
        entries.Add(
            Entry.Write(
                entries.Count,
                Make.Noon.AddYears(1),
                kind,
                kind.StartsWith("key", StringComparison.Ordinal) ? forger.Kid : "",
                json =>
                {
                    json.WriteString("purpose", "ledger");
                    json.WriteString("previous", current);
                    json.WriteString("vkey", vkey);
                    // Their own word that they are the next.
                    json.WriteString(
                        "proof",
                        forger.Sign(
                            "approval-key+jwt",
                            Encoding.UTF8.GetBytes(
                                $$"""{"log":"test/ledger","purpose":"ledger","previous":"{{current}}","kid":"{{forger.Kid}}"}"""
                            )
                        )
                    );
                }
            )
        );
        var wrong = Assert.Throws<FormatException>(() =>
            VerifyForged(desk, entries, c => c.Sign(new NoteSigner(c.Origin, forger.Key)), vkey)
        );
        Assert.Contains(why, wrong.Message, StringComparison.Ordinal);
    }

    /// <summary>What the bot's own verifier says of these entries, signed by whoever.</summary>
    internal static void VerifyForged(
        TestDesk desk,
        List<byte[]> entries,
        Func<Checkpoint, string> sign,
        string vkey
    )
    {
        var tree = new RebuiltTree();
        entries.ForEach(e => tree.Append(e));
        var note = sign(new Checkpoint("test/ledger", tree.Size, tree.Root()));
        var keys = desk.Cabinet.Public.Tokens;
        var files = new SortedDictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["checkpoint"] = Encoding.UTF8.GetBytes(note),
            ["keys/jwks.json"] = Jwks(keys),
        };
        foreach (var known in desk.Cabinet.Public.Notes.Select(n => n.ToString()).Append(vkey))
        {
            files[$"keys/{VkeyText.Kid(known)}.vkey"] = Encoding.UTF8.GetBytes(known + "\n");
        }

        foreach (var tile in Tiles.Bundles(tree.Size))
        {
            files[tile.ToString()] = Tiles.Bundle([
                .. entries
                    .Skip((int)tile.First)
                    .Take(tile.Width)
                    .Select(e => (ReadOnlyMemory<byte>)e),
            ]);
        }

        KeyDesks.Verify(BundleVerifierTests.SealedAs(desk, files, tree.Size));
    }

    private static byte[] Jwks(JwkSet keys)
    {
        using var bytes = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(bytes))
        {
            keys.WriteTo(json);
        }

        return bytes.ToArray();
    }
}
