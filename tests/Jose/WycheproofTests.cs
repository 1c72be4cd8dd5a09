using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatApprovals.Jose;
using ChatApprovals.Ledger;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Jose;

/// <summary>Project Wycheproof's cases (C2SP/wycheproof) through our verifiers. Each case where we answer otherwise than
/// the file is listed here with its reason.</summary>
public sealed class WycheproofTests
{
    private const string Folder = "data/wycheproof/testvectors_v1";

    // The file calls these valid. We refuse them on purpose.
    private static readonly Dictionary<string, string> RefusedAlgorithms = new(
        StringComparer.Ordinal
    )
    {
        ["HS256"] = "symmetric: a verifier could sign",
        ["HS384"] = "symmetric: a verifier could sign",
        ["HS512"] = "symmetric: a verifier could sign",
        ["RS384"] = "nobody we verify uses it",
        ["RS512"] = "nobody we verify uses it",
        ["PS384"] = "nobody we verify uses it",
        ["PS512"] = "nobody we verify uses it",
        ["ES512"] = "nobody we verify uses it",
    };

    private static readonly Dictionary<string, string> Refused = new(StringComparer.Ordinal)
    {
        ["json_web_signature_test.json/372"] = "a question mark is not base64url",
        ["json_web_signature_test.json/373"] = "a question mark is not base64url",
        ["json_web_signature_test.json/374"] = "a question mark is not base64url",
    };

    // The file calls these invalid. We accept them, knowingly.
    private static readonly Dictionary<string, string> Accepted = new(StringComparer.Ordinal)
    {
        ["json_web_key_test.json/7"] =
            "a ROCA modulus: the RSA keys come from the issuer's own https metadata; judging how it made them is not ours",
        ["json_web_crypto_test.json/46"] = "the same ROCA key",
    };

    [Fact]
    public void Every_p1363_signature_is_judged_as_the_file_says()
    {
        var count = 0;
        foreach (var (group, test) in Cases("ecdsa_secp256r1_sha256_p1363_test.json"))
        {
            var point = Convert.FromHexString(
                group.GetProperty("publicKey").GetProperty("uncompressed").GetString()!
            );
            var (x, y) = (
                Base64UrlText.Encode(point.AsSpan(1, 32)),
                Base64UrlText.Encode(point.AsSpan(33))
            );
            var key = Key($$"""{"kty":"EC","crv":"P-256","x":"{{x}}","y":"{{y}}"}""")!;
            var valid = key.Verifies(JwsAlgorithm.ES256, Hex(test, "msg"), Hex(test, "sig"));
            Assert.True(IsValid(test) == valid, test.GetRawText());
            count++;
        }
        Assert.Equal(262, count);
    }

    [Fact]
    public void Every_der_signature_is_judged_as_the_file_says()
    {
        var count = 0;
        foreach (var (group, test) in Cases("ecdsa_secp256r1_sha256_test.json"))
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(Hex(group, "publicKeyDer"), out _);
            var key = NoteKey.FromEcdsa("wycheproof", ecdsa);
            var valid = key.Verify(Hex(test, "msg"), Hex(test, "sig"));
            Assert.True(IsValid(test) == valid, test.GetRawText());
            count++;
        }
        Assert.Equal(484, count);
    }

    [Theory]
    [InlineData("json_web_signature_test.json", 401)]
    [InlineData("json_web_key_test.json", 26)]
    [InlineData("json_web_crypto_test.json", 83)]
    public void Every_token_is_judged_as_the_file_says_but_for_the_listed_deviations(
        string file,
        int cases
    )
    {
        var (count, accepted) = (0, 0);
        foreach (var (group, test) in Cases(file))
        {
            count++;
            var token = Token(test);
            var valid = token is not null && VerifiesWithAPin(token, group);
            accepted += valid ? 1 : 0;
            if (IsValid(test) == valid)
                continue;
            var id = $"{file}/{test.GetProperty("tcId").GetInt32()}";
            Assert.True(
                valid ? Accepted.ContainsKey(id) : IsRefusedOnPurpose(id, token, test),
                $"{id}: {test.GetRawText()}"
            );
        }
        Assert.Equal(cases, count);
        Assert.True(accepted > 0);
    }

    private static bool VerifiesWithAPin(JwsToken token, JsonElement group)
    {
        var keys =
            group.TryGetProperty("public", out var set) || group.TryGetProperty("private", out set);
        Assert.True(keys);
        var json = set.TryGetProperty("keys", out _)
            ? set.GetRawText()
            : $$"""{"keys":[{{set.GetRawText()}}]}""";
        var known = JwkSet.Parse(Encoding.UTF8.GetBytes(json))!;
        var key =
            token.Kid is { } kid ? known.Find(kid)
            : known.Keys is [var only] ? only
            : null;
        return key is not null
            && Enum.GetValues<JwsAlgorithm>()
                .Any(pinned => Jws.Verify(token, key, new JwsPin(pinned, null)));
    }

    private static bool IsRefusedOnPurpose(string id, JwsToken? token, JsonElement test) =>
        test.TryGetProperty("jwe", out _) // we have no encryption
        || Refused.ContainsKey(id)
        || (token is not null && RefusedAlgorithms.ContainsKey(token.Alg));

    private static JwsToken? Token(JsonElement test)
    {
        var text = test.TryGetProperty("jws", out var jws) ? jws : test.GetProperty("jwe");
        return JwsToken.ParseOpaque(
            text.ValueKind == JsonValueKind.String ? text.GetString()! : text.GetRawText()
        );
    }

    private static IEnumerable<(JsonElement Group, JsonElement Test)> Cases(string file)
    {
        using var document = JsonDocument.Parse(SharedData.Bytes($"{Folder}/{file}"));
        foreach (var group in document.RootElement.GetProperty("testGroups").EnumerateArray())
        foreach (var test in group.GetProperty("tests").EnumerateArray())
            yield return (group, test);
    }

    private static bool IsValid(JsonElement test) =>
        string.Equals(test.GetProperty("result").GetString(), "valid", StringComparison.Ordinal);

    private static byte[] Hex(JsonElement owner, string name) =>
        Convert.FromHexString(owner.GetProperty(name).GetString()!);

    private static Jwk? Key(string json) => Jwk.Parse(JsonDocument.Parse(json).RootElement);
}
