using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace ChatApprovals.Cards;

/// <summary>
/// The one place that makes hostile text visible. What is invisible, reorders, overprints or pushes
/// things out of sight comes out as plain ASCII that says what it was (<c>&lt;U+202E&gt;</c>,
/// <c>[space ×120]</c>); nothing is dropped, nothing is interpreted. Not an escape for any markup:
/// the renderers put the result only where the platform takes text literally.
/// </summary>
public static class CardText
{
    /// <summary>
    /// From this many blanks in a row on, a counter stands for them (threats T23).
    /// </summary>
    public const int BlankRun = 4;

    /// <summary>More marks than this on one base are shown as numbers (threats T28).</summary>
    public const int MarksPerBase = 4;

    /// <summary>
    /// An indent up to this deep is drawn as dots, one a space, so that code stays readable.
    /// </summary>
    public const int DottedIndent = 24;

    private static readonly string s_blankRun = new(' ', BlankRun);

    /// <summary>No grapheme is longer than this many code points.</summary>
    private const int GraphemeLength = 16;

    /// <summary>
    /// The text on one line; a line feed in it is shown as <c>&lt;U+000A&gt;</c>.
    /// </summary>
    public static string Line(string raw) => Visible(raw, 0, raw.Length);

    /// <summary>
    /// The text line by line (line feeds only), for values, logs and diffs: leading and trailing
    /// spaces as dots, two or more empty lines in a row as <c>[2 blank lines]</c>. Always at least
    /// one line.
    /// </summary>
    public static ImmutableArray<string> Lines(string raw)
    {
        var shown = ImmutableArray.CreateBuilder<string>();
        var blank = 0;
        foreach (var line in raw.Split('\n'))
        {
            if (line.Length == 0)
            {
                blank++;
                continue;
            }

            AddBlankLines(shown, blank);
            blank = 0;
            shown.Add(Code(line));
        }

        AddBlankLines(shown, blank);
        return shown.ToImmutable();
    }

    /// <summary>
    /// One line of code: as <see cref="Line"/>, with leading and trailing spaces as dots.
    /// </summary>
    public static string Code(string line)
    {
        var start = line.Length - line.AsSpan().TrimStart(' ').Length;
        var end = line.AsSpan().TrimEnd(' ').Length;
        return start >= end
            ? Dots(line.Length)
            : Dots(start) + Visible(line, start, end) + Dots(line.Length - end);
    }

    /// <summary>The code point in the form all cards use: <c>&lt;U+202E&gt;</c>.</summary>
    public static string Escape(int codePoint) => $"<U+{codePoint:X4}>";

    private static string Dots(int count) =>
        count <= DottedIndent ? new string('·', count) : $"[space ×{count}]";

    private static void AddBlankLines(ImmutableArray<string>.Builder shown, int count)
    {
        if (count > 0)
        {
            shown.Add(count == 1 ? "" : $"[{count} blank lines]");
        }
    }

    private static string Visible(string raw, int start, int end)
    {
        if (IsPlain(raw.AsSpan(start, end - start)))
        {
            return raw[start..end];
        }

        var output = new StringBuilder(end - start);
        var marks = MarksPerBase;
        var at = start;
        while (at < end)
        {
            var blanks = BlankLength(raw, at, end);
            if (blanks > 0)
            {
                AppendBlanks(output, raw.AsSpan(at, blanks));
                marks = MarksPerBase;
                at += blanks;
            }
            else
            {
                var length = StringInfo.GetNextTextElementLength(raw.AsSpan(at, end - at));
                AppendGrapheme(output, raw.AsSpan(at, length), ref marks);
                at += length;
            }
        }

        return output.ToString();
    }

    /// <summary>Nearly every text: ASCII that shows itself as it is, without a run of blanks.</summary>
    private static bool IsPlain(ReadOnlySpan<char> text) =>
        !text.ContainsAnyExceptInRange(' ', '~')
        && !text.Contains(s_blankRun, StringComparison.Ordinal);

    /// <summary>How many blanks start here; all of category Zs are one UTF-16 unit.</summary>
    private static int BlankLength(string raw, int at, int end)
    {
        var next = at;
        while (next < end && Rune.TryCreate(raw[next], out var rune) && CodePoints.IsBlank(rune))
        {
            next++;
        }

        return next - at;
    }

    private static void AppendBlanks(StringBuilder output, ReadOnlySpan<char> blanks)
    {
        for (var at = 0; at < blanks.Length; )
        {
            var same = 1;
            while (at + same < blanks.Length && blanks[at + same] == blanks[at])
            {
                same++;
            }

            AppendBlankRun(output, blanks[at], same, blanks.Length >= BlankRun);
            at += same;
        }
    }

    private static void AppendBlankRun(StringBuilder output, char blank, int count, bool counted)
    {
        if (counted)
        {
            var name = blank == ' ' ? "space" : $"U+{(int)blank:X4}";
            output.Append(CultureInfo.InvariantCulture, $"[{name} ×{count}]");
            return;
        }

        for (var i = 0; i < count; i++)
        {
            output.Append(blank == ' ' ? " " : Escape(blank));
        }
    }

    /// <summary>
    /// Writes one grapheme. A mark needs a base of its own: one that would land on the bot's own
    /// text, on a space or on an escape is shown as its number. <paramref name="marks"/>: how many
    /// the last base has; it goes on over graphemes, because some vowel signs (U+102B) are
    /// graphemes of their own and yet hang on the letter before.
    /// </summary>
    private static void AppendGrapheme(
        StringBuilder output,
        ReadOnlySpan<char> grapheme,
        ref int marks
    )
    {
        for (var length = 0; !grapheme.IsEmpty; length++)
        {
            var valid =
                Rune.DecodeFromUtf16(grapheme, out var rune, out var consumed)
                == OperationStatus.Done;
            var attaches = CodePoints.Attaches(rune);
            if (valid && rune.Value == '\t')
            {
                output.Append('→');
                marks = MarksPerBase;
            }
            else if (
                !valid
                || CodePoints.MustEscape(rune)
                || CodePoints.IsBlank(rune)
                || length >= GraphemeLength
                || (attaches && marks >= MarksPerBase)
            )
            {
                output.Append(Escape(valid ? rune.Value : grapheme[0]));
                marks = MarksPerBase;
            }
            else
            {
                output.Append(grapheme[..consumed]);
                marks = attaches ? marks + 1 : 0;
            }

            grapheme = grapheme[consumed..];
        }
    }
}
