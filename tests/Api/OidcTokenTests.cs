using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Api;
using ChatApprovals.Approvals;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Api;

/// <summary>The check of a person's token by itself: true ones, and every way to spoil one.</summary>
public sealed class OidcTokenTests
{
    private const string Issuer = "https://login.example";
    private const string Audience = "chat-approvals";

    private static readonly ApiOptions s_expected = new() { Issuer = Issuer, Audience = Audience };
    private static readonly IssuedKey s_es = IssuedKey.Es256("es");
    private static readonly IssuedKey s_rs = IssuedKey.Rsa("rs", "RS256");
    private static readonly IssuedKey s_ps = IssuedKey.Rsa("ps", "PS256");

    [Fact]
    public void A_true_token_says_who_signed_in()
    {
        foreach (var key in new[] { s_es, s_rs, s_ps })
        {
            var accepted = Assert.IsType<OidcReading.Accepted>(Read(key.Token(Claims()), key));
            Assert.Equal($"oidc:{Issuer}:auth0|bob", accepted.Who.Account.ToString());
            Assert.Null(accepted.Who.Email);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData("at+jwt")]
    [InlineData("application/at+jwt")]
    public void An_id_token_and_an_access_token_are_taken(string? typ) =>
        Assert.IsType<OidcReading.Accepted>(Read(s_es.Token(Claims(), s_es.Header(typ))));

    [Theory]
    [InlineData("typ", "\"approval-grant+jwt\"")]
    [InlineData("typ", "\"approval-receipt+jwt\"")]
    [InlineData("typ", "\"logout+jwt\"")]
    [InlineData("typ", "\"dpop+jwt\"")]
    [InlineData("typ", "\"secevent+jwt\"")]
    [InlineData("typ", "\"\"")]
    [InlineData("typ", "7")]
    [InlineData("typ", "null")]
    [InlineData("alg", "\"none\"")]
    [InlineData("alg", "\"None\"")]
    [InlineData("alg", "\"\"")]
    [InlineData("alg", "\"es256\"")]
    [InlineData("alg", "\"HS256\"")]
    [InlineData("alg", "\"RS256\"")]
    [InlineData("alg", "\"PS256\"")]
    [InlineData("alg", "\"ES384\"")]
    [InlineData("alg", "\"ES256K\"")]
    [InlineData("alg", "\"EdDSA\"")]
    [InlineData("alg", "null")]
    [InlineData("alg", "-")]
    [InlineData("kid", "\"another\"")]
    [InlineData("kid", "7")]
    [InlineData("crit", "[\"exp\"]")]
    [InlineData("crit", "[]")]
    [InlineData("jku", "\"https://evil.example/keys\"")]
    [InlineData("x5u", "\"https://evil.example/cert\"")]
    [InlineData("x5c", "[\"MIIB\"]")]
    [InlineData("jwk", "{\"kty\":\"EC\"}")]
    public void A_header_that_is_not_as_it_must_be_is_refused(string name, string json) =>
        AssertRefused(s_es.Token(Spoilt(s_es.Header(), name, json), Claims().ToJsonString()));

    [Theory]
    [InlineData("iss", "-")]
    [InlineData("iss", "\"https://login.example/\"")]
    [InlineData("iss", "\"https://LOGIN.example\"")]
    [InlineData("iss", "\"http://login.example\"")]
    [InlineData("iss", "[\"https://login.example\"]")]
    [InlineData("iss", "\"\\ud800\"")]
    [InlineData("aud", "-")]
    [InlineData("aud", "\"Chat-Approvals\"")]
    [InlineData("aud", "\"chat-approvals \"")]
    [InlineData("aud", "[]")]
    [InlineData("aud", "[\"other\"]")]
    [InlineData("aud", "[\"chat-approvals\",7]")]
    [InlineData("aud", "[[\"chat-approvals\"]]")]
    [InlineData("aud", "{\"chat-approvals\":1}")]
    [InlineData("exp", "-")]
    [InlineData("exp", "\"9999999999\"")]
    [InlineData("exp", "0")]
    [InlineData("exp", "-1")]
    [InlineData("exp", "1e300")]
    [InlineData("exp", "true")]
    [InlineData("iat", "-")]
    [InlineData("iat", "\"now\"")]
    [InlineData("nbf", "\"now\"")]
    [InlineData("nbf", "null")]
    [InlineData("auth_time", "-")]
    [InlineData("auth_time", "\"now\"")]
    [InlineData("auth_time", "null")]
    [InlineData("sub", "-")]
    [InlineData("sub", "\"\"")]
    [InlineData("sub", "7")]
    [InlineData("sub", "null")]
    [InlineData("sub", "\"bob\\u0000\"")]
    [InlineData("sub", "\"b\\u00f6b\"")]
    [InlineData("sub", "\"bob\\n\"")]
    [InlineData("sub", "\"\\udc00\"")]
    [InlineData("act", "{\"sub\":\"deploy-bot\"}")]
    [InlineData("act", "null")]
    [InlineData("cnf", "{\"jkt\":\"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I\"}")]
    public void A_claim_that_is_wrong_or_missing_is_refused(string name, string json) =>
        AssertRefused(s_es.Token(s_es.Header().ToJsonString(), Spoilt(Claims(), name, json)));

    [Theory]
    [InlineData("exp", 1, true)]
    [InlineData("exp", 0, false)]
    [InlineData("iat", 60, true)]
    [InlineData("iat", 61, false)]
    [InlineData("nbf", 60, true)]
    [InlineData("nbf", 61, false)]
    [InlineData("auth_time", 60, true)]
    [InlineData("auth_time", 61, false)]
    [InlineData("auth_time", -3600, true)]
    public void Clocks_may_differ_by_a_minute(string name, int seconds, bool isBelieved)
    {
        var claims = Claims();
        claims[name] = Make.Noon.AddSeconds(seconds).ToUnixTimeSeconds();
        Assert.Equal(isBelieved, Read(s_es.Token(claims)) is OidcReading.Accepted);
    }

    [Theory]
    [InlineData(-3601)]
    [InlineData(-90_000)]
    public void Who_signed_in_more_than_an_hour_ago_must_do_so_again(int seconds)
    {
        var claims = Claims();
        claims["auth_time"] = Make.Noon.AddSeconds(seconds).ToUnixTimeSeconds();
        Assert.IsType<OidcReading.TooLongAgo>(Read(s_es.Token(claims)));
    }

    [Fact]
    public void A_time_may_have_a_fraction()
    {
        var claims = Claims();
        claims["auth_time"] = Make.Noon.ToUnixTimeSeconds() - 300.25;
        Assert.IsType<OidcReading.Accepted>(Read(s_es.Token(claims)));
    }

    [Theory]
    [InlineData("""{"iss":"https://login.example","iss":"https://login.example"}""")]
    [InlineData("""{"sub":"auth0|bob","\u0073ub":"auth0|alice"}""")]
    [InlineData("""{"a":{"b":1,"b":2}}""")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"bob\"")]
    [InlineData("")]
    [InlineData("{} {}")]
    [InlineData("{\"a\":1,}")]
    public void A_payload_that_could_be_read_in_two_ways_is_refused(string payload) =>
        AssertRefused(s_es.Token(s_es.Header().ToJsonString(), Merged(payload)));

