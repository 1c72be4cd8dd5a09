using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace ChatApprovals.Ledger;

/// <summary>
/// Writes and reads one ledger entry: a UTF-8 JSON object in the one form that FORMAT.md describes. Its bytes are
/// written once, stored, hashed and exported as they are; nothing ever prints an entry a second time.
/// </summary>
public static class Entry
{
    /// <summary>An entry bundle prefixes each entry with its length in a uint16 (C2SP tlog-tiles).</summary>
    public const int MaxBytes = 65_535;

    /// <summary>The version this program writes, and the only one it reads.</summary>
    public const int Version = 1;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly JsonWriterOptions OneForm = new()
    {
        Encoder = Escaping(),
        Indented = false,
        SkipValidation = false,
        MaxDepth = 64,
    };

    private static readonly JsonDocumentOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        AllowTrailingCommas = false,
        CommentHandling = JsonCommentHandling.Disallow,
        MaxDepth = 64,
    };

    /// <summary>
    /// The entry's bytes: <c>v</c>, <c>seq</c>, <c>at</c> (UTC, cut to milliseconds), <c>kind</c>, <c>txn</c>, then what
    /// <paramref name="members"/> writes into the open object. A lone surrogate becomes U+FFFD, so the bytes are valid UTF-8.
    /// </summary>
    /// <exception cref="EntryTooLargeException">Over 65,535 bytes: put the bulk beside the ledger, never cut it.</exception>
    /// <exception cref="FormatException">The members make an entry that <see cref="Read"/> refuses: a bug of the caller.</exception>
    public static byte[] Write(
        long seq,
        DateTimeOffset at,
        string kind,
        string txn,
        Action<Utf8JsonWriter> members
    )
    {
        var head = InGrammar(new EntryHead(Version, seq, at, kind, txn));
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, OneForm))
        {
            json.WriteStartObject();
            WriteHead(json, head);
            members(json);
            json.WriteEndObject();
        }
        if (buffer.WrittenCount > MaxBytes)
            throw new EntryTooLargeException(kind, buffer.WrittenCount);
        var entry = buffer.WrittenSpan.ToArray();
        using var whole = Parse(entry);
        return entry;
    }

    /// <summary>Reads the five head members and checks that the whole is one strict JSON object in the form of FORMAT.md.</summary>
    /// <exception cref="FormatException">Anything else; the message is one sentence that says what.</exception>
    public static EntryHead Read(ReadOnlyMemory<byte> entry)
    {
        using var document = Parse(entry);
        try
        {
            var head = HeadOf(document.RootElement);
            return StartsAs(entry.Span, head)
                ? head
                : throw new FormatException("An entry's head is not in its one form.");
        }
        catch (InvalidOperationException broken)
        {
            throw new FormatException("An entry's head has a member of another type.", broken);
        }
    }

    /// <summary>The whole, if it is one strict JSON object without a byte that it does not need.</summary>
    private static JsonDocument Parse(ReadOnlyMemory<byte> entry)
    {
        if (entry.Length > MaxBytes)
            throw new FormatException(
                $"An entry has {entry.Length} bytes; at most {MaxBytes} fit."
            );
        if (!Utf8.IsValid(entry.Span))
            throw new FormatException("An entry is not valid UTF-8.");
        if (
            HasSpaceOutsideStrings(entry.Span) || entry.Span.ContainsAnyInRange((byte)0, (byte)0x1f)
        )
            throw new FormatException("An entry holds white space or a raw control character.");
        try
        {
            return JsonDocument.Parse(entry, Strict);
        }
        catch (JsonException broken)
        {
            throw new FormatException("An entry is not one strict JSON object.", broken);
        }
    }

    private static bool HasSpaceOutsideStrings(ReadOnlySpan<byte> entry)
    {
        var inString = false;
        for (var at = 0; at < entry.Length; at++)
        {
            if (entry[at] == '"')
                inString = !inString;
            else if (inString && entry[at] == '\\')
                at++;
            else if (!inString && entry[at] == ' ')
                return true;
        }
        return false;
    }

    /// <summary>The head of an entry that <see cref="Read"/> took before.</summary>
    internal static EntryHead HeadOf(JsonElement root)
    {
        var members = root.EnumerateObject();
        var head = new EntryHead(
            Next(ref members, "v").GetInt32(),
            Next(ref members, "seq").GetInt64(),
            DateTimeOffset.ParseExact(
                Next(ref members, "at").GetString() ?? "",
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
            ),
            Next(ref members, "kind").GetString() ?? "",
            Next(ref members, "txn").GetString() ?? ""
        );
        if (head.Version != Version)
            throw new FormatException($"An entry has version {head.Version}; this reads 1.");
        return InGrammar(head);
    }

    private static EntryHead InGrammar(EntryHead head)
    {
        if (head.Seq < 0 || !EntryKinds.IsKind(head.Kind) || !IsTxn(head.Txn))
            throw new FormatException("An entry's seq, kind or txn breaks its grammar.");
        return head;
    }

    private static JsonElement Next(ref JsonElement.ObjectEnumerator members, string name) =>
        members.MoveNext() && members.Current.NameEquals(name)
            ? members.Current.Value
            : throw new FormatException($"An entry's head lacks \"{name}\" at its place.");

    // The head needs no escapes, so its values have exactly one spelling: printing them again is the strictest check.
    private static bool StartsAs(ReadOnlySpan<byte> entry, EntryHead head)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, OneForm))
        {
            json.WriteStartObject();
            WriteHead(json, head);
        }
        return entry.StartsWith(buffer.WrittenSpan);
    }

    private static void WriteHead(Utf8JsonWriter json, EntryHead head)
    {
        json.WriteNumber("v"u8, head.Version);
        json.WriteNumber("seq"u8, head.Seq);
        json.WriteString("at"u8, Time(head.At));
        json.WriteString("kind"u8, head.Kind);
        json.WriteString("txn"u8, head.Txn);
    }

    // As TimeFormat says, from the form that needs no reading of a format: each entry says a time.
    private static string Time(DateTimeOffset at)
    {
        Span<char> text = stackalloc char["yyyy-MM-ddTHH:mm:ss.fffffffZ".Length];
        at.UtcDateTime.TryFormat(text, out _, "O", CultureInfo.InvariantCulture);
        return string.Concat(text[..^"ffffZ".Length], "Z");
    }

    // Empty for entries that belong to no transaction, such as a heartbeat.
    private static bool IsTxn(string txn) =>
        txn.Length <= 128 && txn.AsSpan().IndexOfAnyExcept(TxnCharacters) < 0;

    private static readonly SearchValues<char> TxnCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.:"
    );

    // Letters stay readable; what HTML, a terminal or a reader's eye could trip over is written as \uXXXX: the encoder
    // itself escapes " \ < > & ' + `, controls, U+2028/2029 and everything outside the BMP; the invisible and
    // direction-changing format characters (Unicode category Cf) are added here.
    private static JavaScriptEncoder Escaping()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        settings.ForbidCharacters('\u00ad', '\u061c', '\u06dd', '\u070f', '\u180e', '\ufeff');
        settings.ForbidRange(UnicodeRange.Create('\u0600', '\u0605'));
        settings.ForbidRange(UnicodeRange.Create('\u200b', '\u200f'));
        settings.ForbidRange(UnicodeRange.Create('\u202a', '\u202e'));
        settings.ForbidRange(UnicodeRange.Create('\u2060', '\u206f'));
        settings.ForbidRange(UnicodeRange.Create('\ufff9', '\ufffb'));
        return JavaScriptEncoder.Create(settings);
    }
}

/// <summary>The five members every entry begins with.</summary>
public sealed record EntryHead(int Version, long Seq, DateTimeOffset At, string Kind, string Txn);

/// <summary>An entry would not fit an entry bundle. Never cut one: keep the bulk beside the ledger, by digest.</summary>
public sealed class EntryTooLargeException : Exception
{
    public EntryTooLargeException()
        : this("An entry is too large.") { }

    public EntryTooLargeException(string message)
        : base(message) { }

    public EntryTooLargeException(string message, Exception inner)
        : base(message, inner) { }

    public EntryTooLargeException(string kind, int bytes)
        : this($"A {kind} entry would have {bytes} bytes; at most {Entry.MaxBytes} fit.") { }
}
