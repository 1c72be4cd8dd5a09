using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Callbacks;

/// <summary>
/// The signature of a callback, by Standard Webhooks 1.0 with symmetric keys: HMAC-SHA-256 over
/// <c>id.timestamp.body</c>, written <c>v1,</c> and base64; several, separated by a space, while secrets change.
/// Pure.
/// </summary>
public static class StandardWebhook
{
    public const string IdHeader = "webhook-id";
    public const string TimestampHeader = "webhook-timestamp";
    public const string SignatureHeader = "webhook-signature";

    /// <summary>The header's value, one signature for each secret.</summary>
    public static string Sign(
        IEnumerable<byte[]> secrets,
        string id,
        DateTimeOffset at,
        ReadOnlySpan<byte> body
    )
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{id}.{Seconds(at)}."), .. body];
        return string.Join(
            ' ',
            secrets.Select(s => "v1," + Convert.ToBase64String(HMACSHA256.HashData(s, signed)))
        );
    }

    /// <summary>Unix time, in whole seconds.</summary>
    public static string Seconds(DateTimeOffset at) =>
        at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
