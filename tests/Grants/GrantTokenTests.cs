using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ChatApprovals.Approvals;
using ChatApprovals.Grants;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Grants;

/// <summary>A token says what the contract names, and nothing but our own, whole, is ever opened.</summary>
public sealed class GrantTokenTests
{
    private const string Issuer = "https://bot.test";
    private static readonly SigningKey s_key = TestDesk.MakeKey("grant");
    private static readonly JwkSet s_keys = new([s_key.Public, TestDesk.MakeKey("next").Public]);

    [Fact]
    public void A_token_reads_back_as_the_grant_it_was_made_of()
    {
        var grant = MakeGrant.One();
        Assert.Equal(grant, GrantToken.Open(GrantToken.Sign(grant, s_key), s_keys, Issuer));
    }

    [Fact]
    public void A_token_that_is_bound_names_the_key_and_reads_back_bound()
    {
        var grant = MakeGrant.One() with { Jkt = "thumbprint" };
        var token = GrantToken.Sign(grant, s_key);
        Assert.Equal(grant, GrantToken.Open(token, s_keys, Issuer));
        Assert.Equal(
            """{"jkt":"thumbprint"}""",
            JwsToken.Parse(token)!.Payload.GetProperty("cnf").GetRawText()
        );
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\"thumbprint\"")]
    [InlineData("{\"jkt\":null}")]
    [InlineData("{\"jkt\":7}")]
    [InlineData("{\"x5t#S256\":\"thumbprint\"}")]
    public void A_token_that_is_bound_in_another_way_is_no_grant(string cnf) =>
        Assert.Null(GrantToken.Open(Resigned(c => c["cnf"] = JsonNode.Parse(cnf)), s_keys, Issuer));

    [Fact]
    public void It_has_the_header_and_the_claims_of_the_contract()
    {
        var grant = MakeGrant.One();
        var token = JwsToken.Parse(GrantToken.Sign(grant, s_key))!;
        Assert.Equal("ES256", token.Alg);
        Assert.Equal("approval-grant+jwt", token.Typ);
        Assert.Equal(s_key.Public.Thumbprint, token.Kid);
        var expected = $$$"""
            {"iss":"https://bot.test","sub":"deploy-bot","aud":"https://guard.test",
             "iat":1795262400,"nbf":1795262400,"exp":1795262520,"jti":"{{{grant.Id}}}","txn":"{{{grant.Request}}}",
             "authorization_details":[{"type":"urn:chatapprovals:action","actions":["iam.role.attach_policy"],
               "locations":["https://guard.test"],"identifier":"deployer","binding_hash":"hash","salt":"salt",
               "max_uses":1,"evidence":{"seq":7,"log":"bot.test/ledger"}}]}
            """;
        Assert.True(
            JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(token.PayloadBytes.Span)),
            Encoding.UTF8.GetString(token.PayloadBytes.Span)
        );
    }

    [Fact]
    public void No_token_with_a_bit_of_it_changed_is_opened()
    {
        var token = GrantToken.Sign(MakeGrant.One(), s_key);
        var opened = 0;
        for (var bit = 0; bit < token.Length * 8; bit++)
        {
            var changed = Encoding.Latin1.GetBytes(token);
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            opened += GrantToken.Open(Encoding.Latin1.GetString(changed), s_keys, Issuer) is null
                ? 0
                : 1;
        }

        Assert.Equal(0, opened);
    }

    [Fact]
    public void No_beginning_end_or_repetition_of_a_token_is_opened()
    {
        var token = GrantToken.Sign(MakeGrant.One(), s_key);
        var parts = token.Split('.');
        string[] others =
        [
            "",
            ".",
            "..",
            token + ".",
            token + "=",
            " " + token,
            token + "\n",
            $"{parts[0]}.{parts[1]}.",
            $"{parts[0]}.{parts[1]}",
            $"{parts[1]}.{parts[0]}.{parts[2]}",
            token + token,
            .. Enumerable.Range(0, token.Length).Select(i => token[..i]),
        ];
        Assert.All(others, other => Assert.Null(GrantToken.Open(other, s_keys, Issuer)));
    }

    [Theory]
    [InlineData("approval-receipt+jwt")]
    [InlineData("JWT")]
    [InlineData("Approval-Grant+JWT")]
    [InlineData("application/approval-grant+jwt")]
    public void What_our_key_signed_as_another_type_is_no_grant(string typ) =>
        Assert.Null(GrantToken.Open(Resigned(_ => { }, typ), s_keys, Issuer));

    [Fact]
    public void What_another_key_signed_is_no_grant_even_under_our_key_id()
    {
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var payload = JwsToken.Parse(GrantToken.Sign(MakeGrant.One(), s_key))!.PayloadBytes;
        var forged = Jws.Sign(stranger, s_key.Kid, GrantToken.Typ, payload.Span);
        var honest = GrantToken.Sign(MakeGrant.One(), TestDesk.MakeKey("grant"));
        Assert.Null(GrantToken.Open(forged, s_keys, Issuer));
        Assert.Null(GrantToken.Open(honest, s_keys, Issuer));
    }

    [Fact]
    public void A_token_of_another_issuer_is_no_grant() =>
        Assert.Null(GrantToken.Open(GrantToken.Sign(MakeGrant.One(), s_key), s_keys, Issuer + "/"));

    public static TheoryData<string> Claims() =>
        ["iss", "sub", "aud", "iat", "nbf", "exp", "jti", "txn", "authorization_details"];

    [Theory]
    [MemberData(nameof(Claims))]
    public void A_token_of_ours_without_a_claim_or_with_another_type_of_it_is_no_grant(string claim)
    {
        Assert.Null(GrantToken.Open(Resigned(c => c.Remove(claim)), s_keys, Issuer));
        Assert.Null(GrantToken.Open(Resigned(c => c[claim] = null), s_keys, Issuer));
        Assert.Null(GrantToken.Open(Resigned(c => c[claim] = true), s_keys, Issuer));
        Assert.Null(
            GrantToken.Open(Resigned(c => c[claim] = new JsonArray("a", "b")), s_keys, Issuer)
        );
    }

    [Theory]
    [InlineData("type", "\"urn:other\"")]
    [InlineData("max_uses", "2")]
    [InlineData("actions", "[]")]
    [InlineData("actions", "[\"a\",\"b\"]")]
    [InlineData("salt", "7")]
    [InlineData("evidence", "null")]
    public void A_detail_of_another_kind_is_no_grant(string member, string value) =>
        Assert.Null(
            GrantToken.Open(
                Resigned(c => c["authorization_details"]![0]![member] = JsonNode.Parse(value)),
                s_keys,
                Issuer
            )
        );

    [Fact]
    public void The_longest_names_still_make_a_token_that_is_read()
    {
        var grant = MakeGrant.One() with
        {
            Action = new string('\u0001', 1_024),
            Resource = new string('\u0001', 4_096),
            Audience = new string('日', 2_048),
        };
        Assert.Equal(grant, GrantToken.Open(GrantToken.Sign(grant, s_key), s_keys, Issuer));
    }

    private static string Resigned(Action<JsonObject> change, string typ = GrantToken.Typ)
    {
        var token = JwsToken.Parse(GrantToken.Sign(MakeGrant.One(), s_key))!;
        var claims = JsonNode.Parse(token.PayloadBytes.Span)!.AsObject();
        change(claims);
        return s_key.Sign(typ, Encoding.UTF8.GetBytes(claims.ToJsonString()));
    }
}

/// <summary>A grant that nothing is wrong with.</summary>
internal static class MakeGrant
{
    public static Grant One() =>
        new()
        {
            Id = GrantId.New(Make.Noon),
            Request = RequestId.New(Make.Noon),
            Issuer = "https://bot.test",
            Agent = Make.Agent,
            Audience = "https://guard.test",
            IssuedAt = Make.Noon,
            ExpiresAt = Make.Noon.AddSeconds(120),
            Action = "iam.role.attach_policy",
            Resource = "deployer",
            BindingHash = "hash",
            Salt = "salt",
            Evidence = new GrantEvidence(7, "bot.test/ledger"),
        };
}
