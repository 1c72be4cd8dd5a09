using System.Security.Cryptography;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Ledger;

public sealed class CheckpointTests : IDisposable
{
    private const string Origin = "approvals.example.com/ledger";
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly NoteKey _verifier;
    private readonly Checkpoint _checkpoint = new(Origin, 7, SHA256.HashData("root"u8));

    public CheckpointTests() => _verifier = NoteKey.FromEcdsa(Origin, _key);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void The_specifications_checkpoint_is_read_and_prints_back()
    {
        var note = SharedData.Text("data/vectors/c2sp/tlog-checkpoint-example.txt");
        var parsed = SignedNote.Parse(note);
        var checkpoint = Checkpoint.Parse(parsed.Text);
        Assert.Equal("example.com/behind-the-sofa", checkpoint.Origin);
        Assert.Equal(20_852_163, checkpoint.Size);
        Assert.Equal(parsed.Text, checkpoint.Format());
        Assert.Equal(note, parsed.ToString());
        Assert.Equal(
            2,
            SignedNote
                .Parse(SharedData.Text("data/vectors/c2sp/tlog-cosignature-example.txt"))
                .Signatures.Count
        );
    }

    [Fact]
    public void The_specifications_ed25519_key_opens_its_note_and_no_other()
    {
        var note = SharedData.Text("data/vectors/c2sp/signed-note-example.txt");
        var vkey = SharedData.Text("data/vectors/c2sp/signed-note-example.vkey").TrimEnd('\n');
        Assert.True(NoteKey.TryParse(vkey, out var key));
        Assert.Equal(vkey, key.ToString());
        Assert.Equal(key.Id, SignedNote.Parse(note).Signatures[0].KeyId);
        Assert.Equal(SignedNote.Parse(note).Text, SignedNote.Open(note, [key], out _));
        var other = note.Replace("\n\n", "s\n\n", StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => SignedNote.Open(other, [key], out _));
    }

    [Fact]
    public void A_signed_checkpoint_opens_with_its_key_even_after_that_was_written_down()
    {
        Assert.True(NoteKey.TryParse(_verifier.ToString(), out var read));
        var opened = Checkpoint.Open(_checkpoint.Sign(_key, Origin), [read]);
        Assert.True(opened.IsSameAs(_checkpoint));
    }

    [Fact]
    public void Every_changed_character_of_a_signed_checkpoint_is_refused()
    {
        var note = _checkpoint.Sign(_key, Origin);
        for (var at = 0; at < note.Length; at++)
        {
            var changed = note.ToCharArray();
            changed[at] = changed[at] == '1' ? '2' : '1';
            Assert.Throws<FormatException>(() => Checkpoint.Open(new string(changed), [_verifier]));
        }
    }

    [Fact]
    public void Foreign_signatures_are_ignored_and_a_broken_known_one_refuses_the_note()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var witness = NoteKey.FromEcdsa("witness.example", other);
        var both = SignedNote.Sign(
            _checkpoint.Format(),
            new NoteSigner(Origin, _key),
            new NoteSigner("witness.example", other)
        );
        Assert.True(Checkpoint.Open(both.ToString(), [_verifier]).IsSameAs(_checkpoint));
        var broken = both with
        {
            Signatures =
            [
                both.Signatures[0],
                both.Signatures[1] with
                {
                    Bytes = both.Signatures[0].Bytes,
                },
            ],
        };
        Assert.True(Checkpoint.Open(broken.ToString(), [_verifier]).IsSameAs(_checkpoint));
        Assert.Throws<FormatException>(() =>
            Checkpoint.Open(broken.ToString(), [_verifier, witness])
        );
    }

    [Fact]
    public void A_witness_alone_does_not_make_a_checkpoint()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var note = _checkpoint.Sign(other, "witness.example");
        Assert.Throws<FormatException>(() =>
            Checkpoint.Open(note, [_verifier, NoteKey.FromEcdsa("witness.example", other)])
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("o\n1\n")]
    [InlineData("o\n01\n%\n")]
    [InlineData("o\n+1\n%\n")]
    [InlineData("o\n-1\n%\n")]
    [InlineData("o\n1 \n%\n")]
    [InlineData("o\n9223372036854775808\n%\n")]
    [InlineData("\n1\n%\n")]
    [InlineData("o p\n1\n%\n")]
    [InlineData("o\n1\n%")]
    [InlineData("o\n1\n%\nextension\n")]
    [InlineData("o\r\n1\r\n%\r\n")]
    [InlineData("o\n1\nAAAA\n")]
    [InlineData("o\n1\n AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("o\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n")]
    public void Only_the_one_spelling_is_read(string text)
    {
        var root = Convert.ToBase64String(new byte[32]);
        Assert.Throws<FormatException>(() =>
            Checkpoint.Parse(text.Replace("%", root, StringComparison.Ordinal))
        );
        Assert.Equal(1, Checkpoint.Parse($"o\n1\n{root}\n").Size);
    }

    [Theory]
    [InlineData("no signature\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n— name AAAAAAA=")]
    [InlineData("text\n\n- name AAAAAAA=\n")]
    [InlineData("text\n\n— na+me AAAAAAA=\n")]
    [InlineData("text\n\n— name AAAA\n")]
    [InlineData("text\n\n— name AAAAAAA\n")]
    [InlineData("text\n\n—  AAAAAAA=\n")]
    [InlineData("te\txt\n\n— name AAAAAAA=\n")]
    public void What_is_not_a_note_is_refused(string note) =>
        Assert.Throws<FormatException>(() => SignedNote.Parse(note));

    [Fact]
    public void A_note_that_utf8_cannot_say_is_refused() =>
        Assert.Throws<FormatException>(() => SignedNote.Parse("te\ud800xt\n\n— name AAAAAAA=\n"));

    [Theory]
    [InlineData("name")]
    [InlineData("name+00000000+AAAA")]
    [InlineData("example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    [InlineData("example.com/foo+530d903a+BOkyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")]
    public void What_is_not_a_verifier_key_is_refused(string vkey) =>
        Assert.False(NoteKey.TryParse(vkey, out _));

    [Fact]
    public void A_key_of_another_curve_signs_no_note()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => _checkpoint.Sign(p384, Origin));
    }

    [Fact]
    public async Task Openssl_verifies_the_signature_and_agrees_on_the_key_id()
    {
        var directory = Directory.CreateTempSubdirectory("checkpoint").FullName;
        try
        {
            var note = SignedNote.Parse(_checkpoint.Sign(_key, Origin));
            var (text, signature, key) = (
                Path.Combine(directory, "text"),
                Path.Combine(directory, "signature"),
                Path.Combine(directory, "key.pem")
            );
            var cancel = TestContext.Current.CancellationToken;
            await File.WriteAllTextAsync(text, note.Text, cancel);
            await File.WriteAllBytesAsync(signature, note.Signatures[0].Bytes, cancel);
            await File.WriteAllTextAsync(key, _key.ExportSubjectPublicKeyInfoPem(), cancel);
            var (exit, output) = await OtherProgram.Run(
                "openssl",
                ["dgst", "-sha256", "-verify", key, "-signature", signature, text],
                null,
                cancel
            );
            Assert.Equal((0, "Verified OK\n"), (exit, output));
            await File.WriteAllBytesAsync(text, _key.ExportSubjectPublicKeyInfo(), cancel);
            var (_, digest) = await OtherProgram.Run(
                "openssl",
                ["dgst", "-sha256", "-r", text],
                null,
                cancel
            );
            Assert.StartsWith($"{_verifier.Id:x8}", digest, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
