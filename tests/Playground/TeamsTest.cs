using System.Buffers.Text;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChatApprovals.Playground;
using ChatApprovals.Playground.Teams;
using Microsoft.AspNetCore.Http;

namespace ChatApprovals.Tests.Playground;

/// <summary>Calls the played Teams as the bot does, with a token of its own.</summary>
public abstract class TeamsTest : PlaygroundTest
{
    protected static readonly string Carol = People.Carol.Mri!;
    private string? _token;

    protected static object Card(string verb = "approve", params string[] refreshFor) =>
        new
        {
            type = "AdaptiveCard",
            version = "1.5",
            body = new[] { new { type = "TextBlock", text = "Please decide" } },
            actions = new[]
            {
                new
                {
                    type = "Action.Execute",
                    verb,
                    title = "Approve",
                    data = new { id = "opaque" },
                },
            },
            refresh = new
            {
                action = new
                {
                    type = "Action.Execute",
                    verb = "refresh",
                    data = new { id = "opaque" },
                },
                userIds = refreshFor,
            },
        };

    protected static object Activity(object card) =>
        new
        {
            type = "message",
            attachments = new[]
            {
                new { contentType = "application/vnd.microsoft.card.adaptive", content = card },
            },
        };

    protected static string In(string conversation) =>
        $"v3/conversations/{Uri.EscapeDataString(conversation)}/activities";

    protected static string? VerbOf(JsonElement? card) =>
        card!.Value.GetProperty("actions")[0].GetProperty("verb").GetString();

    protected static Func<Received, HttpContext, Task> Invoked(object answer) =>
        (_, http) => http.Response.WriteAsJsonAsync(answer, Cancel);

    protected sealed record Answered(int Status, JsonElement? Body)
    {
        public string? Id => Body?.GetProperty("id").GetString();
        public string? Error => Body?.GetProperty("error").GetString();
        public string? Code => Body?.GetProperty("error").GetProperty("code").GetString();
    }

    protected async Task<Answered> TokenCall(
        string? secret = null,
        string scope = "https://api.botframework.com/.default",
        string? client = null
    )
    {
        using var form = new FormUrlEncodedContent(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["grant_type"] = "client_credentials",
                ["client_id"] = client ?? Teams.Options.AppId,
                ["client_secret"] = secret ?? Teams.Options.AppPassword,
                ["scope"] = scope,
            }
        );
        using var response = await Http.PostAsync(new Uri(Teams.TokenUrl), form, Cancel);
        return new(
            (int)response.StatusCode,
            await response.Content.ReadFromJsonAsync<JsonElement>(Cancel)
        );
    }

    protected async Task<Answered> Call(
        HttpMethod method,
        string path,
        object? body,
        string? token = null
    )
    {
        _token ??= (await TokenCall()).Body!.Value.GetProperty("access_token").GetString();
        using var request = new HttpRequestMessage(method, new Uri(Teams.ServiceUrl + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? _token);
        request.Content = body is null ? null : JsonContent.Create(body);
        using var response = await Http.SendAsync(request, Cancel);
        var text = await response.Content.ReadAsStringAsync(Cancel);
        var json = text.Length > 0 ? JsonDocument.Parse(text).RootElement : (JsonElement?)null;
        return new((int)response.StatusCode, json);
    }

    /// <summary>Checks the token as a stranger would, from the metadata on; gives the key's id.</summary>
    protected async Task<string> AssertAuthentic(Received heard)
    {
        var parts = heard.Headers.Authorization.ToString()["Bearer ".Length..].Split('.');
        var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0])).RootElement;
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
        var metadata = await Http.GetFromJsonAsync<JsonElement>(
            new Uri(Teams.OpenIdMetadataUrl),
            Cancel
        );
        var keys = await Http.GetFromJsonAsync<JsonElement>(
            new Uri(metadata.GetProperty("jwks_uri").GetString()!),
            Cancel
        );
        var kid = header.GetProperty("kid").GetString()!;
        var key = keys.GetProperty("keys")
            .EnumerateArray()
            .Single(k =>
                string.Equals(k.GetProperty("kid").GetString(), kid, StringComparison.Ordinal)
            );
        Assert.Equal("msteams", key.GetProperty("endorsements")[0].GetString());
        using var rsa = RSA.Create(
            new RSAParameters
            {
                Modulus = Base64Url.DecodeFromChars(key.GetProperty("n").GetString()),
                Exponent = Base64Url.DecodeFromChars(key.GetProperty("e").GetString()),
            }
        );
        Assert.True(
            rsa.VerifyData(
                Encoding.ASCII.GetBytes(parts[0] + "." + parts[1]),
                Base64Url.DecodeFromChars(parts[2]),
                HashAlgorithmName.SHA256,
                RSASignaturePadding.Pkcs1
            )
        );
        Assert.Equal("https://api.botframework.com", claims.GetProperty("iss").GetString());
        Assert.Equal(Teams.Options.AppId, claims.GetProperty("aud").GetString());
        var activity = JsonDocument.Parse(heard.Body).RootElement;
        Assert.Equal(
            activity.GetProperty("serviceUrl").GetString(),
            claims.GetProperty("serviceurl").GetString()
        );
        return kid;
    }
}
