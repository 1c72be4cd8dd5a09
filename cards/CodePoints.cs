using System.Globalization;
using System.Text;

namespace ChatApprovals.Cards;

/// <summary>Which code points must never reach a screen as themselves.</summary>
internal static class CodePoints
{
    /// <summary>
    /// Default_Ignorable_Code_Point, Unicode 15.0 DerivedCoreProperties: drawn as nothing by a
    /// conforming renderer. First and last of each range.
    /// </summary>
    private static readonly (int First, int Last)[] s_ignorable =
    [
        (0x00AD, 0x00AD),
        (0x034F, 0x034F),
        (0x061C, 0x061C),
        (0x115F, 0x1160),
        (0x17B4, 0x17B5),
        (0x180B, 0x180F),
        (0x200B, 0x200F),
        (0x202A, 0x202E),
        (0x2060, 0x206F),
        (0x3164, 0x3164),
        (0xFE00, 0xFE0F),
        (0xFEFF, 0xFEFF),
        (0xFFA0, 0xFFA0),
        (0xFFF0, 0xFFF8),
        (0x1BCA0, 0x1BCA3),
        (0x1D173, 0x1D17A),
        (0xE0000, 0xE0FFF),
    ];

    /// <summary>U+2800, a symbol by category, is drawn as an empty cell.</summary>
    private const int BrailleBlank = 0x2800;

    /// <summary>
    /// Invisible, reordering, unassigned or private: shown as its number instead.
    /// </summary>
    public static bool MustEscape(Rune rune)
    {
        if (rune.IsAscii)
        {
            return rune.Value is < 0x20 or 0x7F;
        }

        return rune.Value == BrailleBlank
            || Array.Exists(s_ignorable, r => r.First <= rune.Value && rune.Value <= r.Last)
            || Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control
                    or UnicodeCategory.Format
                    or UnicodeCategory.PrivateUse
                    or UnicodeCategory.OtherNotAssigned
                    or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator;
    }

    /// <summary>A blank of any kind: U+0020, U+00A0, U+3000 and the rest of category Zs.</summary>
    public static bool IsBlank(Rune rune) =>
        Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator;

    /// <summary>
    /// Drawn onto what stands before it: marks, conjoining Hangul vowels and finals, skin tones.
    /// </summary>
    public static bool Attaches(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.EnclosingMark
        || rune.Value is >= 0x1160 and <= 0x11FF or >= 0xD7B0 and <= 0xD7FB
        || rune.Value is >= 0x1F3FB and <= 0x1F3FF or 0xFF9E or 0xFF9F;

    /// <summary>
    /// In the blocks of the scripts written from right to left: these reorder their line unaided.
    /// </summary>
    public static bool IsRightToLeft(Rune rune) =>
        rune.Value
            is >= 0x590
                and <= 0x8FF
                or >= 0xFB1D
                and <= 0xFDFF
                or >= 0xFE70
                and <= 0xFEFF
                or >= 0x10800
                and <= 0x10FFF
                or >= 0x1E800
                and <= 0x1EFFF;

    /// <summary>A letter of the Latin script outside ASCII, such as é.</summary>
    public static bool IsLatin(Rune rune) =>
        rune.Value is 0xAA or 0xBA or >= 0xC0 and <= 0x24F or >= 0x1E00 and <= 0x1EFF;
}
