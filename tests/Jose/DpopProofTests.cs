using System.Text;
using System.Text.Json.Nodes;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Jose;

/// <summary>What is a proof of a key for this very call, and what is none (RFC 9449, 4.3).</summary>
public sealed class DpopProofTests
{
    private const string Jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
    private const string Token = "the.token.itself";
    private const string Address = "https://guard.test/run";

    /// <summary>RFC 9449, figures 2 and 9.</summary>
    private const string TokenRequest =
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUkl"
        + "DUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R"
        + "2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dH"
        + "BzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8i"
        + "giMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";

    /// <summary>RFC 9449, figure 12.</summary>
    private const string ResourceRequest =
        "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUkl"
        + "DUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R"
        + "2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cH"
        + "M6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8"
        + "ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1ple"
        + "mAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA";

    private static readonly ProofKey s_key = new();
    private static readonly DpopCall s_call = new("POST", Address, Token);

    [Fact]
    public void The_examples_of_the_RFC_are_proofs_of_its_key()
    {
        var asked = new DpopCall("POST", "https://server.example.com/token", Token: null);
        var called = new DpopCall(
            "GET",
            "https://resource.example.org/protectedresource",
            "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
        );
        var one = DpopProof.Read(TokenRequest, asked, At(1_562_262_616));
        Assert.Equal(new DpopReading.Accepted(Jkt, "-BwC3ESc6acc2lTc"), one);
        var other = DpopProof.Read(ResourceRequest, called, At(1_562_262_618));
        Assert.Equal(new DpopReading.Accepted(Jkt, "e1j3V_bKic8-LAEB"), other);
    }

    [Fact]
    public void A_proof_of_this_call_is_accepted_with_its_keys_thumbprint()
    {
        var proof = s_key.Make("POST", Address, Make.Noon, Token);
        var accepted = Assert.IsType<DpopReading.Accepted>(Read(proof));
        Assert.Equal(s_key.Jkt, accepted.Jkt);
    }

    public static TheoryData<string, string> Claims() =>
        new()
        {
            { "jti", "null" },
            { "jti", "7" },
            { "jti", "\"\"" },
            { "jti", $"\"{new string('j', 257)}\"" },
            { "htm", "null" },
            { "htm", "\"GET\"" },
            { "htm", "\"post\"" },
            { "htu", "null" },
            { "htu", "\"\"" },
            { "htu", "\"/run\"" },
            { "htu", "\"https://guard.test/run/\"" },
            { "htu", "\"https://guard.test/RUN\"" },
            { "htu", "\"https://guard.test/run?a=1\"" },
            { "htu", "\"https://guard.test/run#a\"" },
            { "htu", "\"http://guard.test/run\"" },
            { "htu", "\"https://guard.test:8443/run\"" },
            { "htu", "\"https://guard.test.evil.example/run\"" },
            { "htu", "\"https://guard.test@evil.example/run\"" },
            { "htu", "\"https://me@guard.test/run\"" },
            { "htu", "\"ftp://guard.test/run\"" },
            { "iat", "null" },
            { "iat", "\"1795262400\"" },
            { "iat", "1e300" },
            { "ath", "null" },
            { "ath", "\"\"" },
            { "ath", "\"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo\"" },
        };

