using System.Buffers.Binary;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Ledger;

/// <summary>
/// A public key that signs notes, under a name: what C2SP signed-note calls a verifier key, written
/// <c>name+hex(key id)+base64(type || key)</c>. Types: 0x02 (ECDSA P-256 over SHA-256, DER signatures, key = SPKI DER) and
/// 0x01 (Ed25519, 32-byte key). Any other type or curve is refused.
/// </summary>
public sealed class NoteKey
{
    public const byte Ed25519 = 0x01;
    public const byte Ecdsa = 0x02;

    private const int ScalarSize = 32;

    private readonly byte[] _key;

    private NoteKey(string name, byte type, byte[] key)
    {
        (Name, Type, _key) = (name, type, key);
        Id = type == Ecdsa ? EcdsaId(key) : NamedId(name, type, key);
    }

    /// <summary>For a log: the origin of its checkpoints.</summary>
    public string Name { get; }

    public byte Type { get; }

    /// <summary>For people.</summary>
    public string Algorithm => Type == Ed25519 ? "Ed25519" : "ECDSA P-256";

    /// <summary>The first four bytes, big-endian, of a SHA-256 (for ECDSA over the SPKI alone). An identifier, not a fingerprint.</summary>
    public uint Id { get; }

    /// <summary>The public half of a P-256 key, under a name without white space or plus.</summary>
    public static NoteKey FromEcdsa(string name, ECDsa key)
    {
        if (!IsName(name))
            throw new ArgumentException("A note key's name breaks its grammar.", nameof(name));
        var spki = key.ExportSubjectPublicKeyInfo();
        return IsP256(spki)
            ? new NoteKey(name, Ecdsa, spki)
            : throw new ArgumentException("A note key must be of P-256.", nameof(key));
    }

    /// <summary>An Ed25519 key of 32 bytes, under a name without white space or plus.</summary>
    public static NoteKey FromEd25519(string name, byte[] key) =>
        IsName(name) && key.Length == Ledger.Ed25519.KeySize
            ? new NoteKey(name, Ed25519, key)
            : throw new ArgumentException("This is no name and key of a signer.", nameof(name));

    /// <summary>Reads a <c>.vkey</c> without its line's end; false for anything that does not print back as it was.</summary>
    public static bool TryParse(string vkey, [NotNullWhen(true)] out NoteKey? key)
    {
        key = null;
        var parts = vkey.Split('+', 3);
        if (
            parts.Length < 3
            || !IsName(parts[0])
            || !StrictBase64.TryDecode(parts[2], out var typed)
        )
            return false;
        key = typed switch
        {
            [Ed25519, .. { Length: 32 } raw] => new NoteKey(parts[0], Ed25519, raw),
            [Ecdsa, .. var spki] when IsP256(spki) => new NoteKey(parts[0], Ecdsa, spki),
            _ => null,
        };
        if (key is null || string.Equals(key.ToString(), vkey, StringComparison.Ordinal))
            return key is not null;
        key = null;
        return false;
    }

    /// <summary>The key in the form of a <c>.vkey</c> file, without a line's end.</summary>
    public override string ToString() =>
        $"{Name}+{Id.ToString("x8", CultureInfo.InvariantCulture)}+{Convert.ToBase64String([Type, .. _key])}";

    /// <summary>
    /// RFC 7638, of an Ed25519 key as RFC 8037 writes one: what entries and files call it. Those of P-256 have theirs
    /// from their JWK.
    /// </summary>
    public string? Thumbprint =>
        Type == Ed25519
            ? Base64Url.EncodeToString(
                SHA256.HashData(
                    Encoding.ASCII.GetBytes(
                        $$"""{"crv":"Ed25519","kty":"OKP","x":"{{Base64Url.EncodeToString(
                            _key
                        )}}"}"""
                    )
                )
            )
            : null;

    /// <summary>Whether this key signed this note text.</summary>
    public bool Verify(ReadOnlySpan<byte> text, ReadOnlySpan<byte> signature)
    {
        if (Type == Ed25519)
            return Ledger.Ed25519.Verify(_key, text, signature);
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_key, out _);
        return StrictDer(signature) is { } pair
            && key.VerifyData(
                text,
                pair,
                HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation
            );
    }

    // The platform's own reading of DER takes an r or s without its leading zero; two spellings of one signature are one
    // too many.
    private static byte[]? StrictDer(ReadOnlySpan<byte> signature)
    {
        try
        {
            var outer = new AsnReader(signature.ToArray(), AsnEncodingRules.DER);
            var inner = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            var pair = new byte[2 * ScalarSize];
            var whole =
                TryRead(inner, pair.AsSpan(0, ScalarSize))
                && TryRead(inner, pair.AsSpan(ScalarSize));
            inner.ThrowIfNotEmpty();
            return whole ? pair : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool TryRead(AsnReader reader, Span<byte> scalar)
    {
        var integer = reader.ReadIntegerBytes().Span;
        if ((integer[0] & 0x80) != 0)
            return false;
        integer = integer.TrimStart((byte)0);
        if (integer.Length > scalar.Length)
            return false;
        integer.CopyTo(scalar[^integer.Length..]);
        return true;
    }

    internal static bool IsName(string name) =>
        name.Length > 0 && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || char.IsControl(c));

    private static uint EcdsaId(byte[] spki) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(spki));

    private static uint NamedId(string name, byte type, byte[] key) =>
        BinaryPrimitives.ReadUInt32BigEndian(
            SHA256.HashData([.. Encoding.UTF8.GetBytes(name), (byte)'\n', type, .. key])
        );

    private static bool IsP256(byte[] spki)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(spki, out var read);
            var curve = key.ExportParameters(includePrivateParameters: false).Curve;
            return read == spki.Length
                && string.Equals(
                    curve.Oid.Value,
                    ECCurve.NamedCurves.nistP256.Oid.Value,
                    StringComparison.Ordinal
                )
                && key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(spki);
        }
        catch (Exception other)
            when (other is CryptographicException or PlatformNotSupportedException)
        {
            return false; // no key, or of a curve that the platform does not know
        }
    }
}
