using System.Text;

namespace ChatApprovals.Cards;

/// <summary>
/// Says when a name is not what it seems: letters of another script among ASCII ones (a Cyrillic а
/// in <c>prod-iаm</c>). A warning for the reader, not a decision; two ASCII names that look alike
/// (l and 1) are left to the monospaced font.
/// </summary>
public static class CardScripts
{
    private const int NamedCodePoints = 4;

    /// <summary>
    /// For an identifier: any visible character outside ASCII is worth a note. Null = plain ASCII.
    /// </summary>
    public static string? NoteFor(string identifier)
    {
        var strange = Ascii.IsValid(identifier) ? [] : Strange(identifier);
        if (strange.Count == 0)
        {
            return null;
        }

        var mixed = Mixes(identifier) ? "mixed scripts" : "not ASCII";
        return $"({mixed}: {Names(strange)})";
    }

    /// <summary>
    /// For words: a note when one word mixes scripts or letters reorder the line. Null = neither.
    /// </summary>
    public static string? NoteForWords(string text)
    {
        if (Ascii.IsValid(text))
        {
            return null;
        }

        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return Array.Find(words, Mixes) is { } word ? $"(mixed scripts: {Names(Strange(word))})"
            : Reorders(text) ? "(right-to-left letters: the order on screen may differ)"
            : null;
    }

    /// <summary>
    /// True when letters of a right-to-left script can move what stands around them.
    /// </summary>
    public static bool Reorders(string text) => text.EnumerateRunes().Any(CodePoints.IsRightToLeft);

    private static bool Mixes(string word) =>
        word.EnumerateRunes().Any(r => r.IsAscii && Rune.IsLetter(r))
        && Strange(word).Any(r => Rune.IsLetterOrDigit(r) && !CodePoints.IsLatin(r));

    private static List<Rune> Strange(string text) =>
        [
            .. text.EnumerateRunes()
                .Where(r => !r.IsAscii && !CodePoints.MustEscape(r) && !CodePoints.IsBlank(r))
                .Distinct(),
        ];

    private static string Names(List<Rune> runes)
    {
        var names = runes.Take(NamedCodePoints).Select(r => $"U+{r.Value:X4}");
        return string.Join(' ', names) + (runes.Count > NamedCodePoints ? " …" : "");
    }
}
