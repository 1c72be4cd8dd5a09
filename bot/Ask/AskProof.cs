using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace ChatApprovals.Ask;

/// <summary>
/// A key of this run alone, and proofs that we have it (DPoP, RFC 9449), for policies that want grants bound to one.
/// </summary>
internal sealed class AskProof(TimeProvider clock) : IDisposable
{
    private const int IdBytes = 16;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>
    /// A new proof for one call. <paramref name="token"/>: the grant that goes with it; null where it is fetched.
    /// </summary>
    public string Of(HttpMethod method, Uri address, string? token)
    {
        var header = new JsonObject
        {
            ["typ"] = "dpop+jwt",
            ["alg"] = "ES256",
            ["jwk"] = Jwk(isPrivate: false),
        };
        var claims = new JsonObject
        {
            ["jti"] = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes)),
            ["htm"] = method.Method,
            ["htu"] = address.GetLeftPart(UriPartial.Path),
            ["iat"] = clock.GetUtcNow().ToUnixTimeSeconds(),
        };
        if (token is not null)
        {
            var hash = SHA256.HashData(Encoding.ASCII.GetBytes(token));
            claims["ath"] = Base64Url.EncodeToString(hash);
        }

        var signed = $"{Encoded(header)}.{Encoded(claims)}";
        var signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>With <c>d</c>, for whoever has to prove it in our place.</summary>
    public string PrivateJwk() => Jwk(isPrivate: true).ToJsonString(AskJson.Plain);

    public void Dispose() => _key.Dispose();

    private JsonObject Jwk(bool isPrivate)
    {
        var key = _key.ExportParameters(isPrivate);
        var jwk = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = Base64Url.EncodeToString(key.Q.X),
            ["y"] = Base64Url.EncodeToString(key.Q.Y),
        };
        if (isPrivate)
        {
            jwk["d"] = Base64Url.EncodeToString(key.D);
        }

        return jwk;
    }

    private static string Encoded(JsonObject part) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString(AskJson.Plain)));
}
