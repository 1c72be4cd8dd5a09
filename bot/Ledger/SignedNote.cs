using System.Buffers.Binary;
using System.Text;

namespace ChatApprovals.Ledger;

/// <summary>One signature line: who says it signed, and the signature's bytes without the key id.</summary>
public sealed record NoteSignature(string Name, uint KeyId, byte[] Bytes)
{
    /// <summary>Whether it says that it is of this key; no more.</summary>
    public bool IsBy(NoteKey key) =>
        key.Id == KeyId && string.Equals(key.Name, Name, StringComparison.Ordinal);
}

/// <summary>
/// C2SP signed-note: a text that ends in a line feed, an empty line, and signature lines. The text means nothing until
/// <see cref="Open"/> has found a signature of a known key on it.
/// </summary>
public sealed record SignedNote(string Text, IReadOnlyList<NoteSignature> Signatures)
{
    /// <summary>Far above what logs and witnesses write; the specification asks for a limit and for at least 16.</summary>
    public const int MaxSignatures = 64;

    /// <summary>Longest note that is read, in characters.</summary>
    public const int MaxLength = 1 << 20;

    private const string Dash = "\u2014 ";

    /// <summary>Signs a text by each of the signers. Two signatures of one text differ.</summary>
    public static SignedNote Sign(string text, params ReadOnlySpan<NoteSigner> signers)
    {
        RequireText(text);
        var bytes = Encoding.UTF8.GetBytes(text);
        var signatures = new List<NoteSignature>(signers.Length);
        foreach (var signer in signers)
        {
            signatures.Add(signer.Sign(bytes));
        }
        return new SignedNote(text, signatures);
    }

    /// <summary>Splits a note at its last empty line. Verifies nothing.</summary>
    /// <exception cref="FormatException">Not a note that <see cref="ToString"/> would print; the message is one sentence.</exception>
    public static SignedNote Parse(string note)
    {
        if (note.Length > MaxLength)
            throw new FormatException("A signed note is too long.");
        var end = note.LastIndexOf("\n\n", StringComparison.Ordinal);
        if (end < 0 || !note.EndsWith('\n'))
            throw new FormatException("A signed note lacks its empty line or its last line feed.");
        var text = note[..(end + 1)];
        RequireText(text);
        var lines = note[(end + 2)..].Split('\n')[..^1];
        if (lines.Length is 0 or > MaxSignatures)
            throw new FormatException($"A signed note has {lines.Length} signatures.");
        return new SignedNote(text, [.. lines.Select(ParseLine)]);
    }

    /// <summary>
    /// The text, if at least one of the keys signed it and none of them failed to. Signatures of other keys are ignored, as
    /// the specification demands; a known key's signature that does not verify refuses the whole note.
    /// </summary>
    /// <param name="note">The whole note.</param>
    /// <param name="known">The keys that are trusted from elsewhere, never from the note's own source.</param>
    /// <param name="signers">The names of the keys that did sign.</param>
    /// <exception cref="FormatException">Any other note; the message is one sentence.</exception>
    public static string Open(
        string note,
        IReadOnlyCollection<NoteKey> known,
        out IReadOnlySet<string> signers
    )
    {
        var parsed = Parse(note);
        var bytes = Encoding.UTF8.GetBytes(parsed.Text);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var signature in parsed.Signatures)
        {
            var key = known.FirstOrDefault(signature.IsBy);
            if (key is null)
                continue;
            if (!key.Verify(bytes, signature.Bytes))
                throw new FormatException(
                    $"The {key.Algorithm} signature of {key.Name} does not verify."
                );
            names.Add(key.Name);
        }
        signers = names;
        return names.Count > 0
            ? parsed.Text
            : throw new FormatException("The note bears no signature of a known key.");
    }

    /// <summary>The note as it is stored and served.</summary>
    public override string ToString()
    {
        var note = new StringBuilder(Text).Append('\n');
        foreach (var signature in Signatures)
            note.Append(Line(signature));
        return note.ToString();
    }

    private static string Line(NoteSignature signature)
    {
        var bytes = new byte[sizeof(uint) + signature.Bytes.Length];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, signature.KeyId);
        signature.Bytes.CopyTo(bytes, sizeof(uint));
        return $"{Dash}{signature.Name} {Convert.ToBase64String(bytes)}\n";
    }

    private static NoteSignature ParseLine(string line)
    {
        var parts = line.Split(' ');
        return
            parts is ["\u2014", var name, var base64]
            && NoteKey.IsName(name)
            && StrictBase64.TryDecode(base64, out var bytes)
            && bytes.Length > sizeof(uint)
            ? new NoteSignature(
                name,
                BinaryPrimitives.ReadUInt32BigEndian(bytes),
                bytes[sizeof(uint)..]
            )
            : throw new FormatException("A signed note has a line that is not a signature.");
    }

    private static void RequireText(string text)
    {
        if (!text.EndsWith('\n') || text.Any(c => c < ' ' && c != '\n') || !IsUtf16(text))
            throw new FormatException(
                "A note's text must be lines of valid text without controls."
            );
    }

    private static bool IsUtf16(string text) =>
        !text.AsSpan().ContainsAnyInRange('\ud800', '\udfff')
        || string.Equals(
            Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)),
            text,
            StringComparison.Ordinal
        );
}
