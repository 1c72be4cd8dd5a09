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
                if (says != Ed25519.Verify(key, Hex(test, "msg"), Hex(test, "sig")))
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
