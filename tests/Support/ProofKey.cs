using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ChatApprovals.Jose;

namespace ChatApprovals.Tests.Support;

/// <summary>An agent's key and the proofs it makes (RFC 9449), also wrong ones.</summary>
internal sealed class ProofKey
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public string Jkt => Jwk.FromEcdsa(_key).Thumbprint;

    public string Make(
        string method,
        string address,
        DateTimeOffset at,
        string? token = null,
        Action<JsonObject>? header = null,
        Action<JsonObject>? claims = null
    )
    {
        var point = _key.ExportParameters(includePrivateParameters: true);
        var head = new JsonObject
        {
            ["typ"] = "dpop+jwt",
            ["alg"] = "ES256",
            ["jwk"] = new JsonObject
            {
                ["kty"] = "EC",
                ["crv"] = "P-256",
                ["x"] = Base64UrlText.Encode(point.Q.X),
                ["y"] = Base64UrlText.Encode(point.Q.Y),
            },
        };
        var body = new JsonObject
        {
            ["jti"] = Guid.CreateVersion7(at).ToString(),
            ["htm"] = method,
            ["htu"] = address,
            ["iat"] = at.ToUnixTimeSeconds(),
        };
        if (token is not null)
        {
            body["ath"] = DpopProof.HashOf(token);
        }

        header?.Invoke(head);
        claims?.Invoke(body);
        var input = $"{Part(head)}.{Part(body)}";
        var signature = _key.SignData(
            Encoding.ASCII.GetBytes(input),
            HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation
        );
        return $"{input}.{Base64UrlText.Encode(signature)}";
    }

    /// <summary>The private half, as no proof may carry it.</summary>
    public string Secret => Base64UrlText.Encode(_key.ExportParameters(true).D);

    private static string Part(JsonObject part) =>
        Base64UrlText.Encode(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
