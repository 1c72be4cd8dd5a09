using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ChatApprovals.Approvals;

namespace ChatApprovals.Tests.Inbox;

public sealed class ApiKeyTests
{
    [Theory]
    [InlineData(ApiKeyKind.Agent, "cak_")]
    [InlineData(ApiKeyKind.Guard, "cgk_")]
    [InlineData(ApiKeyKind.Auditor, "cau_")]
    public void A_new_key_says_its_kind_and_is_read_back(ApiKeyKind kind, string prefix)
    {
        var key = ApiKey.New(kind);
        Assert.StartsWith(prefix, key.Reveal(), StringComparison.Ordinal);
        Assert.Equal(4 + 43 + 6, key.Reveal().Length);
        Assert.True(ApiKey.TryParse(key.Reveal(), out var again));
        Assert.Equal((kind, key.Hash), (again.Kind, again.Hash));
    }

    [Fact]
    public void The_hash_is_that_of_its_ascii()
    {
        var key = ApiKey.New(ApiKeyKind.Agent);
        var hash = SHA256.HashData(Encoding.ASCII.GetBytes(key.Reveal()));
        Assert.Equal(Base64Url.EncodeToString(hash), key.Hash);
    }

    [Fact]
    public void Every_typo_of_one_character_and_every_swap_of_two_is_noticed()
    {
        var text = ApiKey.New(ApiKeyKind.Agent).Reveal();
        for (var i = 0; i < text.Length; i++)
        {
            var typo = text[..i] + (text[i] == '7' ? '8' : '7') + text[(i + 1)..];
            Assert.False(ApiKey.TryParse(typo, out _), $"typo at {i}");
        }

        for (var i = 1; i < text.Length; i++)
        {
            var swap = text[..(i - 1)] + text[i] + text[i - 1] + text[(i + 1)..];
            Assert.Equal(
                string.Equals(swap, text, StringComparison.Ordinal),
                ApiKey.TryParse(swap, out _)
            );
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cak_")]
    [InlineData("cak_short")]
    [InlineData("xyz_0000000000000000000000000000000000000000000000000")]
    [InlineData("cak_00000000000000000000000000000000000000000000000\n0")]
    [InlineData("cak_０000000000000000000000000000000000000000000000000")]
    public void What_is_no_key_is_refused(string? text) =>
        Assert.False(ApiKey.TryParse(text, out _));

    [Fact]
    public void A_kind_cannot_be_exchanged_for_another()
    {
        var guard = ApiKey.New(ApiKeyKind.Guard).Reveal();
        Assert.False(ApiKey.TryParse("cak_" + guard[4..], out _));
    }

    [Fact]
    public void Keys_do_not_repeat_and_do_not_print_themselves()
    {
        var keys = Enumerable.Range(0, 1_000).Select(_ => ApiKey.New(ApiKeyKind.Agent)).ToList();
        Assert.Equal(1_000, keys.Select(k => k.Reveal()).Distinct(StringComparer.Ordinal).Count());
        Assert.All(keys, k => Assert.Equal("cak_…", k.ToString()));
    }

    /// <summary>So that another program can check a key: CRC-32 of the first 47 characters, base62.</summary>
    [Fact]
    public void The_checksum_is_the_crc_32_of_zip()
    {
        // CRC-32 of "cak_" and 43 zeros, by Python's zlib.crc32, in base62 (0-9 A-Z a-z).
        Assert.True(ApiKey.TryParse("cak_" + new string('0', 43) + KnownChecksum, out _));
    }

    private const string KnownChecksum = "0RmRGx";
}
