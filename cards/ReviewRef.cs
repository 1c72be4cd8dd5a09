using System.Globalization;

namespace ChatApprovals.Cards;

/// <summary>
/// Where a reader is in a review: the card's token and the page. It travels through the platform in
/// a button's value and in <c>private_metadata</c>, so it is the client's claim: it gives no right
/// to anything.
/// </summary>
public sealed record ReviewRef(string Token, int Page)
{
    /// <summary>Reads <c>token</c> (page 1) or <c>token|page</c>; null for anything else.</summary>
    public static ReviewRef? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var parts = text.Split('|');
        return parts switch
        {
            [var token] => new ReviewRef(token, 1),
            [var token, var page, ..]
                when int.TryParse(page, NumberStyles.None, null, out var n)
                    && n is >= 1 and <= 9999 => new ReviewRef(token, n),
            _ => null,
        };
    }

    /// <summary>The hash of the whole review, as the metadata of its last page has it; else null.</summary>
    public static string? HashOf(string metadata) =>
        metadata.Split('|') is [_, _, _, { Length: > 0 } hash] ? hash : null;

    public override string ToString() => $"{Token}|{Page}";
}
