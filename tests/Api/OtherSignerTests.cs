using System.Text.Json;
using ChatApprovals.Api;
using ChatApprovals.Jose;
using ChatApprovals.Tests.Support;

namespace ChatApprovals.Tests.Api;

/// <summary>Tokens that another party's program signed: those of the fixed list are believed, no other.</summary>
public sealed class OtherSignerTests
{
    private const string Issuer = "https://login.example";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tokens_signed_by_npm_jose_are_believed_by_the_fixed_list_alone()
    {
        SharedData.SkipUnless(
            Directory.Exists(SharedData.InRepository("tests/node/node_modules/jose")),
            "npm jose is not installed: npm ci in tests/node"
        );
        var now = Make.Noon.ToUnixTimeSeconds();
        string[] algorithms =
        [
            "ES256",
            "RS256",
            "PS256",
            "ES384",
            "RS512",
            "PS512",
            "EdDSA",
            "HS256",
        ];
        var claims = new
        {
            iss = Issuer,
            sub = "bob",
            aud = "chat-approvals",
            iat = now - 20,
            exp = now + 300,
            auth_time = now - 60,
        };
        var (exit, output) = await OtherProgram.Run(
            "node",
            [SharedData.InRepository("tests/node/sign-token.mjs")],
            JsonSerializer.Serialize(new { algorithms, claims }),
            Cancel
        );
        Assert.Equal(0, exit);
        var signed = JsonElement.Parse(output).EnumerateArray().ToList();
        var believed = signed.Where(IsBelieved).Select(s => s.GetProperty("alg").GetString());
        Assert.Equal("ES256 RS256 PS256", string.Join(' ', believed));
        Assert.Equal(algorithms.Length, signed.Count);
    }

    private static bool IsBelieved(JsonElement signed) =>
        JwsToken.Parse(signed.GetProperty("token").GetString()!) is { } token
        && Jwk.Parse(signed.GetProperty("jwk")) is { } key
        && OidcToken.Check(
            token,
            key,
            new ApiOptions { Issuer = Issuer, Audience = "chat-approvals" },
            Make.Noon
        ) is OidcReading.Accepted;
}
