using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatApprovals.Jose;

namespace ChatApprovals.Tests.Jose;

public sealed class JwkTests
{
    // RFC 7638 section 3.1.
    private const string Example = """
        {"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw","e":"AQAB","alg":"RS256","kid":"2011-04-29"}
        """;

    // RFC 7515 appendix A.3.
    private const string Ec =
        """{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"%}""";

    [Fact]
    public void The_thumbprint_is_that_of_the_rfc() =>
        Assert.Equal("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs", Parse(Example)!.Thumbprint);

    [Theory]
    [InlineData("", true)]
    [InlineData(""","use":"sig" """, true)]
    [InlineData(""","key_ops":["verify"]""", true)]
    [InlineData(""","use":"enc" """, false)]
    [InlineData(""","use":null""", false)]
    [InlineData(""","key_ops":["sign"]""", false)]
    [InlineData(""","key_ops":"verify" """, false)]
    [InlineData(""","d":"AAAA" """, false)]
    [InlineData(""","kid":7""", false)]
    public void A_key_is_taken_only_for_what_it_is_for(string member, bool taken) =>
        Assert.Equal(taken, Parse(Ec.Replace("%", member, StringComparison.Ordinal)) is not null);

    [Theory]
    [InlineData("P-256", "P-384")]
    [InlineData("x_FE", "x_FF")]
    [InlineData("\"EC\"", "\"RSA\"")]
    [InlineData("f83O", "AAf83O")]
    public void A_changed_key_is_no_key(string was, string becomes) =>
        Assert.Null(
            Parse(
                Ec.Replace("%", "", StringComparison.Ordinal)
                    .Replace(was, becomes, StringComparison.Ordinal)
            )
        );

    [Theory]
    [InlineData(1024, "AQAB", false)]
    [InlineData(2048, "AQAB", true)]
    [InlineData(2048, "AQ", false)]
    [InlineData(2048, "AAEAAQ", false)]
    [InlineData(2048, "AQAA", false)]
    public void An_rsa_key_is_large_and_its_exponent_odd_and_above_one(
        int bits,
        string exponent,
        bool taken
    )
    {
        using var rsa = RSA.Create(bits);
        var n = Base64UrlText.Encode(rsa.ExportParameters(false).Modulus);
        Assert.Equal(
            taken,
            Parse($$"""{"kty":"RSA","n":"{{n}}","e":"{{exponent}}"}""") is not null
        );
    }

    [Fact]
    public void A_set_prints_back_and_a_kid_said_twice_finds_nothing()
    {
        using var first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var set = new JwkSet([Jwk.FromEcdsa(first), Jwk.FromEcdsa(second)]);
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            set.WriteTo(json);
        var read = JwkSet.Parse(buffer.WrittenMemory)!;
        Assert.Equal(
            set.Keys.Select(key => key.Thumbprint),
            read.Keys.Select(key => key.Kid!),
            StringComparer.Ordinal
        );
        Assert.NotNull(read.Find(set.Keys[0].Thumbprint));
        Assert.Null(new JwkSet([read.Keys[0], read.Keys[0]]).Find(set.Keys[0].Thumbprint));
        Assert.Null(JwkSet.Parse("[]"u8.ToArray()));
        Assert.Null(JwkSet.Parse("""{"keys":{}}"""u8.ToArray()));
    }

    [Fact]
    public void A_key_of_another_curve_has_no_jwk()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        Assert.Throws<ArgumentException>(() => Jwk.FromEcdsa(key));
    }

    private static Jwk? Parse(string json) =>
        Jwk.Parse(JsonDocument.Parse(Encoding.UTF8.GetBytes(json)).RootElement);
}
