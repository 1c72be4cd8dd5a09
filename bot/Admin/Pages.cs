using System.Globalization;

namespace ChatApprovals.Admin;

/// <summary>Lists that are longer than one answer: a page at a time, from 1.</summary>
internal static class Pages
{
    /// <summary>Own limit: what can be read in a chat at once.</summary>
    public const int Size = 25;

    /// <summary>Own limit: nobody turns more pages.</summary>
    private const int Max = 1_000;

    /// <summary>The form of a command that lists something.</summary>
    public static CommandForm Form(
        string words,
        Access who,
        string help,
        Func<int, Command> make,
        int max = Max
    ) => new(words, "[page]", who, help, a => Number(a, max) is { } page ? make(page) : null);

    /// <summary>Which page: the first where nothing more is typed; null when it is no page.</summary>
    public static int? Number(Arguments a, int max = Max)
    {
        if (a.AtEnd)
        {
            return 1;
        }

        if (a.Word("the page's number") is not { } word)
        {
            return null;
        }

        if (
            int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            && page > 0
            && page <= max
        )
        {
            return page;
        }

        _ = a.Fail<Command>($"\"{word}\" is not a page: use 1 to {max}.");
        return null;
    }

    /// <summary>The command as it is typed.</summary>
    public static string Typed(string words, int page) => page == 1 ? words : $"{words} {page}";

    public static Reply Reply(string title, string words, int page, IReadOnlyList<string> lines)
    {
        var shown = lines.Skip((page - 1) * Size).Take(Size).ToList();
        var left = lines.Count - (page * Size);
        return new Reply(
            page == 1 ? title : $"{title}, page {page}",
            [
                .. shown,
                .. shown.Count == 0 ? ["There are no more."] : Array.Empty<string>(),
                .. left > 0 ? [$"{left} more: {words} {page + 1}"] : Array.Empty<string>(),
            ]
        );
    }
}
