using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatApprovals.Jose;
using ChatApprovals.Teams;

namespace ChatApprovals.Tests.Teams;

/// <summary>The token's check by itself: one true token, and every way to spoil it.</summary>
public sealed class TeamsTokenTests : IDisposable
{
    private const string App = "8b1f3c52-6d0e-4e7a-9a43-2c5d7e9f1b60";
    private const string ServiceUrl = "https://smba.trafficmanager.net/amer/5f0c/";
    private static readonly DateTimeOffset s_now = new(2026, 11, 21, 9, 0, 0, TimeSpan.Zero);

    private readonly RSA _rsa = RSA.Create(2048);

    public void Dispose() => _rsa.Dispose();

    [Fact]
    public void A_true_token_is_believed()
    {
        Assert.Null(Check(Signed()));
        Assert.True(TeamsToken.SpeaksFor(TeamsToken.Read("Bearer " + Signed())!, ServiceUrl));
    }

    [Theory]
    [InlineData("iss", "https://api.botframework.us")]
    [InlineData("iss", "https://api.botframework.com/")]
    [InlineData("iss", null)]
    [InlineData("aud", "00000000-0000-0000-0000-000000000001")]
    [InlineData("aud", "api://8b1f3c52-6d0e-4e7a-9a43-2c5d7e9f1b60")]
    [InlineData("aud", null)]
    [InlineData("exp", null)]
    [InlineData("exp", "never")]
    [InlineData("nbf", "soon")]
    public void A_claim_that_is_wrong_or_missing_is_refused(string name, string? value) =>
        Assert.NotNull(Check(Signed(claim: (name, value))));

    [Theory]
    [InlineData(4, true)]
    [InlineData(6, false)]
    public void Clocks_may_differ_by_five_minutes(int minutes, bool isBelieved)
    {
        var off = TimeSpan.FromMinutes(minutes);
        var old = Signed(claim: ("exp", (s_now - off).ToUnixTimeSeconds()));
        var early = Signed(claim: ("nbf", (s_now + off).ToUnixTimeSeconds()));
        Assert.Equal(isBelieved, Check(old) is null);
        Assert.Equal(isBelieved, Check(early) is null);
    }

    [Fact]
    public void An_audience_list_is_refused() =>
        Assert.NotNull(Check(Signed(claim: ("aud", new[] { App, "other" }))));

    [Theory]
    [InlineData("typ", "at+jwt")]
    [InlineData("typ", "dpop+jwt")]
    [InlineData("kid", "another")]
    [InlineData("jku", "https://evil.example/keys")]
    public void A_header_that_is_not_the_Bot_Frameworks_is_refused(string name, string? value) =>
        Assert.NotNull(Check(Signed(header: (name, value))));

    [Fact]
    public void A_token_need_not_say_that_it_is_one() =>
        Assert.Null(Check(Signed(header: ("typ", null))));

    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("HS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    public void No_other_algorithm_is_even_read(string algorithm) =>
        Assert.Null(TeamsToken.Read("Bearer " + Signed(header: ("alg", algorithm))));

    [Fact]
    public void The_public_key_is_no_shared_secret()
    {
        var input = Unsigned(header: ("alg", "HS256"));
        var secret = Encoding.ASCII.GetBytes(_rsa.ExportSubjectPublicKeyInfoPem());
        var mac = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(input));
        Assert.Null(TeamsToken.Read($"Bearer {input}.{Base64UrlText.Encode(mac)}"));
        // And with the algorithm's name changed the signature is none.
        Assert.NotNull(Check($"{Unsigned()}.{Base64UrlText.Encode(mac)}"));
    }

    [Fact]
    public void A_changed_payload_is_refused()
    {
        var parts = Signed().Split('.');
        var other = Unsigned(claim: ("serviceurl", "https://evil.example/")).Split('.')[1];
        Assert.NotNull(Check($"{parts[0]}.{other}.{parts[2]}"));
    }

    [Fact]
    public void Another_key_of_the_same_name_is_refused()
    {
        using var other = RSA.Create(2048);
        Assert.NotNull(Check(Signed(), Key(other)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("[\"webchat\",\"skype\"]")]
    [InlineData("[\"MSTEAMS\"]")]
    [InlineData("\"msteams\"")]
    [InlineData(null)]
    public void A_key_that_is_not_endorsed_for_Teams_is_refused(string? endorsements) =>
        Assert.NotNull(Check(Signed(), Key(_rsa, endorsements)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("https://smba.trafficmanager.net/emea/5f0c/")]
    [InlineData("https://smba.trafficmanager.net/amer/5f0c")]
    public void A_token_speaks_for_its_own_service_url_alone(string? claimed)
    {
        var token = TeamsToken.Read("Bearer " + Signed(claim: ("serviceurl", claimed)))!;
        Assert.False(TeamsToken.SpeaksFor(token, ServiceUrl));
        Assert.False(TeamsToken.SpeaksFor(token, null));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer a.b")]
    [InlineData("Bearer a.b.c")]
    [InlineData("Basic dXNlcjpwYXNz")]
    public void Something_else_than_a_bearer_token_is_no_token(string? header) =>
        Assert.Null(TeamsToken.Read(header));

    [Fact]
    public void A_token_without_a_key_id_is_no_token() =>
        Assert.Null(TeamsToken.Read("Bearer " + Signed(header: ("kid", null))));

    private string? Check(string compact, Jwk? key = null) =>
        TeamsToken.Read("Bearer " + compact) is { } token
            ? TeamsToken.Problem(token, key ?? Key(_rsa), App, s_now)
            : "not read";

    private string Signed((string, object?)? header = null, (string, object?)? claim = null)
    {
        var input = Unsigned(header, claim);
        var signature = _rsa.SignData(
            Encoding.ASCII.GetBytes(input),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1
        );
        return $"{input}.{Base64UrlText.Encode(signature)}";
    }

    private static string Unsigned(
        (string Name, object? Value)? header = null,
        (string Name, object? Value)? claim = null
    )
    {
        var head = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["alg"] = "RS256",
            ["kid"] = "one",
            ["x5t"] = "one",
            ["typ"] = "JWT",
        };
        var claims = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["serviceurl"] = ServiceUrl,
            ["nbf"] = s_now.AddMinutes(-5).ToUnixTimeSeconds(),
            ["exp"] = s_now.AddHours(1).ToUnixTimeSeconds(),
            ["iss"] = "https://api.botframework.com",
            ["aud"] = App,
        };
        Put(head, header);
        Put(claims, claim);
        return $"{Part(head)}.{Part(claims)}";
    }

    private static void Put(Dictionary<string, object?> all, (string Name, object? Value)? one)
    {
        if (one is { Value: null } gone)
        {
            all.Remove(gone.Name);
        }
        else if (one is { } put)
        {
            all[put.Name] = put.Value;
        }
    }

    private static string Part(object value) =>
        Base64UrlText.Encode(JsonSerializer.SerializeToUtf8Bytes(value));

    private static Jwk Key(RSA rsa, string? endorsements = "[\"skype\",\"msteams\"]")
    {
        var p = rsa.ExportParameters(includePrivateParameters: false);
        var (n, e) = (Base64UrlText.Encode(p.Modulus), Base64UrlText.Encode(p.Exponent));
        var extra = endorsements is null ? "" : $",\"endorsements\":{endorsements}";
        var json = $$"""{"kty":"RSA","use":"sig","kid":"one","n":"{{n}}","e":"{{e}}"{{extra}}}""";
        using var document = JsonDocument.Parse(json);
        return Jwk.Parse(document.RootElement.Clone())!;
    }
}
