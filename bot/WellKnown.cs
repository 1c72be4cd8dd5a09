using System.Buffers;
using System.Text.Json;
using ChatApprovals.Http;
using ChatApprovals.Jose;

namespace ChatApprovals;

/// <summary>
/// <c>GET</c> and <c>HEAD /.well-known/jwks.json</c>: the public keys that grants and receipts verify with, for everybody.
/// </summary>
internal static class WellKnown
{
    /// <summary>Seconds: a new key is known everywhere this long after it is published.</summary>
    private const int KeptFor = 300;

    public static void Map(IEndpointRouteBuilder app, KeyRing keys, TimeProvider clock)
    {
        app.MapMethods(
            "/.well-known/jwks.json",
            ReadOnly.Methods,
            (HttpContext http) =>
            {
                http.Response.Headers.CacheControl = $"public, max-age={KeptFor}";
                http.Response.Headers.XContentTypeOptions = "nosniff";
                return Results.Bytes(
                    Bytes(keys.Published(clock.GetUtcNow())),
                    "application/jwk-set+json"
                );
            }
        );
    }

    private static byte[] Bytes(JwkSet set)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            set.WriteTo(json);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
