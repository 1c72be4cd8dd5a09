using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ChatApprovals.Approvals;

namespace ChatApprovals.Admin;

/// <summary>One word of a command, or a mention that the platform resolved.</summary>
public abstract record CommandToken
{
    private CommandToken() { }

    public sealed record Word(string Value) : CommandToken;

    public sealed record Mention(AccountId Account, string Shown) : CommandToken;
}

/// <summary>The words of a command, or why they are none.</summary>
public abstract record Tokenized
{
    private Tokenized() { }

    public sealed record Tokens(ImmutableArray<CommandToken> Values) : Tokenized;

    public sealed record Refused(string Why) : Tokenized;
}

/// <summary>
/// Splits what was typed into words and mentions. Pure. Chat programs write what people do not type:
/// smart quotes are quotes, smart dashes are dashes, any Unicode space parts words. What cannot be seen
/// is refused, and so is a word that only looks like a mention: nobody's rights hang on a name.
/// </summary>
public static class CommandText
{
    /// <summary>As UTF-8. Own limit: the longest command names fifty people and is far below.</summary>
    public const int BytesMax = 8 * 1024;

    /// <summary>Own limit, as above.</summary>
    public const int WordsMax = 200;

    private const string DoubleQuotes = "\"“”„‟«»";
    private const string SingleQuotes = "'‘’‚‛`";
    private const string MentionSigns = "@＠﹫";

    /// <summary>Invisible, but put into texts by chat programs and copying: they part words.</summary>
    private const string InvisibleSpaces = "\u200B\u2060\uFEFF";

    public static Tokenized Tokenize(ImmutableArray<CommandPart> parts)
    {
        if (
            parts.OfType<CommandPart.Text>().Sum(t => Encoding.UTF8.GetByteCount(t.Value))
            > BytesMax
        )
        {
            return new Tokenized.Refused($"It is longer than {BytesMax} bytes.");
        }

        var tokens = ImmutableArray.CreateBuilder<CommandToken>();
        foreach (var part in parts)
        {
            var problem = part switch
            {
                CommandPart.Mention m => Add(tokens, new CommandToken.Mention(m.Account, m.Shown)),
                CommandPart.Text text => Split(text.Value, tokens),
                _ => throw new InvalidOperationException(part.GetType().Name),
            };
            if (problem is not null)
            {
                return new Tokenized.Refused(problem);
            }
        }

        return new Tokenized.Tokens(tokens.ToImmutable());
    }

    private static string? Split(string text, ImmutableArray<CommandToken>.Builder tokens)
    {
        var at = 0;
        while (at < text.Length)
        {
            if (IsSpace(text[at]))
            {
                at++;
                continue;
            }

            var problem = ReadWord(text, ref at, out var word);
            problem ??= AddWord(tokens, word);
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>One word, which may have quoted stretches; answers what is wrong with it, or null.</summary>
    private static string? ReadWord(string text, ref int at, out string word)
    {
        var read = new StringBuilder();
        var quotes = "";
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (quotes.Length > 0 && quotes.Contains(c, StringComparison.Ordinal))
            {
                quotes = "";
            }
            else if (quotes.Length == 0 && QuotesOf(c) is { } opened)
            {
                quotes = opened;
            }
            else if (quotes.Length == 0 && IsSpace(c))
            {
                break;
            }
            else if (IsHidden(c))
            {
                word = "";
                return $"It holds a character that cannot be seen (U+{(int)c:X4}). Type it by hand.";
            }
            else
            {
                read.Append(quotes.Length == 0 ? Dash(c) : c.ToString());
            }
        }

        word = read.ToString();
        return quotes.Length > 0 ? "A quote is opened and never closed." : null;
    }

    private static string? AddWord(ImmutableArray<CommandToken>.Builder tokens, string word)
    {
        if (word.All(c => c == ','))
        {
            return null; // "@ann, @bob": the comma between names says nothing
        }

        return LooksLikeMention(word)
            ? $"{word} only looks like a mention. Use a real mention: type @ and pick the person from the list."
            : Add(tokens, new CommandToken.Word(word));
    }

    private static string? Add(ImmutableArray<CommandToken>.Builder tokens, CommandToken token)
    {
        tokens.Add(token);
        return tokens.Count > WordsMax ? $"It has more than {WordsMax} words." : null;
    }

    private static bool LooksLikeMention(string word) =>
        MentionSigns.Contains(word[0], StringComparison.Ordinal)
        || word.StartsWith("<@", StringComparison.Ordinal)
        || word.StartsWith("<!", StringComparison.Ordinal)
        || word.StartsWith("<at", StringComparison.OrdinalIgnoreCase);

    private static string? QuotesOf(char c) =>
        DoubleQuotes.Contains(c, StringComparison.Ordinal) ? DoubleQuotes
        : SingleQuotes.Contains(c, StringComparison.Ordinal) ? SingleQuotes
        : null;

    private static bool IsSpace(char c) =>
        char.IsWhiteSpace(c) || InvisibleSpaces.Contains(c, StringComparison.Ordinal);

    /// <summary>Controls, formats (bidi, joiners, tags), lone surrogates' kin: nothing a name needs.</summary>
    private static bool IsHidden(char c) =>
        char.GetUnicodeCategory(c)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
        || IsInvisibleLetter(c);

    /// <summary>Hangul fillers, combining grapheme joiner, variation selectors, tag characters' surrogate.</summary>
    private static bool IsInvisibleLetter(char c) =>
        c is '\u115F' or '\u1160' or '\u3164' or '\uFFA0' or '\u034F' or '\uDB40'
        || c is >= '\uFE00' and <= '\uFE0F';

    /// <summary>Chat programs turn <c>-</c> and <c>--</c> into these.</summary>
    private static string Dash(char c) =>
        c switch
        {
            '—' or '―' => "--",
            >= '‐' and <= '–' or '−' => "-",
            _ => c.ToString(),
        };
}
