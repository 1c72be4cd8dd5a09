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

/// <summary>The second, Ed25519 line of checkpoints: for who knows nothing else, and never instead of the first.</summary>
public sealed class LineTests
{
    [Fact]
    public async Task Each_checkpoint_from_the_keys_entry_on_opens_with_either_key_alone()
    {
        await using var desk = await KeyDesks.OpenAsync();
        foreach (var change in (string[])["CHG-1", "CHG-2"])
        {
            await desk.OpenOneAsync(change);
            var head = desk.Store.Head()!;
            foreach (var key in desk.Cabinet.Public.Notes)
            {
                Assert.Equal(head.Size, Checkpoint.Open(head.Checkpoint, [key]).Size);
            }

            Assert.Equal(
                [NoteKey.Ecdsa, NoteKey.Ed25519],
                desk.Cabinet.Public.Notes.Select(n => n.Type)
            );
        }
    }

    [Fact]
    public async Task Before_its_entry_the_key_signs_nothing()
    {
        await using var desk = await TestDesk.OpenAsync();
        Assert.Single(SignedNote.Parse(desk.Store.Head()!.Checkpoint).Signatures);
        Assert.Empty(desk.Cabinet.Public.Lines);
        await KeyDesks.NameAsync(desk);
        Assert.Equal(2, SignedNote.Parse(desk.Store.Head()!.Checkpoint).Signatures.Count);
        Assert.Equal(desk.Cabinet.Line!.Public.ToString(), desk.Cabinet.Public.Line);
    }

    [Fact]
    public async Task A_ledger_from_before_gets_its_key_at_the_next_start_and_keeps_it()
    {
        await using var desk = await TestDesk.OpenAsync();
        var keys = Path.Combine(desk.Path, "keys");
        KeyCabinet Open() => KeyCabinet.Open(desk.Path, "test/ledger", desk.Store);
        System.IO.Directory.CreateDirectory(keys);
        KeyFile.Create(Path.Combine(keys, "ledger.pem")).Dispose();
        var first = Open();
        Assert.Empty(first.Public.Lines);
        Assert.Equal(first.Line!.Kid, Open().Line!.Kid);
        await ExportDesk.RecordAsync(desk, new Fact.KeyCreated(KeyDesks.Line, first.Line.Kid));
        var again = Open();
        Assert.Equal(first.Line.Kid, again.Line!.Kid);
        Assert.Equal([first.Line.Public.ToString()], again.Public.Lines);
        File.Delete(Path.Combine(keys, "ledger-ed25519.pem"));
        Assert.Throws<KeyFileException>(Open);
    }

    [Fact]
    public async Task Rotating_the_ledgers_key_replaces_both_and_the_old_one_signed_for_the_new()
    {
        await using var desk = await KeyDesks.OpenAsync();
        var old = desk.Cabinet.Line!;
        var reply = await EraseDesk.SayAsync(desk, "ANN", "key rotate ledger");
        Assert.Equal("Not changed yet", reply.Title);
        await desk.ClickAsync(await desk.WaitingChangeAsync(), "BOB");
        var entry = EraseDesk.Entries(desk).Last(e => e.Kind is EntryKinds.KeyRotated);
        var members = Make.Json(Encoding.UTF8.GetString(entry.Bytes));
        string Said(string name) => members.GetProperty(name).GetString()!;
        var now = desk.Cabinet.Line!;
        Assert.Equal(
            (KeyDesks.Line, now.Kid, old.Kid),
            (Said("purpose"), Said("txn"), Said("previous"))
        );
        Assert.Equal(now.Public.ToString(), Said("vkey"));
        Assert.Equal(
            $"test/ledger\nkey.rotated ledger-ed25519\n{old.Kid}\n{now.Public}\n",
            SignedNote.Open(Said("proof"), [old.Public], out _)
        );
        var head = desk.Store.Head()!.Checkpoint;
        Checkpoint.Open(head, [now.Public]);
        Assert.Throws<FormatException>(() => Checkpoint.Open(head, [old.Public]));
        await KeyDesks.RotateAsync(desk, "receipt");
        Assert.Equal(now.Kid, desk.Cabinet.Line!.Kid);
        var files = await KeyDesks.BundleAsync(desk);
        Assert.Equal(
            now.Public.ToString(),
            KeyDesks.Verify(files, vkey: old.Public.ToString()).Line
        );
    }

