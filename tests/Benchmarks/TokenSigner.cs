using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Tests.Benchmarks;

/// <summary>The played Bot Framework's key: signs the token of calls to the bot, and publishes itself.</summary>
internal sealed class TokenSigner : IDisposable
{
    private const string Kid = "benchmark";
    private readonly RSA _rsa = RSA.Create(2048);

    /// <summary>A compact JWS, RS256, good for an hour.</summary>
    public string Sign(string audience, string serviceUrl, DateTimeOffset now)
    {
        var header = Part($$"""{"alg":"RS256","kid":"{{Kid}}","typ":"JWT"}""");
        var claims = Part(
            $$"""
            {"iss":"https://api.botframework.com","aud":"{{audience}}","serviceurl":"{{serviceUrl}}",
            "nbf":{{now.AddMinutes(-5).ToUnixTimeSeconds()}},"exp":{{now.AddHours(
                    1
                ).ToUnixTimeSeconds()}}}
            """
        );
        var signature = _rsa.SignData(
            Encoding.ASCII.GetBytes($"{header}.{claims}"),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    public string Jwks()
    {
        var key = _rsa.ExportParameters(includePrivateParameters: false);
        var (n, e) = (
            Base64Url.EncodeToString(key.Modulus),
            Base64Url.EncodeToString(key.Exponent)
        );
        return $$"""{"keys":[{"kty":"RSA","use":"sig","kid":"{{Kid}}","n":"{{n}}","e":"{{e}}","endorsements":["msteams"]}]}""";
    }

    public void Dispose() => _rsa.Dispose();

    private static string Part(string json) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
