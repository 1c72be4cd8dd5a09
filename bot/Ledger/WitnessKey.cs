using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChatApprovals.Ledger;

/// <summary>
/// A witness's public key (C2SP tlog-cosignature, <c>cosignature/v1</c>: Ed25519, type 0x04), written like any verifier
/// key: <c>name+hex(key id)+base64(04 || key)</c>. A cosignature says that the witness saw this checkpoint, and none that
/// contradicts it, at a time of its own clock.
/// </summary>
public sealed class WitnessKey
{
    public const byte Type = 0x04;

    private const int TimeSize = sizeof(ulong);

    private readonly byte[] _key;

    private WitnessKey(string name, byte[] key)
    {
        (Name, _key) = (name, key);
        byte[] named = [.. Encoding.UTF8.GetBytes(name), (byte)'\n', Type, .. key];
        Id = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(named));
    }

    public string Name { get; }

    /// <summary>The first four bytes, big-endian, of a SHA-256. An identifier, not a fingerprint.</summary>
    public uint Id { get; }

    /// <summary>A key by its 32 bytes, under a name without white space or plus.</summary>
    public static WitnessKey Of(string name, byte[] key) =>
        NoteKey.IsName(name) && key.Length == Ed25519.KeySize
            ? new WitnessKey(name, key)
            : throw new ArgumentException("This is no name and key of a witness.", nameof(name));

    /// <summary>Reads a <c>.vkey</c> without its line's end; false for anything that does not print back as it was.</summary>
    public static bool TryParse(string vkey, [NotNullWhen(true)] out WitnessKey? key)
    {
        key =
            vkey.Split('+', 3) is [var name, _, var base64]
            && NoteKey.IsName(name)
            && StrictBase64.TryDecode(base64, out var typed)
            && typed is [Type, .. { Length: Ed25519.KeySize } raw]
                ? new WitnessKey(name, raw)
                : null;
        if (!string.Equals(key?.ToString(), vkey, StringComparison.Ordinal))
        {
            key = null;
        }

        return key is not null;
    }

    public override string ToString() =>
        $"{Name}+{Id.ToString("x8", CultureInfo.InvariantCulture)}+{Convert.ToBase64String([Type, .. _key])}";

    /// <summary>
    /// When the witness says that it saw the note, by the first of its lines that verifies; null when none does. Lines
    /// of others are not looked at.
    /// </summary>
    public DateTimeOffset? Cosigned(SignedNote note) =>
        LineIn(note) is { } line ? TimeOf(note.Text, line.Bytes) : null;

    /// <summary>That line.</summary>
    public NoteSignature? LineIn(SignedNote note) =>
        note.Signatures.FirstOrDefault(s =>
            s.KeyId == Id
            && string.Equals(s.Name, Name, StringComparison.Ordinal)
            && TimeOf(note.Text, s.Bytes) is not null
        );

    /// <summary>What a witness signs: a header, its time in seconds, and the checkpoint's text.</summary>
    public static byte[] Message(string text, ulong seconds) =>
        Encoding.UTF8.GetBytes(
            $"cosignature/v1\ntime {seconds.ToString(CultureInfo.InvariantCulture)}\n{text}"
        );

    private DateTimeOffset? TimeOf(string text, byte[] signature)
    {
        if (signature.Length != TimeSize + Ed25519.SignatureSize)
        {
            return null;
        }

        var seconds = BinaryPrimitives.ReadUInt64BigEndian(signature);
        return
            seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            && Ed25519.Verify(_key, Message(text, seconds), signature.AsSpan(TimeSize))
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;
    }
}
