using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatApprovals.Jose;
using FsCheck;
using FsCheck.Fluent;

namespace ChatApprovals.Tests.Jose;

public sealed class JwsTests : IDisposable
{
    private static readonly JwsPin Pin = new(JwsAlgorithm.ES256, "approval-grant+jwt");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Jwk _jwk;

    public JwsTests() => _jwk = Jwk.FromEcdsa(_key);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void A_signed_token_verifies_and_its_header_is_ours()
    {
        var token = JwsToken.Parse(Sign("""{"txn":"apr_1"}"""))!;
        Assert.True(Jws.Verify(token, _jwk, Pin));
        Assert.Equal("apr_1", token.Payload.GetProperty("txn").GetString());
        Assert.Equal(
            $$"""{"alg":"ES256","kid":"{{_jwk.Thumbprint}}","typ":"approval-grant+jwt"}""",
            token.Header.GetRawText()
        );
    }

    [Fact]
    public void Whatever_is_signed_comes_back()
    {
        Prop.ForAll(
                ArbMap.Default.ArbFor<byte[]>(),
                payload =>
                {
                    var token = JwsToken.ParseOpaque(
                        Jws.Sign(_key, _jwk.Thumbprint, Pin.Typ!, payload)
                    )!;
                    Assert.Equal(payload, token.PayloadBytes.ToArray());
                    Assert.True(Jws.Verify(token, _jwk, Pin));
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Every_changed_character_is_refused()
    {
        var compact = Sign("""{"txn":"apr_1"}""");
        for (var at = 0; at < compact.Length; at++)
        {
            var changed = compact.ToCharArray();
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            var token = JwsToken.Parse(new string(changed));
            Assert.False(token is not null && Jws.Verify(token, _jwk, Pin), $"at {at}");
        }
    }

    [Fact]
    public void Another_type_another_kid_another_key_and_another_algorithm_are_refused()
    {
        var token = JwsToken.Parse(Sign("{}"))!;
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var foreign = JwsToken.Parse(Jws.Sign(_key, "another", Pin.Typ!, "{}"u8))!;
        Assert.False(Jws.Verify(token, _jwk, Pin with { Typ = "approval-receipt+jwt" }));
        Assert.False(Jws.Verify(token, _jwk, Pin with { Algorithm = JwsAlgorithm.RS256 }));
        Assert.False(Jws.Verify(token, Jwk.FromEcdsa(other), Pin));
        Assert.False(Jws.Verify(foreign, _jwk, Pin));
        Assert.True(Jws.Verify(token, _jwk, Pin with { Typ = null }));
    }

    [Theory]
    [InlineData("""{"alg":"none","typ":"approval-grant+jwt"}""")]
    [InlineData("""{"alg":"es256","typ":"approval-grant+jwt"}""")]
    [InlineData("""{"alg":"HS256","typ":"approval-grant+jwt"}""")]
    [InlineData("""{"alg":"ES256","typ":"approval-grant+jwt","crit":["x"],"x":1}""")]
    [InlineData("""{"alg":"ES256","typ":"approval-grant+jwt","alg":"ES256"}""")]
    [InlineData("""{"alg":"ES256","typ":"approval-grant+jwt","jku":"https://evil.example/keys"}""")]
    [InlineData("""{"alg":"ES256","typ":"approval-grant+jwt","x5u":"https://evil.example/keys"}""")]
    [InlineData("""{"alg":"ES256","typ":"approval-grant+jwt","x5c":[]}""")]
    [InlineData("""{"alg":"ES256","typ":"approval-grant+jwt","jwk":{}}""")]
    [InlineData("""{"alg":"ES256","typ":7}""")]
    [InlineData("""{"alg":["ES256"],"typ":"approval-grant+jwt"}""")]
    [InlineData("""["ES256"]""")]
    public void A_header_that_wants_more_is_refused_though_its_signature_is_right(string header)
    {
        var token = JwsToken.Parse(SignRaw(header, "{}"));
        Assert.False(token is not null && Jws.Verify(token, _jwk, Pin));
    }

    [Fact]
    public void A_key_in_the_header_is_allowed_only_to_who_asks_for_it()
    {
        var token = JwsToken.Parse(SignRaw("""{"alg":"ES256","typ":"dpop+jwt","jwk":{}}""", "{}"))!;
        var pin = new JwsPin(JwsAlgorithm.ES256, "dpop+jwt");
        Assert.False(Jws.Verify(token, _jwk, pin));
        Assert.True(Jws.Verify(token, _jwk, pin with { MayCarryKey = true }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("{0}=.{1}.{2}")]
    [InlineData("{0}.{1}.{2}=")]
    [InlineData("{0}.{1}.{2}.")]
    [InlineData(" {0}.{1}.{2}")]
    [InlineData("{0}.{1}.{2}\n")]
    [InlineData("{0}.{1}")]
    public void Only_the_one_spelling_is_read(string shape)
    {
        var parts = Sign("{}").Split('.');
        var text = shape
            .Replace("{0}", parts[0], StringComparison.Ordinal)
            .Replace("{1}", parts[1], StringComparison.Ordinal)
            .Replace("{2}", parts[2], StringComparison.Ordinal);
        Assert.Null(JwsToken.Parse(text));
        Assert.NotNull(JwsToken.Parse(string.Join('.', parts)));
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("[]")]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("{\"a\":1,}")]
    public void Claims_are_one_strict_object(string payload) =>
        Assert.Null(JwsToken.Parse(Sign(payload)));

    [Fact]
    public void A_token_over_the_limit_is_not_looked_at() =>
        Assert.Null(JwsToken.ParseOpaque(Sign(new string('a', JwsToken.MaxLength))));

    [Fact]
    public void A_bot_framework_like_token_verifies_by_rs256_and_an_endorsed_key_keeps_its_members()
    {
        using var rsa = RSA.Create(2048);
        var p = rsa.ExportParameters(false);
        var set = JwkSet.Parse(
            Encoding.UTF8.GetBytes(
                $$"""
                {"keys":[{"kty":"RSA","use":"sig","kid":"k1","x5t":"k1","n":"{{Base64UrlText.Encode(
                    p.Modulus
                )}}",
                "e":"AQAB","endorsements":["msteams"]},{"kty":"oct","kid":"k2","k":"AAAA"}]}
                """
            )
        )!;
        var input =
            $"{Encode("""{"alg":"RS256","kid":"k1","x5t":"k1","typ":"JWT"}""")}.{Encode("{}")}";
        var signature = rsa.SignData(
            Encoding.ASCII.GetBytes(input),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        var token = JwsToken.Parse($"{input}.{Base64UrlText.Encode(signature)}")!;
        var key = set.Find(token.Kid!)!;
        Assert.True(Jws.Verify(token, key, new JwsPin(JwsAlgorithm.RS256, null)));
        Assert.False(Jws.Verify(token, key, new JwsPin(JwsAlgorithm.ES256, null)));
        Assert.Equal("msteams", key.Members.GetProperty("endorsements")[0].GetString());
        Assert.Null(set.Find("k2"));
    }

    private string Sign(string payload) =>
        Jws.Sign(_key, _jwk.Thumbprint, Pin.Typ!, Encoding.UTF8.GetBytes(payload));

    private string SignRaw(string header, string payload)
    {
        var input = $"{Encode(header)}.{Encode(payload)}";
        return $"{input}.{Base64UrlText.Encode(_key.SignData(Encoding.ASCII.GetBytes(input), HashAlgorithmName.SHA256))}";
    }

    private static string Encode(string text) => Base64UrlText.Encode(Encoding.UTF8.GetBytes(text));
}