    [Fact]
    public void A_header_with_a_member_twice_is_refused() =>
        AssertRefused(
            s_es.Token(
                """{"alg":"ES256","alg":"ES256","kid":"es","typ":"JWT"}""",
                Claims().ToJsonString()
            )
        );

    [Fact]
    public void A_changed_payload_or_signature_is_refused()
    {
        var parts = s_es.Token(Claims()).Split('.');
        var other = Claims();
        other["sub"] = "auth0|carol";
        AssertRefused($"{parts[0]}.{s_es.Token(other).Split('.')[1]}.{parts[2]}");
        AssertRefused($"{parts[0]}.{parts[1]}.");
        AssertRefused($"{parts[0]}.{parts[1]}");
        AssertRefused($"{parts[0]}.{parts[1]}.{parts[2]}.");
        AssertRefused($"{parts[0]}.{parts[1]}.{parts[2]}=");
        AssertRefused($"{parts[0]}.{parts[1]}.{new string('A', 86)}");
    }

    [Fact]
    public void Another_key_of_the_same_name_is_refused() =>
        AssertRefused(IssuedKey.Es256("es").Token(Claims()));

    [Fact]
    public void A_key_is_used_for_its_own_algorithm_only()
    {
        // The same RSA key, published for RS256, did sign this by PS256.
        var pss = s_ps with
        {
            Kid = "rs",
        };
        var asPkcs1 = s_ps with { Kid = "rs", Alg = "RS256" };
        AssertRefused(pss.Token(Claims()), asPkcs1);
    }

