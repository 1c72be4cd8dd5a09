using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Ledger;

namespace ChatApprovals.Tests.Ledger;

public sealed class LedgerVerifierTests : IDisposable
{
    private const string Origin = "approvals.example.com/ledger";
    private const int Count = 300;
    private static readonly DateTimeOffset At = new(2026, 11, 20, 9, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly NoteKey[] _verifiers;
    private readonly List<ReadOnlyMemory<byte>> _entries = [];
    private readonly string _note;

    public LedgerVerifierTests()
    {
        _verifiers = [NoteKey.FromEcdsa(Origin, _key)];
        for (var seq = 0; seq < Count; seq++)
            _entries.Add(
                Entry.Write(
                    seq,
                    At.AddSeconds(seq),
                    EntryKinds.RequestCreated,
                    "apr_1",
                    json => json.WriteString("agent", "deploy-bot")
                )
            );
        _note = Sign(Count);
    }

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(Count)]
    public void A_whole_ledger_is_sound(int size)
    {
        var verdict = LedgerVerifier.Verify(Sign(size), _verifiers, _entries.Take(size), null);
        Assert.Equal(size, Assert.IsType<LedgerVerdict.Sound>(verdict).Checkpoint.Size);
    }

    [Fact]
    public void A_changed_entry_is_found_by_the_root()
    {
        _entries[40] = Changed(40, "deploy", "delete");
        Assert.Contains("not those", Verify(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_changed_byte_of_an_entry_is_found()
    {
        var whole = _entries[3];
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            _entries[3] = changed;
            Assert.NotEmpty(Verify(take: 4, Sign(4, whole)));
        }
    }

    [Fact]
    public void A_forged_entry_with_its_forged_hash_is_found_because_no_hash_is_believed()
    {
        // The attack of GO-2026-6179: entry and leaf tile agree with each other and no longer with the signed root.
        _entries[299] = Changed(299, "deploy", "delete");
        var forged = new RebuiltTree();
        foreach (var entry in _entries)
            forged.Append(entry.Span);
        var tile = Tiles.Build(new TilePath(0, 1, 44), forged.Read);
        Assert.Equal(MerkleTree.LeafHash(_entries[299].Span), tile[^32..]);
        Assert.Contains("not those", Verify(), StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_surplus_and_exchanged_entries_are_named()
    {
        Assert.Contains(
            "covers 300 entries, but there are 299",
            Verify(take: 299),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "more entries than the 299",
            Verify(note: Sign(299)),
            StringComparison.Ordinal
        );
        (_entries[7], _entries[8]) = (_entries[8], _entries[7]);
        Assert.Contains("Entry 7 says that it is 8", Verify(), StringComparison.Ordinal);
        _entries[7] = Encoding.UTF8.GetBytes("{}");
        Assert.StartsWith("Entry 7: ", Verify(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_ledger_cut_to_an_older_checkpoint_is_found_only_with_a_later_one()
    {
        var older = Sign(100);
        Assert.Equal("", Verify(take: 100, older));
        Assert.Contains(
            "it was cut",
            Verify(take: 100, older, known: _note),
            StringComparison.Ordinal
        );
        Assert.Equal("", Verify(known: older));
        Assert.Equal("", Verify(known: _note));
        Assert.Equal("", Verify(known: Sign(0)));
    }

    [Fact]
    public void A_rewritten_history_signed_anew_is_found_with_an_older_checkpoint()
    {
        var older = Sign(100);
        _entries[40] = Changed(40, "deploy", "delete");
        Assert.Equal("", Verify(note: Sign(Count)));
        Assert.Contains(
            "rewritten",
            Verify(note: Sign(Count), known: older),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_foreign_signature_and_a_foreign_ledger_are_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var foreign = new Checkpoint(Origin, Count, Tree(Count).Root()).Sign(other, Origin);
        Assert.Contains(
            "no signature of a known key",
            Verify(note: foreign),
            StringComparison.Ordinal
        );
        var elsewhere = new Checkpoint("other", Count, Tree(Count).Root());
        var verifier = new LedgerVerifier(Checkpoint.Open(_note, _verifiers), elsewhere);
        Assert.Contains("of other", Sentence(verifier.Finish()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_file_proves_its_entry_and_no_other()
    {
        var proof = new TlogProof(42, MerkleProof.Inclusion(42, Count, Tree(Count).Read), _note);
        var read = TlogProof.Parse(proof.ToString());
        Assert.StartsWith(
            "c2sp.org/tlog-proof@v1\nindex 42\n",
            proof.ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal(proof.ToString(), read.ToString());
        Assert.Equal(Count, read.Verify(_entries[42].Span, _verifiers).Size);
        Assert.Throws<FormatException>(() => read.Verify(_entries[43].Span, _verifiers));
        Assert.Throws<FormatException>(() =>
            (read with { Index = 43 }).Verify(_entries[42].Span, _verifiers)
        );
        foreach (
            var text in (string[])
                ["", "c2sp.org/tlog-proof@v1\nindex 042\n\n" + _note, proof + "\n", "x" + proof]
        )
            Assert.Throws<FormatException>(() =>
                TlogProof.Parse(text).Verify(_entries[42].Span, _verifiers)
            );
    }

    private string Verify(int take = Count, string? note = null, string? known = null) =>
        Sentence(LedgerVerifier.Verify(note ?? _note, _verifiers, _entries.Take(take), known));

    private static string Sentence(LedgerVerdict verdict) =>
        verdict is LedgerVerdict.Wrong wrong ? wrong.Sentence : "";

    private RebuiltTree Tree(int size)
    {
        var tree = new RebuiltTree();
        foreach (var entry in _entries.Take(size))
            tree.Append(entry.Span);
        return tree;
    }

    private string Sign(int size) =>
        new Checkpoint(Origin, size, Tree(size).Root()).Sign(_key, Origin);

    // The signed head of the ledger as it was before its last entry was exchanged.
    private string Sign(int size, ReadOnlyMemory<byte> last)
    {
        var tree = Tree(size - 1);
        tree.Append(last.Span);
        return new Checkpoint(Origin, size, tree.Root()).Sign(_key, Origin);
    }

    private byte[] Changed(int index, string was, string becomes) =>
        Encoding.UTF8.GetBytes(
            Encoding
                .UTF8.GetString(_entries[index].Span)
                .Replace(was, becomes, StringComparison.Ordinal)
        );
}
