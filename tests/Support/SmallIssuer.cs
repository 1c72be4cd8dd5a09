using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChatApprovals.Jose;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ChatApprovals.Tests.Support;

/// <summary>
/// A small real OpenID Connect issuer: its metadata and its keys over HTTP, and tokens signed with them, true
/// ones and spoilt ones.
/// </summary>
internal sealed class SmallIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<IssuedKey> _keys = [];
    private int _asked;

    private SmallIssuer(WebApplication app) => _app = app;

    /// <summary>What tokens say as <c>iss</c>.</summary>
    public string Url => _app.Urls.First();

    public Uri Metadata => new(Url + "/.well-known/openid-configuration");

    /// <summary>How often the metadata was fetched.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>Answers instead of the metadata, or instead of the keys.</summary>
    public Func<IResult>? InsteadOfMetadata { get; set; }
    public Func<IResult>? InsteadOfKeys { get; set; }

    /// <summary>The key that signs: the last one published.</summary>
    public IssuedKey Current => _keys[^1];

    public static async Task<SmallIssuer> StartAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var issuer = new SmallIssuer(app);
        issuer.Publish(IssuedKey.Es256("key-1"));
        app.MapGet("/.well-known/openid-configuration", issuer.ServeMetadata);
        app.MapGet("/keys", issuer.ServeKeys);
        await app.StartAsync(cancel);
        return issuer;
    }

    public void Publish(IssuedKey key) => _keys.Add(key);

    public void Withdraw(string kid) =>
        _keys.RemoveAll(k => string.Equals(k.Kid, kid, StringComparison.Ordinal));

    /// <summary>From now on nobody listens there.</summary>
    public Task StopAsync(CancellationToken cancel) => _app.StopAsync(cancel);

    /// <summary>The claims of somebody who signed in five minutes ago, as an ID token has them.</summary>
    public JsonObject Claims(string subject, string audience, DateTimeOffset now) =>
        new()
        {
            ["iss"] = Url,
            ["sub"] = subject,
            ["aud"] = audience,
            ["iat"] = now.AddSeconds(-20).ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
            ["auth_time"] = now.AddMinutes(-5).ToUnixTimeSeconds(),
        };

    public string Token(JsonObject claims) => Current.Token(claims);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult ServeMetadata()
    {
        Interlocked.Increment(ref _asked);
        return InsteadOfMetadata is { } instead
            ? instead()
            : Results.Json(new { issuer = Url, jwks_uri = Url + "/keys" });
    }

    private IResult ServeKeys() =>
        InsteadOfKeys is { } instead
            ? instead()
            : Results.Text(
                new JsonObject
                {
                    ["keys"] = new JsonArray([.. _keys.Select(k => (JsonNode)k.Public())]),
                }.ToJsonString(),
                "application/json"
            );
}

/// <summary>A key of an issuer: what it publishes, and how it signs.</summary>
internal sealed record IssuedKey(
    string Kid,
    string Alg,
    Func<JsonObject> Members,
    Func<byte[], byte[]> Sign
)
{
    public static IssuedKey Es256(string kid)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new IssuedKey(
            kid,
            "ES256",
            () => JsonNode.Parse(JsonText(Jwk.FromEcdsa(key)))!.AsObject(),
            input =>
                key.SignData(
                    input,
                    HashAlgorithmName.SHA256,
                    DSASignatureFormat.IeeeP1363FixedFieldConcatenation
                )
        );
    }

    /// <summary>RS256 or PS256.</summary>
    public static IssuedKey Rsa(string kid, string alg)
    {
        var key = RSA.Create(2048);
        var open = key.ExportParameters(includePrivateParameters: false);
        var padding = alg is "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;
        return new IssuedKey(
            kid,
            alg,
            () =>
                new JsonObject
                {
                    ["kty"] = "RSA",
                    ["n"] = Base64UrlText.Encode(open.Modulus),
                    ["e"] = Base64UrlText.Encode(open.Exponent),
                },
            input => key.SignData(input, HashAlgorithmName.SHA256, padding)
        );
    }

    public JsonObject Public()
    {
        var members = Members();
        members["kid"] = Kid;
        members["alg"] = Alg;
        members["use"] = "sig";
        return members;
    }

    public Jwk Jwk => Jwk.Parse(JsonElement.Parse(Public().ToJsonString()))!;

    public JsonObject Header(string? typ = "JWT")
    {
        var header = new JsonObject { ["alg"] = Alg, ["kid"] = Kid };
        if (typ is not null)
        {
            header["typ"] = typ;
        }

        return header;
    }

    public string Token(JsonObject claims, JsonObject? header = null) =>
        Token((header ?? Header()).ToJsonString(), claims.ToJsonString());

    /// <summary>Signs whatever it is given.</summary>
    public string Token(string header, string payload)
    {
        var input = $"{Encode(header)}.{Encode(payload)}";
        return $"{input}.{Base64UrlText.Encode(Sign(Encoding.ASCII.GetBytes(input)))}";
    }

    private static string Encode(string text) => Base64UrlText.Encode(Encoding.UTF8.GetBytes(text));

    private static string JsonText(Jwk key) => key.Members.GetRawText();
}
