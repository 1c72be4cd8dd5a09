using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace ChatApprovals.Slack;

/// <summary>
/// Slack's request signature, version 0: <c>v0=</c> and the lower-case hex of HMAC-SHA256 over
/// <c>v0:&lt;timestamp&gt;:&lt;raw body&gt;</c>
/// (docs.slack.dev/authentication/verifying-requests-from-slack). Pure; looks at bytes, never at content.
/// </summary>
public static class SlackSignature
{
    public const string SignatureName = "X-Slack-Signature";
    public const string TimestampName = "X-Slack-Request-Timestamp";

    /// <summary>How far Slack's clock and ours may be apart, either way (same page: five minutes).</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromSeconds(300);

    private const int TimestampDigitsMax = 12;
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789");

    /// <summary>Null when the request is Slack's own and recent, else why not (for the log only).</summary>
    public static string? Problem(
        string secret,
        StringValues signature,
        StringValues timestamp,
        ReadOnlySpan<byte> body,
        DateTimeOffset now
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(secret);
        if (signature is not [{ } given] || timestamp is not [{ } at])
        {
            return "not exactly one signature and one timestamp";
        }

        if (
            at.Length is 0 or > TimestampDigitsMax
            || at.AsSpan().ContainsAnyExcept(Digits)
            || Math.Abs(now.ToUnixTimeSeconds() - long.Parse(at)) > (long)AgeMax.TotalSeconds
        )
        {
            return "the timestamp is not of now";
        }

        return CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(Sign(secret, at, body)),
            Encoding.UTF8.GetBytes(given)
        )
            ? null
            : "the signature is wrong";
    }

    /// <summary>What Slack would sign this with.</summary>
    public static string Sign(string secret, string timestamp, ReadOnlySpan<byte> body)
    {
        using var mac = IncrementalHash.CreateHMAC(
            HashAlgorithmName.SHA256,
            Encoding.UTF8.GetBytes(secret)
        );
        mac.AppendData(Encoding.ASCII.GetBytes($"v0:{timestamp}:"));
        mac.AppendData(body);
        return "v0=" + Convert.ToHexStringLower(mac.GetHashAndReset());
    }
}
