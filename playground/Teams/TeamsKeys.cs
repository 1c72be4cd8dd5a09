using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace ChatApprovals.Playground.Teams;

/// <summary>The claims and header of one token to the bot. What a test changes here, the bot must refuse.</summary>
public sealed record TeamsToken(
    string Issuer,
    string Audience,
    string? ServiceUrl,
    DateTimeOffset NotBefore,
    DateTimeOffset Expires,
    string KeyId
);

/// <summary>The keys with which the played Bot Framework signs, and their publication as JWKS.</summary>
public sealed class TeamsKeys : IDisposable
{
    private readonly Lock _gate = new();
    private ImmutableList<Key> _keys = [];

    public TeamsKeys() => Rollover();

    /// <summary>The key that signs now.</summary>
    public string CurrentKeyId => _keys[^1].Id;

    /// <summary>A new key signs from now on; the older ones stay published until <see cref="Retire"/>.</summary>
    public string Rollover(params string[] endorsements)
    {
        var rsa = RSA.Create(2048);
        var id = RandomIds.Token(20);
        lock (_gate)
        {
            _keys = _keys.Add(new(id, rsa, endorsements is [] ? ["msteams"] : endorsements));
        }
        return id;
    }

    /// <summary>Takes a key out of publication; what it signed must be refused once caches are fresh.</summary>
    public void Retire(string keyId)
    {
        lock (_gate)
        {
            _keys = _keys.RemoveAll(k => string.Equals(k.Id, keyId, StringComparison.Ordinal));
        }
    }

    /// <summary>The token as a compact JWS, RS256.</summary>
    public string Sign(TeamsToken token)
    {
        var key =
            _keys.Find(k => string.Equals(k.Id, token.KeyId, StringComparison.Ordinal))
            ?? throw new ArgumentException($"no such key: {token.KeyId}", nameof(token));
        var header = Part(
            new
            {
                alg = "RS256",
                kid = key.Id,
                x5t = key.Id,
                typ = "JWT",
            }
        );
        var claims = Part(
            new
            {
                serviceurl = token.ServiceUrl,
                nbf = token.NotBefore.ToUnixTimeSeconds(),
                exp = token.Expires.ToUnixTimeSeconds(),
                iss = token.Issuer,
                aud = token.Audience,
            }
        );
        var signed = System.Text.Encoding.ASCII.GetBytes($"{header}.{claims}");
        lock (_gate)
        {
            var signature = key.Rsa.SignData(
                signed,
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            );
            return $"{header}.{claims}.{Base64Url.EncodeToString(signature)}";
        }
    }

    public void Dispose()
    {
        foreach (var key in _keys)
        {
            key.Rsa.Dispose();
        }
    }

    internal object Jwks() =>
        new
        {
            keys = _keys.Select(k =>
            {
                var parameters = k.Rsa.ExportParameters(includePrivateParameters: false);
                return new
                {
                    kty = "RSA",
                    use = "sig",
                    kid = k.Id,
                    x5t = k.Id,
                    n = Base64Url.EncodeToString(parameters.Modulus),
                    e = Base64Url.EncodeToString(parameters.Exponent),
                    endorsements = k.Endorsements,
                };
            }),
        };

    private static string Part(object value) => Base64Url.EncodeToString(Json.Bytes(value));

    private sealed record Key(string Id, RSA Rsa, IReadOnlyList<string> Endorsements);
}
