using System.Collections.Immutable;
using System.Globalization;

namespace ChatApprovals.Cards;

/// <summary>
/// Cuts visible text (from <see cref="CardText"/>) where a reader would: never inside a grapheme or
/// an escape.
/// </summary>
public static class CardCut
{
    /// <summary>What a piece of text costs on a surface: escaped characters or bytes.</summary>
    public delegate int Cost(ReadOnlySpan<char> text);

    /// <summary>
    /// Cuts into pieces that cost at most <paramref name="max"/> each (one grapheme may cost more).
    /// </summary>
    public static ImmutableArray<string> Pieces(string text, int max, Cost cost)
    {
        if (text.Length > 0 && cost(text) <= max)
        {
            // A text costs what its parts cost together: nearly every one is whole.
            return [text];
        }

        var pieces = ImmutableArray.CreateBuilder<string>();
        for (var at = 0; at < text.Length; )
        {
            var length = PrefixLength(text, at, max, cost);
            pieces.Add(text.Substring(at, length));
            at += length;
        }

        return pieces.ToImmutable();
    }

    private static int PrefixLength(string text, int start, int max, Cost cost)
    {
        var spent = 0;
        var at = start;
        while (at < text.Length)
        {
            var unit = UnitLength(text, at);
            spent += cost(text.AsSpan(at, unit));
            if (spent > max && at > start)
            {
                break;
            }

            at += unit;
        }

        return at - start;
    }

    /// <summary>A grapheme, or a whole <c>&lt;U+….&gt;</c> or <c>[… ×N]</c>.</summary>
    private static int UnitLength(string text, int at)
    {
        const int LongestMarker = 24;
        var close = text[at] switch
        {
            '<' when text.AsSpan(at).StartsWith("<U+") => '>',
            '[' => ']',
            _ => '\0',
        };
        var within = text.AsSpan(at, Math.Min(LongestMarker, text.Length - at));
        var marker = close == '\0' ? -1 : within.IndexOf(close);
        return marker >= 0 ? marker + 1 : StringInfo.GetNextTextElementLength(text.AsSpan(at));
    }
}
