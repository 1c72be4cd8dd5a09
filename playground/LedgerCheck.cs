using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Playground;

/// <summary>A signed tree head, as far as it was read: the signature may still be anyone's.</summary>
public sealed record TreeHead(string Origin, long Size, byte[] Root, string Note);

/// <summary>Checks a tile log from its bytes alone (RFC 6962 tree, C2SP tlog-tiles, tlog-checkpoint and signed-note). Written
/// apart from the bot on purpose: it shares no line with what it checks.</summary>
internal static class LedgerCheck
{
    /// <summary>C2SP tlog-tiles: entries in a full bundle.</summary>
    public const int BundleMax = 256;

    /// <summary>Signed-note type of ECDSA signatures.</summary>
    private const int KeyIdLength = 4;

    /// <summary>The head in the note, without looking at signatures. Null when the text is none.</summary>
    public static TreeHead? Read(string note)
    {
        var lines = note.Split('\n');
        return
            lines.Length >= 5
            && lines[3].Length is 0
            && long.TryParse(lines[1], out var size)
            && size >= 0
            && Convert.FromBase64String(lines[2]) is { Length: 32 } root
            ? new(lines[0], size, root, note)
            : null;
    }

    /// <summary>Whether a line of the note is this P-256 key's signature over its text.</summary>
    public static bool IsSigned(TreeHead head, ECDsa key)
    {
        var end = head.Note.IndexOf("\n\n", StringComparison.Ordinal) + 1;
        var text = Encoding.UTF8.GetBytes(head.Note[..end]);
        var id = SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, KeyIdLength);
        foreach (
            var line in head.Note[(end + 1)..].Split('\n', StringSplitOptions.RemoveEmptyEntries)
        )
        {
            if (
                line.Split(' ') is ["\u2014", var name, var base64]
                && string.Equals(name, head.Origin, StringComparison.Ordinal)
                && Convert.FromBase64String(base64) is { Length: > KeyIdLength } signature
                && signature.AsSpan(0, KeyIdLength).SequenceEqual(id)
                && key.VerifyData(
                    text,
                    signature.AsSpan(KeyIdLength),
                    HashAlgorithmName.SHA256,
                    DSASignatureFormat.Rfc3279DerSequence
                )
            )
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Entries of a bundle: each with its length in two bytes, big-endian, before it.</summary>
    public static IReadOnlyList<byte[]> Entries(ReadOnlySpan<byte> bundle)
    {
        var entries = new List<byte[]>();
        while (bundle.Length > 0)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle);
            entries.Add(bundle.Slice(2, length).ToArray());
            bundle = bundle[(2 + length)..];
        }
        return entries;
    }

    /// <summary>RFC 6962 section 2.1: the Merkle tree hash of the entries.</summary>
    public static byte[] Root(ReadOnlySpan<byte[]> entries)
    {
        if (entries.Length is 0)
        {
            return SHA256.HashData([]);
        }
        if (entries.Length is 1)
        {
            return SHA256.HashData([0, .. entries[0]]);
        }
        var left = 1 << (31 - int.LeadingZeroCount(entries.Length - 1));
        return SHA256.HashData([1, .. Root(entries[..left]), .. Root(entries[left..])]);
    }

    /// <summary>Path of the bundle with this index: groups of three digits, all but the last marked; a partial one
    /// says how many entries it has.</summary>
    public static string BundlePath(long index, int width)
    {
        var path = (index % 1000).ToString("D3");
        for (var rest = index / 1000; rest > 0; rest /= 1000)
        {
            path = $"x{rest % 1000:D3}/{path}";
        }
        return $"/ledger/tile/entries/{path}{(width < BundleMax ? $".p/{width}" : "")}";
    }
}
