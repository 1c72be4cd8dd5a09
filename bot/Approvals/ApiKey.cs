using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Approvals;

/// <summary>Who holds a key: the agent that asks, the guard that consumes, the auditor who reads.</summary>
public enum ApiKeyKind
{
    /// <summary><c>cak_…</c></summary>
    Agent,

    /// <summary><c>cgk_…</c></summary>
    Guard,

    /// <summary><c>cau_…</c></summary>
    Auditor,
}

/// <summary>
/// A key of ours: a prefix that tells its kind, 256 random bits as 43 base62 digits, and 6 base62 digits
/// of CRC-32 over all before them, so that we and secret scanners tell a key from a typo without asking
/// anybody. Shown once by <see cref="Reveal"/>; kept only as <see cref="Hash"/>. Never prints itself.
/// </summary>
public sealed class ApiKey
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int PrefixLength = 4;
    private const int RandomBytes = 32;
    private const int RandomDigits = 43;
    private const int ChecksumDigits = 6;
    private const int Length = PrefixLength + RandomDigits + ChecksumDigits;
    private static readonly SearchValues<char> Digits = SearchValues.Create(Base62);

    private readonly string _text;

    private ApiKey(ApiKeyKind kind, string text)
    {
        Kind = kind;
        _text = text;
        Hash = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(text)));
    }

    public ApiKeyKind Kind { get; }

    /// <summary>base64url(SHA-256(key's ASCII)), unpadded: what is stored and looked up.</summary>
    public string Hash { get; }

    public static ApiKey New(ApiKeyKind kind)
    {
        var number = new BigInteger(
            RandomNumberGenerator.GetBytes(RandomBytes),
            isUnsigned: true,
            isBigEndian: true
        );
        var body = PrefixOf(kind) + Write(number, RandomDigits);
        return new ApiKey(kind, body + Checksum(body));
    }

    /// <summary>
    /// Null when the text is not a key of ours: another prefix, length or alphabet, or a checksum that
    /// does not fit. Says nothing about whether anybody holds it.
    /// </summary>
    public static bool TryParse(
        [NotNullWhen(true)] string? text,
        [NotNullWhen(true)] out ApiKey? key
    )
    {
        key = null;
        if (text is not { Length: Length } || KindOf(text) is not { } kind)
        {
            return false;
        }

        var fits =
            text.AsSpan(PrefixLength).IndexOfAnyExcept(Digits) < 0
            && text.AsSpan(Length - ChecksumDigits)
                .SequenceEqual(Checksum(text[..^ChecksumDigits]));
        key = fits ? new ApiKey(kind, text) : null;
        return fits;
    }

    /// <summary>The key itself, for the one time that it is shown or sent.</summary>
    public string Reveal() => _text;

    public override string ToString() => PrefixOf(Kind) + "…";

    private static string PrefixOf(ApiKeyKind kind) =>
        kind switch
        {
            ApiKeyKind.Agent => "cak_",
            ApiKeyKind.Guard => "cgk_",
            ApiKeyKind.Auditor => "cau_",
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };

    private static ApiKeyKind? KindOf(string text) =>
        text[..PrefixLength] switch
        {
            "cak_" => ApiKeyKind.Agent,
            "cgk_" => ApiKeyKind.Guard,
            "cau_" => ApiKeyKind.Auditor,
            _ => null,
        };

    private static string Checksum(string text) => Write(Crc32(text), ChecksumDigits);

    private static string Write(BigInteger number, int digits)
    {
        var text = new char[digits];
        for (var i = digits - 1; i >= 0; i--)
        {
            number = BigInteger.DivRem(number, Base62.Length, out var digit);
            text[i] = Base62[(int)digit];
        }

        return new string(text);
    }

    /// <summary>CRC-32 as in ISO-HDLC (zip, PNG): reflected polynomial EDB88320.</summary>
    private static uint Crc32(string text)
    {
        var crc = uint.MaxValue;
        foreach (var c in text)
        {
            crc ^= c;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) == 0 ? 0 : 0xEDB88320u);
            }
        }

        return ~crc;
    }
}
