using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChatApprovals.Approvals;
using ChatApprovals.Jose;

namespace ChatApprovals.Grants;

/// <summary>
/// A grant as a JWT (RFC 7519), ES256, of the explicit type <see cref="Typ"/> (RFC 8725, 3.11), with one
/// RFC 9396 authorization detail that carries AuthZEN's <c>binding_hash</c> and its salt.
/// </summary>
public static class GrantToken
{
    public const string Typ = "approval-grant+jwt";

    /// <summary><c>type</c> of the one authorization detail.</summary>
    public const string DetailType = "urn:chatapprovals:action";

    private static readonly JwsPin s_pin = new(JwsAlgorithm.ES256, Typ);

    /// <summary>Text stays as short as it is: the longest names still make a token that can be read.</summary>
    private static readonly JsonWriterOptions s_plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Sign(Grant grant, SigningKey key) => key.Sign(Typ, Claims(grant));

    /// <summary>
    /// The grant of a token that one of these keys signed for this issuer; null for anything else. Says
    /// nothing about time, audience or whether it was used: see <see cref="GrantCheck"/>.
    /// </summary>
    public static Grant? Open(string token, JwkSet keys, string issuer) =>
        JwsToken.Parse(token) is { Kid: { } kid } parsed
        && keys.Find(kid) is { } key
        && Jws.Verify(parsed, key, s_pin)
        && Read(parsed.Payload) is { } grant
        && string.Equals(grant.Issuer, issuer, StringComparison.Ordinal)
            ? grant
            : null;

    private static ReadOnlySpan<byte> Claims(Grant grant)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer, s_plain))
        {
            json.WriteStartObject();
            json.WriteString("iss", grant.Issuer);
            json.WriteString("sub", grant.Agent.ToString());
            json.WriteString("aud", grant.Audience);
            json.WriteNumber("iat", grant.IssuedAt.ToUnixTimeSeconds());
            json.WriteNumber("nbf", grant.IssuedAt.ToUnixTimeSeconds());
            json.WriteNumber("exp", grant.ExpiresAt.ToUnixTimeSeconds());
            json.WriteString("jti", grant.Id.ToString());
            json.WriteString("txn", grant.Request.ToString());
            json.WriteStartArray("authorization_details");
            WriteDetail(json, grant);
            json.WriteEndArray();
            if (grant.Jkt is { } jkt)
            {
                json.WriteStartObject("cnf");
                json.WriteString("jkt", jkt);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static void WriteDetail(Utf8JsonWriter json, Grant grant)
    {
        json.WriteStartObject();
        json.WriteString("type", DetailType);
        WriteOne(json, "actions", grant.Action);
        WriteOne(json, "locations", grant.Audience);
        json.WriteString("identifier", grant.Resource);
        json.WriteString("binding_hash", grant.BindingHash);
        json.WriteString("salt", grant.Salt);
        json.WriteNumber("max_uses", 1);
        json.WriteStartObject("evidence");
        json.WriteNumber("seq", grant.Evidence.Seq);
        json.WriteString("log", grant.Evidence.Log);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteOne(Utf8JsonWriter json, string name, string value)
    {
        json.WriteStartArray(name);
        json.WriteStringValue(value);
        json.WriteEndArray();
    }

    /// <summary>Null unless every claim is there and of its type. What was signed by us can only fail if we erred.</summary>
    private static Grant? Read(JsonElement claims)
    {
        try
        {
            var detail = Only(claims.GetProperty("authorization_details"));
            var evidence = detail.GetProperty("evidence");
            return
                detail.GetProperty("type").ValueEquals(DetailType)
                && detail.GetProperty("max_uses").GetInt32() == 1
                && claims.GetProperty("nbf").GetInt64() == claims.GetProperty("iat").GetInt64()
                ? new Grant
                {
                    Id = GrantId.Parse(Text(claims, "jti"), CultureInfo.InvariantCulture),
                    Request = RequestId.Parse(Text(claims, "txn"), CultureInfo.InvariantCulture),
                    Issuer = Text(claims, "iss"),
                    Agent = AgentName.Parse(Text(claims, "sub"), CultureInfo.InvariantCulture),
                    Audience = Text(claims, "aud"),
                    IssuedAt = Time(claims, "iat"),
                    ExpiresAt = Time(claims, "exp"),
                    Action = Only(detail.GetProperty("actions")).GetString()!,
                    Resource = Text(detail, "identifier"),
                    BindingHash = Text(detail, "binding_hash"),
                    Salt = Text(detail, "salt"),
                    // Another way to be bound would be read as none.
                    Jkt = claims.TryGetProperty("cnf", out var cnf) ? Text(cnf, "jkt") : null,
                    Evidence = new GrantEvidence(
                        evidence.GetProperty("seq").GetInt64(),
                        Text(evidence, "log")
                    ),
                }
                : null;
        }
        catch (Exception error)
            when (error
                    is KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentOutOfRangeException
            )
        {
            return null;
        }
    }

    private static JsonElement Only(JsonElement array) =>
        array.GetArrayLength() == 1 ? array[0] : throw new FormatException("not exactly one");

    private static string Text(JsonElement owner, string name) =>
        owner.GetProperty(name).GetString() ?? throw new FormatException($"{name} is null");

    private static DateTimeOffset Time(JsonElement claims, string name) =>
        DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty(name).GetInt64());
}