    [Theory]
    [MemberData(nameof(Claims))]
    public void A_claim_that_is_not_of_this_call_is_told_by_its_name(string claim, string value)
    {
        var proof = s_key.Make(
            "POST",
            Address,
            Make.Noon,
            Token,
            claims: c => c[claim] = JsonNode.Parse(value)
        );
        var refused = Assert.IsType<DpopReading.Refused>(Read(proof));
        Assert.StartsWith($"{claim}: ", refused.Why, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Headers() =>
        new()
        {
            { "typ", "null" },
            { "typ", "\"JWT\"" },
            { "typ", "\"DPOP+JWT\"" },
            { "typ", "\"approval-grant+jwt\"" },
            { "alg", "\"none\"" },
            { "alg", "\"HS256\"" },
            { "alg", "\"ES384\"" },
            { "alg", "\"RS256\"" },
            { "jwk", "null" },
            { "jwk", "\"x\"" },
            { "jwk", "{\"kty\":\"oct\",\"k\":\"AAAA\"}" },
            { "jku", "\"https://evil.example/jwks\"" },
            { "x5u", "\"https://evil.example/cert\"" },
            { "x5c", "[]" },
            { "crit", "[\"b64\"]" },
        };

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_header_of_anything_else_makes_it_none(string member, string value) =>
        IsNone(
            s_key.Make(
                "POST",
                Address,
                Make.Noon,
                Token,
                header: h => h[member] = JsonNode.Parse(value)
            )
        );

    [Fact]
    public void A_key_that_did_not_sign_it_and_a_private_one_make_it_none()
    {
        var other = JsonNode.Parse(
            JwsToken.Parse(TokenRequest)!.Header.GetProperty("jwk").GetRawText()
        );
        IsNone(s_key.Make("POST", Address, Make.Noon, Token, header: h => h["jwk"] = other));
        IsNone(
            s_key.Make(
                "POST",
                Address,
                Make.Noon,
                Token,
                header: h => h["jwk"]!["d"] = s_key.Secret
            )
        );
    }

    [Fact]
    public void No_proof_with_a_bit_of_it_changed_is_accepted()
    {
        var proof = s_key.Make("POST", Address, Make.Noon, Token);
        var accepted = 0;
        for (var bit = 0; bit < proof.Length * 8; bit++)
        {
            var changed = Encoding.Latin1.GetBytes(proof);
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            accepted += Read(Encoding.Latin1.GetString(changed)) is DpopReading.Accepted ? 1 : 0;
        }

        Assert.Equal(0, accepted);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    public void What_is_no_token_is_no_proof(string text) => IsNone(text);

    [Fact]
    public void Two_proofs_or_one_that_is_too_long_are_none()
    {
        var proof = s_key.Make("POST", Address, Make.Noon, Token);
        IsNone($"{proof},{proof}");
        IsNone($"{proof} {proof}");
        var pad = new string('p', DpopProof.LengthMax);
        IsNone(s_key.Make("POST", Address, Make.Noon, Token, claims: c => c["pad"] = pad));
    }

    [Theory]
    [InlineData(-61, false)]
    [InlineData(-60, true)]
    [InlineData(0, true)]
    [InlineData(60, true)]
    [InlineData(61, false)]
    public void It_is_of_now_within_a_minute(int seconds, bool isAccepted)
    {
        var proof = s_key.Make("POST", Address, Make.Noon.AddSeconds(seconds), Token);
        Assert.Equal(isAccepted, Read(proof) is DpopReading.Accepted);
    }

    [Theory]
    [InlineData("https://guard.test/run")]
    [InlineData("HTTPS://GUARD.test:443/run")]
    [InlineData("https://guard.test/x/../run")]
    [InlineData("https://guard.test/%72un")]
    public void An_address_has_more_than_one_spelling(string htu) =>
        Assert.IsType<DpopReading.Accepted>(Read(s_key.Make("POST", htu, Make.Noon, Token)));

    [Fact]
    public void The_calls_own_query_is_not_looked_at_and_without_a_token_neither_is_ath()
    {
        var call = new DpopCall("POST", Address + "?a=1#b", Token: null);
        var with = s_key.Make("POST", Address, Make.Noon, "another");
        var without = s_key.Make("POST", Address, Make.Noon);
        Assert.IsType<DpopReading.Accepted>(DpopProof.Read(with, call, Make.Noon));
        Assert.IsType<DpopReading.Accepted>(DpopProof.Read(without, call, Make.Noon));
    }

    private static void IsNone(string text) =>
        Assert.StartsWith(
            "It must be one JWT",
            Assert.IsType<DpopReading.Refused>(Read(text)).Why,
            StringComparison.Ordinal
        );

    private static DpopReading Read(string proof) => DpopProof.Read(proof, s_call, Make.Noon);

    private static DateTimeOffset At(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);
}