    [Fact]
    public void The_public_key_is_no_shared_secret()
    {
        var header = s_es.Header();
        header["alg"] = "HS256";
        var mac = s_es with
        {
            Sign = input =>
                HMACSHA256.HashData(Encoding.ASCII.GetBytes(s_es.Public().ToJsonString()), input),
        };
        AssertRefused(mac.Token(Claims(), header));
        // And with the algorithm's name changed the signature is none.
        AssertRefused(mac.Token(Claims()));
    }

    [Theory]
    [InlineData("true", "bob@acme.example", "bob@acme.example")]
    [InlineData("false", "bob@acme.example", null)]
    [InlineData("\"true\"", "bob@acme.example", null)]
    [InlineData("1", "bob@acme.example", null)]
    [InlineData("-", "bob@acme.example", null)]
    [InlineData("true", "", null)]
    public void Only_an_address_that_the_issuer_verified_is_one(
        string verified,
        string email,
        string? known
    )
    {
        var claims = Claims();
        claims["email"] = email;
        var token = s_es.Token(
            s_es.Header().ToJsonString(),
            Spoilt(claims, "email_verified", verified)
        );
        var accepted = Assert.IsType<OidcReading.Accepted>(Read(token));
        Assert.Equal(known, accepted.Who.Email);
    }

    [Theory]
    [InlineData("f:3c1:bob", "oidc:https://login.example:f%3A3c1%3Abob")]
    [InlineData("50% bob", "oidc:https://login.example:50%25%20bob")]
    public void A_subject_with_a_colon_is_an_account_of_its_own(string subject, string account)
    {
        var claims = Claims();
        claims["sub"] = subject;
        var accepted = Assert.IsType<OidcReading.Accepted>(Read(s_es.Token(claims)));
        Assert.Equal(account, accepted.Who.Account.ToString());
        Assert.Equal(subject, accepted.Who.Account.User);
    }

    private static void AssertRefused(string compact, IssuedKey? key = null) =>
        Assert.IsType<OidcReading.Refused>(Read(compact, key));

    /// <summary>As the gate does: what is no token at all is refused before a key is looked for.</summary>
    private static OidcReading Read(string compact, IssuedKey? key = null) =>
        JwsToken.Parse(compact) is { } token
            ? OidcToken.Check(token, (key ?? s_es).Jwk, s_expected, Make.Noon)
            : new OidcReading.Refused("is no token");

    private static JsonObject Claims() =>
        new()
        {
            ["iss"] = Issuer,
            ["sub"] = "auth0|bob",
            ["aud"] = new JsonArray(Audience, "userinfo"),
            ["iat"] = Make.Noon.AddSeconds(-20).ToUnixTimeSeconds(),
            ["exp"] = Make.Noon.AddMinutes(5).ToUnixTimeSeconds(),
            ["auth_time"] = Make.Noon.AddMinutes(-5).ToUnixTimeSeconds(),
        };

    /// <summary>With the member as this JSON, as it is written; <c>-</c>: without it.</summary>
    private static string Spoilt(JsonObject whole, string name, string json)
    {
        whole.Remove(name);
        if (json is "-")
        {
            return whole.ToJsonString();
        }

        whole[name] = "spoilt";
        return whole.ToJsonString().Replace("\"spoilt\"", json, StringComparison.Ordinal);
    }

    /// <summary>The true claims with these members beside them, or this instead of an object.</summary>
    private static string Merged(string payload) =>
        payload.StartsWith('{') && payload.Length > 2 && payload.EndsWith('}') && payload[1] is '"'
            ? Claims().ToJsonString()[..^1] + "," + payload[1..]
            : payload;
}
