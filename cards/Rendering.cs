using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChatApprovals.Cards;

/// <summary>
/// What one viewer is shown: UTF-8 JSON for the platform. <c>DisplayHash</c> is
/// base64url(SHA-256(<c>Json</c>)), recorded with the decision. <c>OffersApprove</c>: an approval
/// may come from it. <c>Fits</c>: the whole action and diff are on it.
/// </summary>
public sealed record Rendering(byte[] Json, string DisplayHash, bool OffersApprove, bool Fits)
{
    private static readonly JsonSerializerOptions s_plain = new()
    {
        // Receivers parse JSON, never HTML; \u escapes would only eat the platforms' size limits.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    internal static Rendering Of(JsonObject root, bool offersApprove, bool fits)
    {
        var json = Bytes(root);
        var hash = Base64Url.EncodeToString(SHA256.HashData(json));
        return new Rendering(json, hash, offersApprove, fits);
    }

    /// <summary>UTF-8 bytes of the JSON without insignificant space.</summary>
    internal static int Size(JsonElement json) =>
        JsonSerializer.SerializeToUtf8Bytes(json, s_plain).Length;

    internal static byte[] Bytes(JsonNode node) =>
        JsonSerializer.SerializeToUtf8Bytes(node, s_plain);
}
