using System.Text;
using ChatApprovals.Anchors;
using ChatApprovals.Http;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Guard;
using ChatApprovals.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Anchors;

/// <summary>A ledger before a witness that enforces the standard, over real HTTP.</summary>
public sealed class WitnessAnchorTests : IAsyncLifetime
{
    private readonly Outbound _outbound = new();
    private SmallWitness _witness = null!;
    private TestDesk _desk = null!;
    private long _cosigned;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _desk = await TestDesk.OpenAsync();
        _witness = await SmallWitness.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        if (_witness is not null)
        {
            await _witness.DisposeAsync();
        }

        await _desk.DisposeAsync();
    }

    [Fact]
    public async Task It_cosigns_a_ledger_that_grows_and_every_cosignature_is_of_its_checkpoint()
    {
        foreach (var more in new[] { 1, 1, 7, 300, 3 })
        {
            await LedgerOnAnchors.GrowAsync(_desk, more);
            var head = LedgerOnAnchors.Newest(_desk);
            var note = Encoding.UTF8.GetString((await DoneAsync(head)).Answer);
            Assert.StartsWith(head.Note, note, StringComparison.Ordinal);
            Assert.NotNull(_witness.Key.Cosigned(SignedNote.Parse(note)));
            Assert.True(Checkpoint.Open(note, [TestDesk.Vkey]).IsSameAs(head.Checkpoint));
            Assert.True(_witness.Seen!.IsSameAs(head.Checkpoint));
            _cosigned = head.Checkpoint.Size;
        }

        Assert.Equal(5, _witness.Calls);
    }

    [Fact]
    public async Task The_same_checkpoint_again_is_cosigned_again()
    {
        var head = LedgerOnAnchors.Newest(_desk);
        await DoneAsync(head);
        _cosigned = head.Checkpoint.Size;
        await DoneAsync(head);
        Assert.Equal(2, _witness.Calls);
    }

    [Fact]
    public async Task Where_we_do_not_know_what_it_has_it_says_so_and_gets_the_proof_from_there()
    {
        await LedgerOnAnchors.GrowAsync(_desk, 5);
        await DoneAsync(LedgerOnAnchors.Newest(_desk));
        await LedgerOnAnchors.GrowAsync(_desk, 4);
        _cosigned = 0;
        await DoneAsync(LedgerOnAnchors.Newest(_desk));
        Assert.Equal(LedgerOnAnchors.Newest(_desk).Checkpoint.Size, _witness.Seen!.Size);
    }

    [Fact]
    public async Task A_witness_that_forgot_is_told_from_the_beginning()
    {
        await DoneAsync(LedgerOnAnchors.Newest(_desk));
        _cosigned = LedgerOnAnchors.Newest(_desk).Checkpoint.Size;
        _witness.Forget();
        await LedgerOnAnchors.GrowAsync(_desk, 2);
        await DoneAsync(LedgerOnAnchors.Newest(_desk));
    }

    [Fact]
    public async Task A_ledger_that_was_cut_back_is_refused_and_the_sizes_are_said()
    {
        var before = LedgerOnAnchors.Newest(_desk);
        await LedgerOnAnchors.GrowAsync(_desk, 3);
        var after = LedgerOnAnchors.Newest(_desk);
        await DoneAsync(after);
        _cosigned = before.Checkpoint.Size;
        var why = await ContradictedAsync(before);
        Assert.Contains($"cosigned {after.Checkpoint.Size} entries", why, StringComparison.Ordinal);
        Assert.Contains("cut back", why, StringComparison.Ordinal);
        Assert.True(_witness.Seen!.IsSameAs(after.Checkpoint));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task A_ledger_that_was_rewritten_is_refused_even_signed_with_its_own_key(int grown)
    {
        var head = LedgerOnAnchors.Newest(_desk);
        await DoneAsync(head);
        _cosigned = head.Checkpoint.Size;
        var (other, tree) = LedgerOnAnchors.Rewritten(head.Checkpoint.Size + grown);
        var refused = await Anchor(tree.Read).PutAsync(other, Cancel);
        var why = Assert.IsType<Anchored.Contradicted>(refused).Why;
        Assert.Contains("rewritten", why, StringComparison.Ordinal);
        Assert.True(_witness.Seen!.IsSameAs(head.Checkpoint));
    }

    [Fact]
    public async Task A_witness_that_does_not_know_the_ledger_or_its_key_says_what_its_operator_must_do()
    {
        var head = LedgerOnAnchors.Newest(_desk);
        using var other = System.Security.Cryptography.ECDsa.Create(
            System.Security.Cryptography.ECCurve.NamedCurves.nistP256
        );
        _witness.Logs[TestDesk.Vkey.Name] = NoteKey.FromEcdsa(TestDesk.Vkey.Name, other);
        Assert.Contains("by another key", await FailedAsync(head), StringComparison.Ordinal);
        _witness.Logs.Clear();
        Assert.Contains("does not know", await FailedAsync(head), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cosignature_of_another_checkpoint_is_not_believed()
    {
        var old = await _witness.CosignAsync(
            LedgerOnAnchors.Newest(_desk).Checkpoint.Format(),
            Cancel
        );
        await LedgerOnAnchors.GrowAsync(_desk);
        _witness.Instead = http => http.Response.WriteAsync(old);
        Assert.Contains(
            "not a cosignature of witness.test/w1",
            await FailedAsync(LedgerOnAnchors.Newest(_desk)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Of_its_answer_only_its_own_line_is_kept()
    {
        var head = LedgerOnAnchors.Newest(_desk);
        var line = await _witness.CosignAsync(head.Checkpoint.Format(), Cancel);
        var forged = LedgerOnAnchors
            .Signed(9, new byte[32])
            .Note.Split('\n')
            .Single(l => l.StartsWith('\u2014'));
        var stranger = line.Replace("witness.test/w1", "witness.test/w2", StringComparison.Ordinal);
        _witness.Instead = http => http.Response.WriteAsync($"{forged}\n{stranger}{line}");
        var note = Encoding.UTF8.GetString((await DoneAsync(head)).Answer);
        Assert.Equal(head.Note + line, note);
    }

    [Theory]
    [InlineData(200, "")]
    [InlineData(200, "all right\n")]
    [InlineData(200, "\u2014 witness.test/w1 AAAA\n")]
    [InlineData(200, "\n\u2014 witness.test/w1 AAAAAAAAAAAAAAAA\n")]
    [InlineData(204, "")]
    [InlineData(302, "")]
    [InlineData(500, "boom")]
    [InlineData(409, "7\n")]
    [InlineData(409, "many\n")]
    public async Task Any_other_answer_is_no_cosignature(int status, string body)
    {
        _witness.Instead = http =>
        {
            http.Response.StatusCode = status;
            return status == 204 ? Task.CompletedTask : http.Response.WriteAsync(body);
        };
        await FailedAsync(LedgerOnAnchors.Newest(_desk));
    }

    [Fact]
    public async Task A_witness_that_says_one_size_after_the_other_is_not_asked_for_ever()
    {
        var said = 0;
        _witness.Instead = http =>
        {
            http.Response.StatusCode = 409;
            http.Response.ContentType = "text/x.tlog.size";
            return http.Response.WriteAsync($"{++said % 4}\n");
        };
        await FailedAsync(LedgerOnAnchors.Newest(_desk));
        Assert.InRange(_witness.Calls, 1, 3);
    }

    [Fact]
    public async Task An_endless_answer_is_not_read_to_its_end()
    {
        _witness.Instead = async http =>
        {
            for (var i = 0; i < 3_000; i++)
            {
                await http.Response.WriteAsync(new string('x', 1_000), http.RequestAborted);
            }
        };
        Assert.Contains(
            "too long",
            await FailedAsync(LedgerOnAnchors.Newest(_desk)),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Nobody_there_and_one_that_is_busy_are_tried_again_later()
    {
        _witness.Instead = http =>
        {
            http.Response.StatusCode = 503;
            http.Response.Headers.RetryAfter = "77";
            return Task.CompletedTask;
        };
        var busy = Assert.IsType<Anchored.Failed>(await PutAsync(LedgerOnAnchors.Newest(_desk)));
        Assert.Equal(TimeSpan.FromSeconds(77), busy.After);
        var nobody = new WitnessAnchor(
            new Uri(UpstreamServer.Nowhere()),
            _witness.Key,
            _desk.Store.Hashes,
            () => 0,
            _outbound
        );
        var why = Assert.IsType<Anchored.Failed>(
            await nobody.PutAsync(LedgerOnAnchors.Newest(_desk), Cancel)
        );
        Assert.Contains("cannot be reached", why.Why, StringComparison.Ordinal);
    }

    private WitnessAnchor Anchor(ReadHashes hashes) =>
        new(_witness.Url, _witness.Key, hashes, () => _cosigned, _outbound);

    private Task<Anchored> PutAsync(SignedCheckpoint checkpoint) =>
        Anchor(_desk.Store.Hashes).PutAsync(checkpoint, Cancel);

    private async Task<Anchored.Done> DoneAsync(SignedCheckpoint checkpoint) =>
        Assert.IsType<Anchored.Done>(await PutAsync(checkpoint));

    private async Task<string> FailedAsync(SignedCheckpoint checkpoint) =>
        Assert.IsType<Anchored.Failed>(await PutAsync(checkpoint)).Why;

    private async Task<string> ContradictedAsync(SignedCheckpoint checkpoint) =>
        Assert.IsType<Anchored.Contradicted>(await PutAsync(checkpoint)).Why;
}