    /// <summary>
    /// The forger has no key of the ledger's, and writes one of their own that only names the Ed25519 key: whoever knows
    /// nothing but that is not taken in.
    /// </summary>
    [Fact]
    public async Task A_ledger_that_only_names_the_key_is_refused_for_who_knows_only_it()
    {
        await using var desk = await KeyDesks.OpenAsync();
        var files = await KeyDesks.BundleAsync(desk);
        var known = desk.Cabinet.Public.Line!;
        Assert.Equal(known, KeyDesks.Verify(files, vkey: known).Line);
        files["checkpoint"] = Lines(files, n => n.Take(1));
        var wrong = Assert.Throws<FormatException>(() =>
            KeyDesks.Verify(BundleVerifierTests.SealedAs(desk, files, Size(desk)), vkey: known)
        );
        Assert.Contains("has no Ed25519 line", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_does_not_verify_is_named()
    {
        await using var desk = await KeyDesks.OpenAsync();
        var files = await KeyDesks.BundleAsync(desk);
        files["checkpoint"] = Lines(
            files,
            n => [n[0], n[^1] with { Bytes = [.. n[^1].Bytes.Reverse()] }]
        );
        var wrong = Assert.Throws<FormatException>(() =>
            KeyDesks.Verify(BundleVerifierTests.SealedAs(desk, files, Size(desk)))
        );
        Assert.Contains("Ed25519", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_a_key_that_was_replaced_is_refused()
    {
        await using var desk = await KeyDesks.OpenAsync();
        var old = desk.Cabinet.Line!;
        await KeyDesks.RotateAsync(desk, "ledger");
        var files = await KeyDesks.BundleAsync(desk);
        var late = SignedNote
            .Sign(
                SignedNote.Parse(Encoding.UTF8.GetString(files["checkpoint"])).Text,
                new NoteSigner("test/ledger", old.Key)
            )
            .Signatures[0];
        files["checkpoint"] = Lines(files, n => [n[0], late]);
        var wrong = Assert.Throws<FormatException>(() =>
            KeyDesks.Verify(BundleVerifierTests.SealedAs(desk, files, Size(desk)))
        );
        Assert.Contains("not the one in use then", wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("key.created", "which the one before did not sign")]
    [InlineData("key.rotated", "which did not sign that")]
    public async Task Another_key_for_it_needs_the_word_of_the_one_in_use(string kind, string why)
    {
        await using var desk = await KeyDesks.OpenAsync();
        var mine = LineKey.Of(
            "test/ledger",
            Ed25519Key.FromSeed(RandomNumberGenerator.GetBytes(Ed25519Key.SeedSize))
        );
        var old = desk.Cabinet.Line!.Kid;
        var said = $"test/ledger\nkey.rotated ledger-ed25519\n{old}\n{mine.Public}\n";
        var proof = SignedNote.Sign(said, new NoteSigner("test/ledger", mine.Key)).ToString();
        var entries = EraseDesk.Entries(desk).Select(e => e.Bytes).ToList();
        entries.Add(
            Entry.Write(
                entries.Count,
                Make.Noon.AddYears(1),
                kind,
                mine.Kid,
                json =>
                {
                    json.WriteString("purpose", KeyDesks.Line);
                    json.WriteString("previous", old);
                    json.WriteString("vkey", mine.Public.ToString());
                    json.WriteString("proof", proof);
                }
            )
        );
        var wrong = Assert.Throws<FormatException>(() =>
            RotatedBundleTests.VerifyForged(desk, entries, TestDesk.Sign, mine.Public.ToString())
        );
        Assert.Contains(why, wrong.Message, StringComparison.Ordinal);
    }

    private static long Size(TestDesk desk) => desk.Store.Head()!.Size;

    private static byte[] Lines(
        SortedDictionary<string, byte[]> files,
        Func<IReadOnlyList<NoteSignature>, IEnumerable<NoteSignature>> change
    )
    {
        var note = SignedNote.Parse(Encoding.UTF8.GetString(files["checkpoint"]));
        return Encoding.UTF8.GetBytes(
            (note with { Signatures = [.. change(note.Signatures)] }).ToString()
        );
    }
}
