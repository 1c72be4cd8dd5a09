using System.Security.Cryptography;
using ChatApprovals.Anchors;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Anchors;

/// <summary>Checkpoints as files that others keep.</summary>
public sealed class DirectoryAnchorTests : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("anchor-").FullName;

    private static readonly RebuiltTree s_tree = LedgerOnAnchors.Rewritten(20).Tree;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public async Task Each_checkpoint_is_a_file_with_the_very_note()
    {
        var (first, _) = LedgerOnAnchors.Rewritten(3);
        var (second, _) = LedgerOnAnchors.Rewritten(12);
        Assert.IsType<Anchored.Done>(await PutAsync(first));
        Assert.IsType<Anchored.Done>(await PutAsync(second));
        Assert.Equal(
            "test_ledger-61e6366a-000000000003.checkpoint test_ledger-61e6366a-000000000012.checkpoint",
            string.Join(' ', Names())
        );
        var file = Path.Combine(_path, "test_ledger-61e6366a-000000000012.checkpoint");
        Assert.Equal(second.Note, await File.ReadAllTextAsync(file, Cancel));
    }

    [Fact]
    public async Task A_file_that_is_there_is_never_written_again()
    {
        var (head, tree) = LedgerOnAnchors.Rewritten(3);
        await PutAsync(head);
        var again = LedgerOnAnchors.Signed(3, tree.Root());
        Assert.False(string.Equals(head.Note, again.Note, StringComparison.Ordinal));
        Assert.IsType<Anchored.Done>(await PutAsync(again));
        Assert.Equal(head.Note, Assert.Single(Known()).Note);
    }

    [Fact]
    public async Task A_ledger_that_was_cut_back_contradicts_it()
    {
        await PutAsync(LedgerOnAnchors.Rewritten(12).Head);
        var why = await ContradictedAsync(LedgerOnAnchors.Rewritten(3).Head);
        Assert.Contains("of 12 entries, and the ledger has 3", why, StringComparison.Ordinal);
        Assert.Single(Names());
    }

    [Fact]
    public async Task Another_ledger_of_the_same_size_contradicts_it()
    {
        await PutAsync(LedgerOnAnchors.Rewritten(3).Head);
        var why = await ContradictedAsync(LedgerOnAnchors.Signed(3, new byte[32]));
        Assert.Contains("rewritten", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_longer_ledger_that_does_not_begin_with_what_it_has_contradicts_it()
    {
        await PutAsync(LedgerOnAnchors.Signed(3, new byte[32]));
        var why = await ContradictedAsync(LedgerOnAnchors.Rewritten(12).Head);
        Assert.Contains("3 entries that are not this ledger's", why, StringComparison.Ordinal);
        Assert.Single(Names());
    }

    [Fact]
    public async Task A_file_that_was_tampered_with_is_noticed_when_its_name_is_needed()
    {
        var (head, _) = LedgerOnAnchors.Rewritten(3);
        await PutAsync(head);
        await File.WriteAllTextAsync(Path.Combine(_path, Names().Single()), "nothing", Cancel);
        var why = await ContradictedAsync(head);
        Assert.Contains("is not this checkpoint", why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_ledgers_key_did_not_sign_says_nothing()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var forged = new Checkpoint("test/ledger", 99, new byte[32]);
        await File.WriteAllTextAsync(
            Path.Combine(_path, DirectoryAnchor.FileName(forged)),
            forged.Sign(stranger, "test/ledger"),
            Cancel
        );
        await File.WriteAllBytesAsync(
            Path.Combine(_path, "test_ledger-61e6366a-000000000098.checkpoint"),
            [0xff, 0xfe],
            Cancel
        );
        Assert.IsType<Anchored.Done>(await PutAsync(LedgerOnAnchors.Rewritten(3).Head));
    }

    [Fact]
    public async Task What_a_key_that_is_not_known_signed_is_told_by_its_size()
    {
        long? Largest(params NoteKey[] keys) =>
            DirectoryAnchor.LargestUnknown(_path, TestDesk.Vkey.Name, keys);
        await PutAsync(LedgerOnAnchors.Rewritten(3).Head);
        using var later = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var after = new Checkpoint(TestDesk.Vkey.Name, 12, new byte[32]);
        await File.WriteAllTextAsync(
            Path.Combine(_path, DirectoryAnchor.FileName(after)),
            after.Sign(later, after.Origin),
            Cancel
        );
        Assert.Equal(12, Largest(TestDesk.Vkey));
        Assert.Null(Largest(TestDesk.Vkey, NoteKey.FromEcdsa(after.Origin, later)));
    }

    [Theory]
    [InlineData("test.ledger")]
    [InlineData("test_ledger")]
    public async Task Two_ledgers_may_share_one_also_where_their_names_look_alike(string name)
    {
        await PutAsync(LedgerOnAnchors.Rewritten(3).Head);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var other = new Checkpoint(name, 3, new byte[32]);
        var anchor = new DirectoryAnchor(_path, () => [NoteKey.FromEcdsa(name, key)], s_tree.Read);
        var put = new SignedCheckpoint(other, other.Sign(key, name));
        Assert.IsType<Anchored.Done>(await anchor.PutAsync(put, Cancel));
        Assert.Equal(2, Names().Length);
    }

    [Fact]
    public async Task A_directory_that_is_gone_is_tried_again()
    {
        var gone = new DirectoryAnchor(
            Path.Combine(_path, "gone"),
            () => [TestDesk.Vkey],
            s_tree.Read
        );
        Assert.IsType<Anchored.Failed>(
            await gone.PutAsync(LedgerOnAnchors.Rewritten(3).Head, Cancel)
        );
    }

    private IEnumerable<SignedCheckpoint> Known() =>
        DirectoryAnchor.Known(_path, TestDesk.Vkey.Name, [TestDesk.Vkey]);

    private DirectoryAnchor Anchor() => new(_path, () => [TestDesk.Vkey], s_tree.Read);

    private Task<Anchored> PutAsync(SignedCheckpoint checkpoint) =>
        Anchor().PutAsync(checkpoint, Cancel);

    private async Task<string> ContradictedAsync(SignedCheckpoint checkpoint) =>
        Assert.IsType<Anchored.Contradicted>(await PutAsync(checkpoint)).Why;

    private string[] Names() =>
        [
            .. Directory
                .EnumerateFileSystemEntries(_path)
                .Select(f => Path.GetFileName(f))
                .Order(StringComparer.Ordinal),
        ];
}
