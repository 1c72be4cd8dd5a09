using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace ChatApprovals.Jose;

/// <summary>Base64url without padding (RFC 7515 section 2) with exactly one spelling for each byte string.</summary>
public static class Base64UrlText
{
    public static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);

    /// <summary>False for padding, white space, foreign characters and stray bits in the last one.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var buffer = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        var status = Base64Url.DecodeFromChars(text, buffer, out _, out var written);
        // The base library forgives white space and padding; printing it again does not.
        if (
            status != OperationStatus.Done
            || !text.SequenceEqual(Base64Url.EncodeToString(buffer.AsSpan(0, written)))
        )
            return false;
        bytes = buffer[..written];
        return true;
    }
}
