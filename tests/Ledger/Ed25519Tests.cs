using System.Text;
using System.Text.Json;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Ledger;

/// <summary>Our own verification of Ed25519 against others' cases.</summary>
public sealed class Ed25519Tests
{
    [Fact]
    public void Every_case_of_wycheproof_is_judged_as_the_file_says()
    {
        var file = SharedData.Bytes("data/wycheproof/testvectors_v1/ed25519_test.json");
        var (count, wrong) = (0, new List<string>());
        foreach (var group in JsonElement.Parse(file).GetProperty("testGroups").EnumerateArray())
        {
            var key = Hex(group.GetProperty("publicKey"), "pk");
            foreach (var test in group.GetProperty("tests").EnumerateArray())
            {
                count++;
                var says = string.Equals(
                    test.GetProperty("result").GetString(),
                    "valid",
                    StringComparison.Ordinal
                );
                var (message, signature) = (Hex(test, "msg"), Hex(test, "sig"));
                if (
                    says != Ed25519.Verify(key, message, signature)
                    || says != Ed25519.VerifyByOwn(key, message, signature)
                )
                {
                    wrong.Add(test.GetProperty("tcId").ToString());
                }
            }
        }

        Assert.Equal(151, count);
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_standards_first_vector_verifies_and_no_changed_bit_of_it()
    {
        var vector = JsonElement.Parse(SharedData.Bytes("data/vectors/ed25519-rfc8032-test1.json"));
        var (key, signature) = (Hex(vector, "public_key"), Hex(vector, "signature"));
        Assert.True(Ed25519.Verify(key, [], signature));
        Assert.False(Ed25519.Verify(key, [0], signature));
        for (var bit = 0; bit < 8 * signature.Length; bit++)
        {
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(Ed25519.Verify(key, [], signature), $"bit {bit}");
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    /// <summary>RFC 8032 section 7.1, tests 1 to 3.</summary>
    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )]
    public void The_standards_keys_sign_as_it_says(
        string seed,
        string known,
        string message,
        string signature
    )
    {
        Assert.SkipUnless(Ed25519Key.IsSupported, "libcrypto has no Ed25519");
        using var key = Ed25519Key.FromSeed(Convert.FromHexString(seed));
        Assert.Equal(known, Convert.ToHexStringLower(key.Public));
        var signed = key.Sign(Convert.FromHexString(message));
        Assert.Equal(signature, Convert.ToHexStringLower(signed));
        Assert.True(Ed25519.VerifyByOwn(key.Public, Convert.FromHexString(message), signed));
    }

    [Fact]
    public void A_thousand_signatures_of_several_threads_all_verify()
    {
        Assert.SkipUnless(Ed25519Key.IsSupported, "libcrypto has no Ed25519");
        using var key = Ed25519Key.FromSeed(new byte[Ed25519Key.SeedSize]);
        var wrong = 0;
        Parallel.For(
            0,
            1_000,
            i =>
            {
                var message = Encoding.UTF8.GetBytes($"message {i}");
                if (!Ed25519.Verify(key.Public, message, key.Sign(message)))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        );
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void A_key_or_signature_of_another_length_verifies_nothing()
    {
        Assert.False(Ed25519.Verify(new byte[31], [], new byte[64]));
        Assert.False(Ed25519.Verify(new byte[32], [], new byte[63]));
    }

    [Fact]
    public void A_witnesss_key_is_read_only_as_it_prints()
    {
        var key = WitnessKey.Of("witness.example/w1", Encoding.ASCII.GetBytes(new string('k', 32)));
        var text = key.ToString();
        Assert.True(WitnessKey.TryParse(text, out var read));
        Assert.Equal(key.Id, read.Id);
        string[] others =
        [
            "",
            text + " ",
            text.Replace("+", "++", StringComparison.Ordinal),
            text.Replace('w', 'v'),
            text.ToUpperInvariant(),
            text[..^4],
        ];
        Assert.All(others, o => Assert.False(WitnessKey.TryParse(o, out _), o));
        Assert.False(NoteKey.TryParse(text, out _));
    }

    private static byte[] Hex(JsonElement from, string name) =>
        Convert.FromHexString(from.GetProperty(name).GetString()!);
}
