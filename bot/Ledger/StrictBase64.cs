using System.Diagnostics.CodeAnalysis;

namespace ChatApprovals.Ledger;

/// <summary>Standard base64 (RFC 4648 section 4) with exactly one spelling: padded, no white space, no stray bits.</summary>
internal static class StrictBase64
{
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        var buffer = new byte[text.Length / 4 * 3];
        bytes =
            text.Length % 4 == 0 && Convert.TryFromBase64String(text, buffer, out var length)
                ? buffer[..length]
                : null;
        if (
            bytes is not null
            && !string.Equals(Convert.ToBase64String(bytes), text, StringComparison.Ordinal)
        )
            bytes = null;
        return bytes is not null;
    }
}
